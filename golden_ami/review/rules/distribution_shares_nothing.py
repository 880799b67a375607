"""A distribution configuration makes private copies, and nothing else."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import listed
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import Unknown, shown

_EARLY: Final = {
    "launch_permission": "shares the AMI",
    "target_account_ids": "copies the AMI to other accounts",
    "launch_template_configuration": "sets launch templates",
    "ssm_parameter_configuration": "sets parameters",
    "s3_export_configuration": "exports the disk",
}
"""What Image Builder does for it, to what that is."""


def _check(examined: Examined) -> Iterator[Violation]:
    for resource in examined.of("aws_imagebuilder_distribution_configuration"):
        for each in listed(resource.values.get("distribution")):
            if not isinstance(each, dict):
                yield Violation(resource.address, f"has a distribution that is {shown(each)}")
                continue
            region = shown(each.get("region"))
            for part in [each, *listed(each.get("ami_distribution_configuration"))]:
                if isinstance(part, dict):
                    for key, harm in _EARLY.items():
                        if _holds(part.get(key)):
                            yield Violation(resource.address, f"{harm} in {region} ({key}), before any approval")
                else:
                    yield Violation(resource.address, f"has a distribution to {region} that is {shown(part)}")


def _holds(value: Any) -> bool:
    """Tell whether anything is said, or may be."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, dict):
        return any(_holds(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_holds(inner) for inner in value)
    return bool(value)


RULE: Final = Rule(
    name="distribution-shares-nothing",
    title="A distribution configuration shares nothing and publishes nothing.",
    why="Image Builder distributes when an image is built, long before anybody has approved it.",
    remedy="leave it to the approval runbook, which shares after the approval",
    check=_check,
)
