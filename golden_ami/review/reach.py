"""Whom a principal, or a statement of a resource's policy, reaches: ourselves, the organization, or somebody else.

A condition counts only where it surely confines: a positive operator, on a key that is always there when a stranger
asks, with values of ours. `IfExists` and `ForAllValues:` hold when the key is missing, as it is for an account outside
of any organization ("IAM JSON policy elements: Condition operators", IAM User Guide).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from golden_ami.review.policies import Condition, Grant
from golden_ami.review.site import Site
from golden_ami.review.unknown import shown, unknowns


class Scope(StrEnum):
    """How far something reaches."""

    own = "own"
    service = "service"
    inside = "inside"
    account = "account"
    outside = "outside"
    public = "public"
    unknown = "unknown"


@dataclass(frozen=True)
class Reach:
    """Who is reached.

    Attributes
    ----------
    scope : Scope
        How far.
    words : str
        Who, for people.
    """

    scope: Scope
    words: str

    @property
    def is_foreign(self) -> bool:
        """Whether it may be somebody who must not be reached."""
        return self.scope in (Scope.outside, Scope.public, Scope.unknown)


_ORGANIZATIONS: Final = re.compile(
    r"arn:(?P<partition>[\w-]+):organizations::(?P<management>\d{12}):"
    r"(?:organization/(?P<whole>o-[a-z0-9]{10,32})|ou/(?P<of>o-[a-z0-9]{10,32})/(?P<unit>ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}))"
)
_IAM: Final = re.compile(r"arn:(?P<partition>[\w-]+):(?:iam|sts)::(?P<account>\d{12}):(?P<rest>.+)")
_ACCOUNT: Final = re.compile(r"\d{12}")
_PATH: Final = re.compile(r"(?P<of>o-[a-z0-9]{10,32})/(?P<rest>.*)")
_POSITIVE: Final = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
_BY_ACCOUNT: Final = ("aws:principalaccount", "kms:calleraccount", "aws:sourceaccount", "aws:sourceowner")
_BY_ARN: Final = ("aws:principalarn", "aws:sourcearn")


def receiver(value: object, site: Site) -> Reach:
    """Tell whom a launch permission, or a share, reaches.

    Parameters
    ----------
    value : object
        An account id, or the ARN of a unit, an organization, a role or a user.
    site : Site
        Where we are.
    """
    if not isinstance(value, str) or unknowns(value):
        return Reach(Scope.unknown, shown(value))
    if value in ("all", "*"):
        return Reach(Scope.public, "everybody")
    if _ACCOUNT.fullmatch(value):
        return _account(value, site)
    found = _ORGANIZATIONS.fullmatch(value)
    if found:
        return _organization(value, found, site)
    iam = _IAM.fullmatch(value)
    if iam:
        return _partitioned(iam["partition"], value, site) or _of_account(iam["account"], value, site)
    return Reach(Scope.unknown, f"{value}, which is no account, unit or organization")


def reached(grant: Grant, site: Site) -> list[Reach]:
    """Tell whom an allowing statement of a resource's policy reaches."""
    if grant.not_principals:
        return [Reach(Scope.public, "everybody but those whom NotPrincipal lists")]
    bound = _bound(grant.conditions, site)
    return [
        _service(name, grant, site) if kind == "Service" else _principal(kind, name, bound, site)
        for kind, name in grant.principals
    ]


def _service(name: str, grant: Grant, site: Site) -> Reach:
    bound = _bound(grant.conditions, site, for_service=True)
    return Reach(Scope.service, f"service {shown(name)}, for {bound.words if bound else 'whomever it works'}")


def _principal(kind: str, name: str, bound: Reach | None, site: Site) -> Reach:
    if kind != "AWS":
        return Reach(Scope.outside, f"{kind} {shown(name)}")
    if unknowns(name):
        return Reach(Scope.unknown, shown(name))
    if name == "*":
        return bound or Reach(Scope.public, "everybody")
    if "*" in name or "?" in name:
        return Reach(Scope.public, f"whoever is like {name}")
    direct = receiver(name, site)
    # A principal that is named, and has to be of the organization as well, is inside of it.
    if bound and bound.scope is Scope.inside and (direct.is_foreign or direct.scope is Scope.account):
        return Reach(Scope.inside, f"{direct.words}, {bound.words}")
    return direct


def service_is_confined(grant: Grant, site: Site) -> bool:
    """Tell whether what a service may do is confined to work for us."""
    bound = _bound(grant.conditions, site, for_service=True)
    return bound is not None and bound.scope in (Scope.own, Scope.inside)


