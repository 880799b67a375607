"""What the stacks beside the deployments say, in words: the organization's policies, and what consumers launch."""

import json
from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import listed
from golden_ami.review.fact import Fact
from golden_ami.review.plan import Resource
from golden_ami.review.policies import Grant, read_policy
from golden_ami.review.unknown import shown

ENFORCED: Final = "Enforced by the organization"
ATTACHED: Final = "Policies of the organization apply to"
SHARING: Final = "Sharing inside the organization (RAM)"
LAUNCHES: Final = "Launches"
SECTIONS: Final = (SHARING, ENFORCED, ATTACHED, LAUNCHES)

_CLOSING: Final = " @@operators_allowed_for_child_policies"

CONTROLS: Final = "SERVICE_CONTROL_POLICY"


def facts(resource: Resource) -> Iterator[Fact]:
    """Say what a resource of such a stack means; nothing for all others."""
    kind, name = resource.type, resource.name()
    if kind == "aws_organizations_policy":
        made = _denials if resource.values.get("type") == CONTROLS else _declared
        yield from (Fact(ENFORCED, name, words) for words in made(resource.values.get("content")))
    elif kind == "aws_organizations_policy_attachment":
        target = shown(resource.values.get("target_id"))
        yield Fact(ATTACHED, resource.address.split(".")[-1].removesuffix(f"-{target}"), target)
    elif kind == "aws_ram_sharing_with_organization":
        yield Fact(SHARING, "the organization", "on")
    elif kind == "aws_launch_template":
        yield Fact(LAUNCHES, name, _launched(resource))
    elif kind == "aws_cloudwatch_metric_alarm":
        for arn in listed(resource.values.get("alarm_actions")):
            yield Fact("Subscribers", name, f"alarm {shown(arn)}")


def settings(content: Any) -> dict[str, str]:
    """Read a declarative policy: each setting, by its path, with what is assigned to it.

    Raises
    ------
    ValueError
        When it is none.
    """
    return dict(_leaves(json.loads(content) if isinstance(content, str) else None, ()))


def _denials(content: Any) -> Iterator[str]:
    policy = read_policy(content)
    yield from (f"cannot be told: {each}" for each in policy.problems)
    for grant in policy.grants:
        yield f"{'allowed' if grant.allows else 'denied'}: {_actions(grant)}, on {_resources(grant)}{_if(grant)}"


def _declared(content: Any) -> Iterator[str]:
    try:
        for path, value in settings(content).items():
            closed = path.endswith(_CLOSING) and value == "@@none"
            yield f"{path.removesuffix(_CLOSING)} is closed to policies below" if closed else f"{path}: {value}"
    except (ValueError, RecursionError):
        yield f"cannot be told: {shown(content)}"


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        raise ValueError("a declarative policy is an object of objects")
    for key, inner in value.items():
        if key == "@@assign":
            yield " ".join(path), ", ".join(shown(each) for each in listed(inner))
        elif key.startswith("@@"):
            yield " ".join((*path, key)), ", ".join(shown(each) for each in listed(inner))
        else:
            yield from _leaves(inner, (*path, key) if key != "ec2_attributes" else path)


def _launched(resource: Resource) -> str:
    words = f"{shown(resource.values.get('image_id'))} on {shown(resource.values.get('instance_type'))}"
    profile = resource.get("iam_instance_profile", "name") or resource.get("iam_instance_profile", "arn")
    words += f", with the instance profile {shown(profile)}" if profile else ""
    return words + (", running user data" if resource.values.get("user_data") else "")


def _actions(grant: Grant) -> str:
    return ("all but " if grant.not_actions else "") + ", ".join(shown(each) for each in grant.actions)


def _resources(grant: Grant) -> str:
    return ("all but " if grant.not_resources else "") + ", ".join(shown(each) for each in grant.resources)


def _if(grant: Grant) -> str:
    return "".join(f", if {shown(str(each))}" for each in grant.conditions)
