"""Our roles name what they do, and what they do it to."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.permissions import ATTACHMENTS
from golden_ami.review.policies import Grant
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown, starts_unknown, unknowns

WITHOUT_RESOURCE: Final = frozenset({
    "autoscaling:describeautoscalinggroups", "autoscaling:describeinstancerefreshes", "ec2:describeimages",
    "ec2:describeinstances", "ec2:describelaunchtemplates", "ec2:describelaunchtemplateversions",
    "ec2:describesnapshots", "ec2:getimageblockpublicaccessstate", "ec2messages:acknowledgemessage",
    "ec2messages:deletemessage", "ec2messages:failmessage", "ec2messages:getendpoint", "ec2messages:getmessages",
    "ec2messages:sendreply", "imagebuilder:listimages", "inspector2:batchgetaccountstatus",
    "inspector2:listfindingaggregations", "inspector2:listfindings", "kms:listaliases",
    "organizations:describeorganization", "ram:getresourceshareassociations", "ram:getresourceshares",
    "servicequotas:getservicequota", "ssm:describeautomationexecutions", "ssmmessages:createcontrolchannel",
    "ssmmessages:createdatachannel", "ssmmessages:opencontrolchannel", "ssmmessages:opendatachannel",
    "tag:getresources",
})  # fmt: skip
"""Actions that know no resource, or only list (Service Authorization Reference)."""

AGENT: Final = frozenset({
    "ssm:describeassociation", "ssm:describedocument", "ssm:getdeployablepatchsnapshotforinstance", "ssm:getdocument",
    "ssm:getmanifest", "ssm:listassociations", "ssm:listinstanceassociations", "ssm:putcomplianceitems",
    "ssm:putconfigurepackageresult", "ssm:putinventory", "ssm:updateassociationstatus",
    "ssm:updateinstanceassociationstatus", "ssm:updateinstanceinformation",
})  # fmt: skip
"""What the agent does on build instances, whose ids nobody knows before (AmazonSSMManagedInstanceCore)."""


CONFINED: Final = {"cloudwatch:putmetricdata": "cloudwatch:namespace"}
"""Actions that know no resource either, to the condition key that confines them."""


def _check(examined: Examined) -> Iterator[Violation]:
    for resource, policy in examined.role_policies():
        yield from (Violation(resource.address, f"cannot be judged: {each}") for each in policy.problems)
        for grant in policy.allowing:
            yield from (
                Violation(resource.address, f"{shown(grant.sid)} {each}") for each in _problems(grant, examined)
            )
    for resource in examined.of(*ATTACHMENTS):
        arn = resource.values.get("policy_arn")
        if not examined.plan.proves(arn, "aws_iam_policy"):
            yield Violation(resource.address, f"attaches {shown(arn)}, whose content the plan does not show")
    for resource in examined.of("aws_iam_role"):
        if resource.says("managed_policy_arns") and resource.values.get("managed_policy_arns"):
            arns = shown(resource.values["managed_policy_arns"])
            yield Violation(resource.address, f"attaches {arns}, whose content the plan does not show")


def _problems(grant: Grant, examined: Examined) -> Iterator[str]:
    if grant.not_actions:
        yield "allows all actions but some (NotAction)"
    if grant.not_resources:
        yield "allows something on all resources but some (NotResource)"
    for action in grant.actions:
        if "*" in action or "?" in action:
            yield f"allows the actions {action}"
        elif unknowns(action):
            yield f"allows an action that is {shown(action)}"
    if not grant.resources and not grant.not_resources:
        yield "names no resource"
    for resource in grant.resources:
        for unknown in unknowns(resource):
            types = {each.split(".")[0] for each in unknown.references}
            if not types or not examined.plan.proves(unknown, *(each for each in types if each.startswith("aws_"))):
                yield f"is on a resource that is {unknown}"
        if len(resource.split(":", 5)) != 6 and resource != "*" and not starts_unknown(resource):
            yield f"is on {shown(resource)}, which is neither an ARN nor a resource of this plan"
        yield from _too_wide(grant, resource)


def _too_wide(grant: Grant, resource: str) -> Iterator[str]:
    parts = resource.split(":", 5)
    everything = resource.strip("*") == "" or (len(parts) == 6 and parts[5].strip("*") == "")
    if not everything and not (len(parts) == 6 and "*" in f"{parts[1]}{parts[2]}"):
        if len(parts) == 6 and ("*" in parts[4] or "?" in parts[4]):
            yield f"is on resources of any account: {resource}"
        return
    wide = [
        each for each in grant.actions if each.lower() not in WITHOUT_RESOURCE | AGENT and not _is_confined(grant, each)
    ]
    if wide or resource != "*":
        yield f"allows {', '.join(map(shown, wide or grant.actions))} on {resource}"


def _is_confined(grant: Grant, action: str) -> bool:
    key = CONFINED.get(action.lower())
    return any(
        each.key.lower() == key and each.operator.lower() == "stringequals" and not any(map(unknowns, each.values))
        for each in grant.conditions
    )


RULE: Final = Rule(
    name="no-wildcard-permission",
    title="Our roles and policies have no `*` among their actions, and on `*` only what knows no resource.",
    why="A runbook's text can be changed by others than its role's policy; the role is what confines it.",
    remedy="name actions and ARNs one by one, as golden_ami/permissions does",
    check=_check,
)
