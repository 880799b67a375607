"""Who may do what because of a stack, in words, at one moment; two of them make the difference that people review."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from golden_ami.review import beside
from golden_ami.review.documents import Document, documents, inputs_of, listed
from golden_ami.review.fact import Fact
from golden_ami.review.plan import Plan, Resource
from golden_ami.review.policies import Condition, Grant, read_policy
from golden_ami.review.reach import reached, receiver
from golden_ami.review.site import Site
from golden_ami.review.unknown import shown

LAUNCH: Final = "May launch"
SECTIONS: Final = (
    LAUNCH,
    "May build upon it (RAM)",
    "Shared by themselves",
    "May use the key",
    "May use the topic",
    "May use the bucket",
    "May use the queue",
    "Public AMIs",
    "Approvers",
    "Approvals needed",
    "Days to decide",
    "Limits of findings",
    "Waivers",
    "Scanning",
    "Regions",
    "Subscribers",
    "May assume the role",
    "Started by schedule",
    *beside.SECTIONS,
)
"""In the order in which they are read: the worst surprises first."""

_POLICIES: Final = {
    "aws_kms_key": "May use the key",
    "aws_kms_key_policy": "May use the key",
    "aws_sns_topic": "May use the topic",
    "aws_sns_topic_policy": "May use the topic",
    "aws_s3_bucket": "May use the bucket",
    "aws_s3_bucket_policy": "May use the bucket",
    "aws_sqs_queue": "May use the queue",
    "aws_sqs_queue_policy": "May use the queue",
}


@dataclass(frozen=True)
class Shift:
    """What changes about one subject.

    Attributes
    ----------
    section, subject : str
        Of what kind, and about what.
    gained, lost, kept : tuple of str
        In words.
    """

    section: str
    subject: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether anything does."""
        return bool(self.gained or self.lost)


def shifts(plan: Plan, site: Site) -> tuple[Shift, ...]:
    """Compare what is so before and after."""
    before, after = _facts(plan.before, site), _facts(plan.after, site)
    subjects = sorted({(each.section, each.subject) for each in [*before, *after]}, key=_order)
    made = []
    for section, subject in subjects:
        old, new = (
            dict.fromkeys(each.words for each in facts if (each.section, each.subject) == (section, subject))
            for facts in (before, after)
        )
        made.append(
            Shift(
                section,
                subject,
                tuple(each for each in new if each not in old),
                tuple(each for each in old if each not in new),
                tuple(each for each in new if each in old),
            )
        )
    return tuple(made)


def _order(key: tuple[str, str]) -> tuple[int, str]:
    return SECTIONS.index(key[0]), key[1]


def _facts(resources: tuple[Resource, ...], site: Site) -> list[Fact]:
    return [
        *(fact for each in documents(resources) for fact in _of_document(each, site)),
        *(fact for each in resources for fact in _of_resource(each, site)),
    ]


def _of_document(document: Document, site: Site) -> Iterator[Fact]:
    image = document.image
    if document.problem:
        yield Fact(LAUNCH, image, f"cannot be told: {document.name}: {document.problem}")
        return
    if document.name.startswith("GoldenAmiRollback"):
        return
    for each in document.literals("principals", "launch", "AMIPrincipals"):
        yield from (Fact(LAUNCH, image, receiver(one, site).words) for one in listed(each) if not _is_handed_on(one))
    for step in document.approvals:
        inputs = inputs_of(step)
        subject = image if document.name.startswith("GoldenAmiApproval") else document.name
        yield from (Fact("Approvers", subject, shown(each)) for each in listed(inputs.get("Approvers")))
        yield Fact("Approvals needed", subject, shown(inputs.get("MinRequiredApprovals", 1)))
        seconds = step.get("timeoutSeconds", 7 * 86_400)
        yield Fact("Days to decide", subject, f"{seconds / 86_400:g}" if isinstance(seconds, int) else shown(seconds))
    for limits in document.literals("limits"):
        if isinstance(limits, dict):
            yield Fact("Limits of findings", image, shown({key: limits[key] for key in sorted(limits)}))
    for oldest in document.literals("oldest"):
        yield Fact("Limits of findings", image, f"a scan of at most {shown(oldest)} days")
    for waivers in document.literals("waivers"):
        yield from (Fact("Waivers", image, _waiver(each)) for each in listed(waivers))
    for because in document.literals("unscanned"):
        yield Fact("Scanning", image, f"left out: {shown(because)}")


