"""What our roles may do otherwise than before, action by action.

However statements are cut, it is their union that counts: two statements that together say what one said are no
change.
"""

from dataclasses import dataclass
from typing import Any, Final

from golden_ami.review.plan import Plan, Resource
from golden_ami.review.policies import Grant, read_policy
from golden_ami.review.unknown import shown

POLICIES: Final = {
    # Type, to the attribute that names whose policy it is.
    "aws_iam_role_policy": "role",
    "aws_iam_policy": "name",
    "aws_iam_user_policy": "user",
    "aws_iam_group_policy": "group",
}
ATTACHMENTS: Final = ("aws_iam_role_policy_attachment", "aws_iam_policy_attachment", "aws_iam_user_policy_attachment",
                      "aws_iam_group_policy_attachment", "aws_iam_role_policy_attachments_exclusive")  # fmt: skip

RESOURCE_POLICIES: Final = (
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
)
"""Types with a policy of their own. The provider repeats some of them in a second resource, where it is not judged."""


@dataclass(frozen=True)
class ActionChange:
    """What changes about one action of one role or policy.

    Attributes
    ----------
    owner, action : str
        Whose, and which.
    gained, lost : tuple of str
        On what, and on which conditions.
    """

    owner: str
    action: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def action_changes(plan: Plan) -> tuple[ActionChange, ...]:
    """Compare what every role and policy allows before and after, where any of it changes."""
    changed = {each.address for each in plan.changes if each.kind != "keep"}
    before = _allowed(tuple(each for each in plan.before if each.address in changed))
    after = _allowed(tuple(each for each in plan.after if each.address in changed))
    found = []
    for owner, action in sorted({*before, *after}):
        old, new = before.get((owner, action), {}), after.get((owner, action), {})
        gained, lost = (tuple(each for each in one if each not in other) for one, other in ((new, old), (old, new)))
        if gained or lost:
            found.append(ActionChange(owner, action, gained, lost))
    return tuple(found)


def _allowed(resources: tuple[Resource, ...]) -> dict[tuple[str, str], dict[str, None]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for resource in resources:
        if resource.type in ATTACHMENTS:
            words = shown(resource.values.get("policy_arn"))
            found.setdefault((resource.name(), "attached policy"), {})[words] = None
        if resource.type not in POLICIES:
            continue
        owner = shown(resource.values.get(POLICIES[resource.type]) or resource.address)
        policy = read_policy(resource.values.get("policy"))
        for problem in policy.problems:
            found.setdefault((owner, "cannot be told"), {})[problem] = None
        for grant in policy.grants:
            for action in grant.actions:
                name = ("all but " if grant.not_actions else "") + shown(action)
                found.setdefault((owner, name if grant.allows else f"denied: {name}"), {}).update(_on(grant))
    return found


def _on(grant: Grant) -> dict[str, Any]:
    conditions = " and ".join(sorted(shown(str(each)) for each in grant.conditions))
    suffix = f", if {conditions}" if conditions else ""
    prefix = "all but " if grant.not_resources else ""
    return {f"{prefix}{shown(each)}{suffix}": None for each in grant.resources}
