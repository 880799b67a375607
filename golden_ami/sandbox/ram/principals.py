"""With whom a share is shared: accounts, organizations, units, roles, users, services.

Source: "principals" of AssociateResourceShare (RAM API Reference). While sharing inside the organization is off, RAM
does not find the organization at all; a share with ``allowExternalPrincipals`` false takes nobody outside.
"""

import re
from typing import Final

from golden_ami.sandbox.neighbours import (
    accounts_within,
    members_of_organization,
    organization_of,
    sharing_enabled,
    units_of_organization,
)
from golden_ami.sandbox.ram.errors import (
    InvalidParameterException,
    OrganizationOnlyException,
    UnknownResourceException,
)

_ACCOUNT: Final = re.compile(r"\d{12}")
_IDENTITY: Final = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(?:root|role/.+|user/.+)")
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_ORGANIZATION: Final = re.compile(r"arn:aws[a-z-]*:organizations::\d{12}:organization/(o-[a-z0-9]{10,32})")
_UNIT: Final = re.compile(
    r"arn:aws[a-z-]*:organizations::\d{12}:ou/o-[a-z0-9]{10,32}/(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})"
)


def check_principal(principal: str, *, account: str, region: str, allow_external: bool) -> bool:
    """Tell whether a principal is outside the organization, and refuse one that may not be added.

    Parameters
    ----------
    principal : str
        Account id, ARN or service name.
    account, region : str
        Of the share.
    allow_external : bool
        Whether the share takes principals outside the organization.

    Returns
    -------
    bool
        Whether it is outside.

    Raises
    ------
    InvalidParameterException
        When it is none of these.
    OrganizationOnlyException
        When the share is closed and the principal outside, or sharing inside the organization is not enabled.
    UnknownResourceException
        When there is no such organization or unit.
    """
    enabled = sharing_enabled(account, region)
    external = _is_external(principal, account, region)
    if not allow_external and (external or not enabled):
        raise OrganizationOnlyException
    if external and (match := _ORGANIZATION.fullmatch(principal)):
        raise UnknownResourceException.of("Organization", match[1])
    if external and (match := _UNIT.fullmatch(principal)):
        raise UnknownResourceException.of("OrganizationalUnit", match[1])
    return external


def reaches(principal: str, account: str, *, owner: str, region: str) -> bool:
    """Tell whether sharing with a principal reaches an account.

    Parameters
    ----------
    principal : str
        Whom a share of ``owner`` is shared with.
    account : str
        The account in question.
    owner, region : str
        Of the share.
    """
    identity = _IDENTITY.fullmatch(principal)
    if identity:
        return identity[1] == account
    return principal == account or account in accounts_within(owner, region, principal)


def _is_external(principal: str, account: str, region: str) -> bool:
    if _SERVICE.fullmatch(principal):
        return False
    members = members_of_organization(account, region) | {account}
    if _ACCOUNT.fullmatch(principal):
        return principal not in members
    if match := _IDENTITY.fullmatch(principal):
        return match[1] not in members
    if not (_ORGANIZATION.fullmatch(principal) or _UNIT.fullmatch(principal)):
        raise InvalidParameterException(f"Principal ID {principal} is malformed. Verify the ID and try again.")
    organization = organization_of(account, region)
    if organization is None or not sharing_enabled(account, region):
        return True
    return principal != organization.arn and principal not in units_of_organization(account, region)