def _is_handed_on(value: Any) -> bool:
    """Tell whether a step takes it from another step, whose literals are read there."""
    return isinstance(value, str) and value.startswith("{{") and "." in value


def _waiver(value: Any) -> str:
    if not isinstance(value, dict):
        return shown(value)
    known = [shown(value.get(key)) for key in ("id", "expires", "owner", "reason")]
    return "{}, until {}, by {}: {}".format(*known)


def _of_resource(resource: Resource, site: Site) -> Iterator[Fact]:
    kind, name = resource.type, resource.name()
    if kind in _POLICIES and resource.says("policy"):
        yield from _of_policy(_POLICIES[kind], name, resource, site)
    elif kind == "aws_iam_role":
        for grant in read_policy(resource.values.get("assume_role_policy")).allowing:
            yield from (Fact("May assume the role", name, each.words + _if(grant)) for each in reached(grant, site))
    elif kind == "aws_ram_principal_association":
        words = receiver(resource.values.get("principal"), site).words
        yield Fact("May build upon it (RAM)", _share(resource), words)
    elif kind == "aws_ram_resource_share" and resource.values.get("allow_external_principals") is not False:
        yield Fact("May build upon it (RAM)", name, "anybody outside of the organization, too")
    elif kind == "aws_sns_topic_subscription":
        words = f"{shown(resource.values.get('protocol'))} {shown(resource.values.get('endpoint'))}"
        yield Fact("Subscribers", "the topic", words)
    elif kind == "aws_ec2_image_block_public_access":
        yield Fact("Public AMIs", resource.region or "a Region", shown(resource.values.get("state")))
    elif kind == "aws_imagebuilder_image_pipeline":
        scanning = resource.get("image_scanning_configuration", "image_scanning_enabled")
        yield Fact("Scanning", name, "on" if scanning is True else "off" if not scanning else shown(scanning))
    elif kind == "aws_imagebuilder_distribution_configuration":
        yield from _of_distribution(resource, site)
    elif kind == "aws_scheduler_schedule":
        words = f"{shown(resource.values.get('schedule_expression'))} ({shown(resource.values.get('state'))})"
        yield Fact("Started by schedule", name, words.replace(" (nothing)", ""))
    elif kind in ("aws_ami_launch_permission", "aws_snapshot_create_volume_permission"):
        yield Fact("Shared by themselves", resource.address, "an AMI or snapshot, without any approval")
    else:
        yield from beside.facts(resource)


def _of_distribution(resource: Resource, site: Site) -> Iterator[Fact]:
    for each in listed(resource.values.get("distribution")):
        if not isinstance(each, dict):
            yield Fact("Shared by themselves", resource.name(), shown(each))
            continue
        yield Fact("Regions", resource.name(), shown(each.get("region")))
        for ami in listed(each.get("ami_distribution_configuration")):
            permissions = ami.get("launch_permission") if isinstance(ami, dict) else ami
            for permission in listed(permissions):
                for one in _launches(permission):
                    words = f"{receiver(one, site).words}, before any approval"
                    yield Fact("Shared by themselves", resource.name(), words)


def _launches(permission: Any) -> Iterator[Any]:
    if not isinstance(permission, dict):
        yield permission
        return
    for key in ("user_ids", "user_groups", "organization_arns", "organizational_unit_arns"):
        yield from listed(permission.get(key))


def _of_policy(section: str, subject: str, resource: Resource, site: Site) -> Iterator[Fact]:
    policy = read_policy(resource.values.get("policy"))
    yield from (Fact(section, subject, f"cannot be told: {each}") for each in policy.problems)
    for grant in policy.grants:
        if grant.allows:
            who = [each.words for each in reached(grant, site)]
        else:
            who = [shown(name) for _, name in grant.principals]
        actions = ("all but " if grant.not_actions else "") + ", ".join(shown(each) for each in grant.actions)
        verb = "" if grant.allows else "denied: "
        for each in who:
            yield Fact(section, subject, f"{verb}{each}: {actions}{_if(grant)}{_on(grant)}")


def _if(grant: Grant) -> str:
    return f", if {' and '.join(_condition(each) for each in grant.conditions)}" if grant.conditions else ""


def _on(grant: Grant) -> str:
    if not grant.not_resources:
        return ""
    return f", on all but {', '.join(shown(each) for each in grant.resources)}"


def _condition(condition: Condition) -> str:
    return shown(str(condition))


def _share(resource: Resource) -> str:
    """Name the share by its address, since its ARN is AWS's choice."""
    return resource.address.split(".")[-1].split("_share_")[0]
