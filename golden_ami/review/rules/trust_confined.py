"""Roles are assumed by one service each, and only for us."""

from collections.abc import Iterator
from typing import Final

from golden_ami.arn import DNS_SUFFIXES
from golden_ami.review.policies import Grant, read_policy
from golden_ami.review.reach import service_is_confined
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown

_SERVICES: Final = frozenset({"ssm", "events", "scheduler", "ec2", "imagebuilder"})
_WITHOUT_SOURCE: Final = frozenset({"ec2", "imagebuilder"})
"""EC2 gives a role to an instance of its own account only; Image Builder documents no source for lifecycle policies."""


def _check(examined: Examined) -> Iterator[Violation]:
    for role in examined.of("aws_iam_role"):
        policy = read_policy(role.values.get("assume_role_policy"))
        yield from (Violation(role.address, f"cannot be judged: {each}") for each in policy.problems)
        for grant in policy.allowing:
            yield from (Violation(role.address, each) for each in _problems(grant, examined))
        if not policy.grants and not policy.problems:
            yield Violation(role.address, "does not say who may assume it")


def _problems(grant: Grant, examined: Examined) -> Iterator[str]:
    if grant.not_principals:
        yield "may be assumed by everybody but some (NotPrincipal)"
    if grant.not_actions or any(each.lower() != "sts:assumerole" for each in grant.actions):
        yield f"allows {', '.join(map(shown, grant.actions))}, and not sts:AssumeRole alone"
    for kind, name in grant.principals:
        if kind != "Service":
            yield f"may be assumed by {kind} {shown(name)}, which is no service"
            continue
        service, _, suffix = name.partition(".")
        if service not in _SERVICES or suffix not in (DNS_SUFFIXES[examined.site.partition], "amazonaws.com"):
            yield f"may be assumed by the service {shown(name)}, which starts nothing of ours"
        elif service not in _WITHOUT_SOURCE and not service_is_confined(grant, examined.site):
            yield f"may be assumed by {name} for any account: neither aws:SourceAccount nor aws:SourceArn confines it"


RULE: Final = Rule(
    name="trust-confined",
    title="A role trusts the service that it is for, and only when that works for our account.",
    why="A service that works for another account would use our role for it (the confused deputy).",
    remedy="use golden_ami/permissions/trust.py, or add aws:SourceAccount with our account",
    check=_check,
)
