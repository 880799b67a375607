"""Who gains access, told apart: an account is not a unit, and a unit is not the whole organization."""

import re
from dataclasses import dataclass
from typing import Final, Self

_ORGANIZATION: Final = r"arn:aws[a-z-]*:organizations::[0-9]{12}:organization/(o-[a-z0-9]{10,32})"
_UNIT: Final = r"arn:aws[a-z-]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})"
_ACCOUNT: Final = r"[0-9]{12}"


@dataclass(frozen=True)
class Receiver:
    """One of them.

    Attributes
    ----------
    kind : str
        ``organization``, ``unit``, ``account`` or ``unrecognized``.
    reach, name : str
        Whom it reaches in words, and its id.
    whole : str
        As the evidence has it.
    """

    kind: str
    reach: str
    name: str
    whole: str

    @classmethod
    def of(cls, principal: str) -> Self:
        """Recognize a principal, or say loudly that it is none that this project shares with."""
        if found := re.fullmatch(_ORGANIZATION, principal):
            return cls("organization", "Every account of the organization", found[1], principal)
        if found := re.fullmatch(_UNIT, principal):
            return cls("unit", "Every account in the unit and below it", found[1], principal)
        if re.fullmatch(_ACCOUNT, principal):
            return cls("account", "One account", principal, principal)
        return cls("unrecognized", "NEITHER ORGANIZATION, UNIT NOR ACCOUNT", principal, principal)
