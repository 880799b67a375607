"""Instances answer for their role to IMDSv2 only."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown

OPTIONS: Final = {
    "aws_imagebuilder_infrastructure_configuration": "instance_metadata_options",
    "aws_launch_template": "metadata_options",
}
"""Type, to where it says so."""


def _check(examined: Examined) -> Iterator[Violation]:
    for resource in examined.of(*OPTIONS):
        tokens = resource.get(OPTIONS[resource.type], "http_tokens")
        hops = resource.get(OPTIONS[resource.type], "http_put_response_hop_limit")
        if tokens != "required":
            yield Violation(resource.address, f"has http_tokens {shown(tokens)}, and not required")
        if hops != 1:
            yield Violation(resource.address, f"lets metadata travel {shown(hops)} hops, and not 1")


RULE: Final = Rule(
    name="imdsv2",
    title="Instances that build, test or follow an image want IMDSv2, one hop away.",
    why="With IMDSv1, a component that fetches a URL can be made to fetch the role's credentials.",
    remedy="keep the metadata options as the stacks write them",
    check=_check,
)
