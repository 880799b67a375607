"""Receivers in words, and whether the configuration names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

PUBLIC = "PUBLIC"


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody who has access.

    Attributes
    ----------
    principal : str
        Account, ARN, or ``all`` for everybody.
    words : str
        The same for people.
    is_named : bool
        Whether the configuration names it for this image.
    """

    principal: str
    words: str
    is_named: bool


def receiver(place: Place, principal: str, named: tuple[str, ...]) -> Receiver:
    """Describe who has access.

    Parameters
    ----------
    place : Place
        The deployment.
    principal : str
        Account, ARN, or ``all``.
    named : tuple of str
        Receivers that the configuration names for this.
    """
    is_named = principal in named
    words = in_words(place, principal)
    if principal != "all" and not is_named:
        words += ", NOT IN THE CONFIGURATION"
    return Receiver(principal=principal, words=words, is_named=is_named)


def in_words(place: Place, principal: str) -> str:
    """Say who a principal is."""
    organization = place.config.organization
    if principal == "all":
        return f"{PUBLIC}: everybody with an AWS account"
    if principal.isdigit():
        own = principal == place.names.account
        return f"account {principal}" + (" (the factory's own)" if own else "")
    last = principal.rpartition("/")[2]
    if ":organization/" in principal:
        ours = last == organization.id
        return f"the organization {last}" if ours else f"FOREIGN organization {last}"
    if f"/{organization.id}/" in principal:
        name = {unit: name for name, unit in organization.units.items()}.get(last)
        return f"unit {name} ({last})" if name else f"unit {last}"
    return f"{principal} of a FOREIGN organization" if ":ou/" in principal else principal


def launch_receivers(
    place: Place, factory: "ImageFactory", permissions: list[Mapping[str, Any]]
) -> tuple[Receiver, ...]:
    """Describe whom launch permissions name, each as EC2 gives it; the account itself needs none."""
    found = [str(value) for permission in permissions for value in permission.values()]
    return tuple(receiver(place, each, factory.launch_principals) for each in dict.fromkeys(found))
