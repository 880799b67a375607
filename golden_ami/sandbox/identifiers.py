"""The identifiers of the sandbox's organization, fixed so that a committed configuration can name them.

AWS and moto choose such identifiers at random. ``config/sandbox.yaml`` names the organization, its units and accounts,
so here they are constants; :mod:`golden_ami.sandbox.moto_extension` makes moto hand them out.
"""

import re
from types import MappingProxyType
from typing import Final

ORGANIZATION_ID: Final = "o-sandbox00001"
ROOT_ID: Final = "r-sbox"
UNIT_IDS: Final = MappingProxyType({"Workloads": "ou-sbox-workloads1", "Sandboxes": "ou-sbox-sandboxes1"})
"""Organizational unit ids by name, in the order of their creation."""

MANAGEMENT_ACCOUNT: Final = "111111111111"
FACTORY_ACCOUNT: Final = "222222222222"
"""Where golden AMIs are built; a request without known credentials belongs to it."""

WORKLOAD_ACCOUNT: Final = "333333333333"
SANDBOX_ACCOUNT: Final = "444444444444"

MEMBERS: Final = MappingProxyType(
    {FACTORY_ACCOUNT: "Shared services", WORKLOAD_ACCOUNT: "Workload one", SANDBOX_ACCOUNT: "Sandbox one"}
)
"""Member accounts' names by id, in the order of their creation."""

_ACCESS_KEY = re.compile(r"AKIA(\d{12})SBOX")


def access_key_of(account_id: str) -> str:
    """Return the access key id that makes a request belong to an account.

    Parameters
    ----------
    account_id : str
        Twelve digits.

    Returns
    -------
    str
        Twenty characters, as AWS's access key ids have. Any secret goes with it.
    """
    return f"AKIA{account_id}SBOX"


def account_of(access_key_id: str) -> str | None:
    """Return the account that an access key id of :func:`access_key_of` names, or None for any other key."""
    match = _ACCESS_KEY.fullmatch(access_key_id)
    return match[1] if match else None