def _bound(conditions: tuple[Condition, ...], site: Site, *, for_service: bool = False) -> Reach | None:
    """Give the narrowest confinement among conditions that must all hold."""
    found = [each for condition in conditions for each in _confines(condition, site, for_service=for_service)]
    # All of them hold at once, so one that is of ours is enough, and an account within it is said beside it.
    order = [Scope.own, Scope.inside, Scope.account, Scope.outside, Scope.public, Scope.unknown]
    found.sort(key=lambda each: order.index(each.scope))
    if not found:
        return None
    inside = [each for each in found if each.scope is Scope.inside]
    if found[0].scope is Scope.inside:
        others = [each for each in found if each.scope is Scope.account]
        return Reach(Scope.inside, " and ".join(each.words for each in [*others, *inside]))
    return found[0]


def _confines(condition: Condition, site: Site, *, for_service: bool) -> Iterator[Reach]:
    operator, key = condition.operator.lower(), condition.key.lower()
    prefix, _, name = operator.rpartition(":")
    if name not in _POSITIVE or prefix not in ("", "foranyvalue") or not condition.values:
        return
    if any(unknowns(each) for each in condition.values):
        return
    if key in ("aws:principalorgid", "aws:sourceorgid"):
        yield _worst([_whole(each, site) for each in condition.values])
    elif key in ("aws:principalorgpaths", "aws:sourceorgpaths") and prefix == "foranyvalue":
        yield _worst([_path(each, site) for each in condition.values])
    elif key in _BY_ACCOUNT:
        yield _worst([receiver(each, site) for each in condition.values])
    elif key in _BY_ARN and (for_service or key == "aws:principalarn"):
        yield _worst([_of_arn(each, site) for each in condition.values])


def _worst(reaches: list[Reach]) -> Reach:
    order = list(Scope)
    scope = max((each.scope for each in reaches), key=order.index)
    return Reach(scope, " or ".join(dict.fromkeys(each.words for each in reaches)))


def _whole(value: str, site: Site) -> Reach:
    if value == site.organization:
        return Reach(Scope.inside, f"every account of organization {value}")
    if "*" in value or "?" in value:
        return Reach(Scope.public, f"every organization like {value}")
    return _foreign_organization(value, site)


def _path(value: str, site: Site) -> Reach:
    found = _PATH.fullmatch(value)
    if not found:
        # Ids of units are unique within an organization only, so a path has to begin with it.
        return Reach(Scope.public, f"every organization with a path like {value}")
    if found["of"] != site.organization:
        return _foreign_organization(found["of"], site)
    rest = found["rest"].strip("*/")
    who = f"accounts below {rest}" if rest else "every account"
    return Reach(Scope.inside, f"{who} of organization {found['of']}")


def _of_arn(value: str, site: Site) -> Reach:
    parts = value.split(":", 5)
    if len(parts) == 6 and _ACCOUNT.fullmatch(parts[4]):
        return _partitioned(parts[1], value, site) or _of_account(parts[4], value, site)
    return Reach(Scope.public, f"whatever is like {value}")


def _organization(value: str, found: re.Match[str], site: Site) -> Reach:
    named = found["whole"] or found["of"]
    foreign = _partitioned(found["partition"], value, site)
    if foreign:
        return foreign
    if named != site.organization:
        return _foreign_organization(named, site)
    unit = found["unit"]
    return Reach(
        Scope.inside,
        f"organizational unit {unit} of organization {named}" if unit else f"every account of organization {named}",
    )


def _foreign_organization(named: str, site: Site) -> Reach:
    ours = site.organization or "one that the plan does not tell"
    return Reach(Scope.outside, f"organization {named}, and ours is {ours}")


def _partitioned(partition: str, value: str, site: Site) -> Reach | None:
    if partition == site.partition:
        return None
    return Reach(Scope.outside, f"{value}, in partition {partition}")


def _of_account(account: str, value: str, site: Site) -> Reach:
    found = _account(account, site)
    return Reach(found.scope, value if found.scope is Scope.own else f"{value} of {found.words}")


def _account(account: str, site: Site) -> Reach:
    if account in site.accounts:
        return Reach(Scope.own, f"our account {account}")
    if site.known is not None and account not in site.known:
        return Reach(Scope.outside, f"account {account}, which the policy does not list")
    return Reach(Scope.account, f"account {account}")
