"""What is the same in many deployments is said once."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from golden_ami.review.exposure import Shift
from golden_ami.review.judgement import Finding
from golden_ami.review.review import Review
from golden_ami.review.stateful import Loss

Key = TypeVar("Key", bound=Hashable)
_NAMED = 8


def grouped(pairs: Iterable[tuple[Key, str]]) -> dict[Key, list[str]]:
    """Collect the deployments of each key, in the order in which keys come."""
    found: dict[Key, list[str]] = {}
    for key, deployment in pairs:
        names = found.setdefault(key, [])
        if deployment not in names:
            names.append(deployment)
    return found


def exposures(review: Review) -> dict[Shift, list[str]]:
    """Give every change of exposure with the deployments that have it."""
    return grouped(
        (Shift(each.section, each.subject, each.gained, each.lost, ()), deployment.deployment)
        for deployment in review.deployments
        for each in deployment.exposure
    )


def ends(review: Review) -> dict[Loss, list[str]]:
    """Give everything stateful that ends, with the deployments in which it does."""
    return grouped((each, deployment.deployment) for deployment in review.deployments for each in deployment.losses)


def findings(found: Iterable[Finding]) -> dict[Finding, list[str]]:
    """Give every finding with the deployments that have it."""
    return grouped(
        (Finding(each.rule, "", each.address, each.message, each.remedy, each.suppression), each.deployment)
        for each in found
    )


def names(deployments: list[str]) -> str:
    """Name deployments, the first ones only when there are many."""
    if len(deployments) <= _NAMED:
        return ", ".join(deployments)
    return f"{', '.join(deployments[:_NAMED])} and {len(deployments) - _NAMED} more"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
