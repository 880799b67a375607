"""What the organization forbids stays forbidden."""

import re
from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.beside import CONTROLS, settings
from golden_ami.review.plan import Change, Resource
from golden_ami.review.policies import Condition, Policy, read_policy
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown, unknowns

_WHO: Final = ("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths")
_EXEMPTS: Final = re.compile(r"(foranyvalue:|forallvalues:)?(arn|string)not(like|equals)(ignorecase)?(ifexists)?")
_STRENGTHS: Final = (
    ("allowed_images_settings state", ("enabled", "audit_mode", "disabled")),
    ("image_block_public_access state", ("block_new_sharing", "unblocked")),
)
"""Settings of the declarative policy, and their values, the strongest first."""


def _check(examined: Examined) -> Iterator[Violation]:
    for change in examined.plan.changes:
        if change.type != "aws_organizations_policy" or not change.after:
            continue
        if change.after.values.get("type") == CONTROLS:
            yield from (Violation(change.address, each) for each in _controls(change, change.after))
        else:
            yield from (Violation(change.address, each) for each in _declared(change, change.after))


def _controls(change: Change, after: Resource) -> Iterator[str]:
    policy = read_policy(after.values.get("content"))
    yield from (f"cannot be judged: {each}" for each in policy.problems)
    for grant in policy.grants:
        if grant.allows:
            yield f"{shown(grant.sid)} allows, where a guardrail denies"
        yield from (f"{shown(grant.sid)} exempts {each}" for each in map(_exempted, grant.conditions) if each)
    before = read_policy(change.before.values.get("content")) if change.before else Policy(())
    lost = sorted(_denied(before) - _denied(policy))
    if lost:
        yield f"denies no longer: {', '.join(map(shown, lost))}"


def _denied(policy: Policy) -> set[str]:
    return {each.lower() for grant in policy.grants if not grant.allows for each in grant.actions}


def _exempted(condition: Condition) -> str:
    """Say who is exempted, when it is more than roles and users that are named."""
    if condition.key.lower() not in _WHO or not _EXEMPTS.fullmatch(condition.operator.lower()):
        return ""
    wide = [each for each in condition.values if _is_wide(each)]
    return f"whoever is like {', '.join(map(shown, wide))}" if wide else ""


def _is_wide(value: str) -> bool:
    if unknowns(value):
        return True
    parts = value.split(":", 5)
    if len(parts) != 6:
        return "*" in value or "?" in value or not value.isdigit()
    kind, _, name = parts[5].partition("/")
    return any(sign in parts[4] + kind for sign in "*?") or not name.strip("*?/") or not parts[4]


def _declared(change: Change, after: Resource) -> Iterator[str]:
    new, old = _settings(after), _settings(change.before)
    if new is None:
        yield "cannot be judged: its content is no declarative policy that the plan shows"
    for path, values in _STRENGTHS:
        before, now = (found.get(path) if found else None for found in (old, new))
        if before in values and now != before and (now not in values or values.index(now) > values.index(before)):
            yield f"changes {path} from {before} to {shown(now)}"


def _settings(resource: Resource | None) -> dict[str, str] | None:
    content: Any = resource.values.get("content") if resource else None
    try:
        return settings(content) if isinstance(content, str) and not unknowns(content) else None
    except ValueError:
        return None


RULE: Final = Rule(
    name="guardrails-hold",
    title="Policies of the organization deny what they denied, to everybody but those whom they name.",
    why="They are what holds when somebody in an account has all permissions; who weakens them needs no other hole.",
    remedy="keep them as the stacks write them, or suppress this for the policy with a reason",
    check=_check,
)
