"""Only the provider that the stacks were written for, exactly."""

import re
from collections.abc import Iterator
from typing import Final

from golden_ami.review.rule import Examined, Rule, Violation

_AWS: Final = re.compile(r"[\w.-]+/hashicorp/aws")
_EXACT: Final = re.compile(r"=?\s*v?(\d+\.\d+\.\d+)")


def _check(examined: Examined) -> Iterator[Violation]:
    settings = examined.settings
    if not examined.plan.providers:
        yield Violation("the plan", "does not say with which provider it was made")
    for name, constraint in examined.plan.providers.items():
        if not _AWS.fullmatch(name):
            yield Violation(f"provider {name}", "is not the AWS provider, and nothing of ours needs another one")
            continue
        found = _EXACT.fullmatch(constraint)
        if not found:
            yield Violation(f"provider {name}", f"is not pinned: {constraint or 'no version'!r}")
        elif not _number(settings.provider_from) <= _number(found[1]) < _number(settings.provider_below):
            wanted = f"{settings.provider_from} or later, and below {settings.provider_below}"
            yield Violation(f"provider {name}", f"is {found[1]}, and not {wanted}")
    for key in examined.plan.unconfined:
        yield Violation(f"provider {key}", "may work in any account: allowed_account_ids does not confine it")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("."))


RULE: Final = Rule(
    name="provider-version",
    title="The AWS provider has one exact version between `provider_from` and `provider_below`, and one account.",
    why="A provider's next version may plan otherwise, and what it then does was reviewed by nobody.",
    remedy="pin the version that golden_ami/terraform.py names, or widen the range in the policy",
    check=_check,
)
