"""What could not be found out, and why: an operator must never take silence for a zero."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from golden_ami.errors import GoldenAmiError
from golden_ami.operate.faults import explained, is_denied

Found = TypeVar("Found")

_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)")


@dataclass(frozen=True)
class Unknown:
    """An answer that AWS did not give.

    Attributes
    ----------
    unknown : str
        Why, in a few words.
    """

    unknown: str

    def __str__(self) -> str:
        return f"unknown: {self.unknown}"


def asked(ask: Callable[[], Found]) -> Found | Unknown:
    """Ask AWS, and keep its refusal as the answer.

    Parameters
    ----------
    ask : callable
        Makes the call.
    """
    try:
        return ask()
    except Exception as error:
        return unknown(error)


def unknown(error: Exception) -> Unknown:
    """Turn a refusal into an answer; a mistake of this program is raised again."""
    known = error if isinstance(error, GoldenAmiError) else explained(error)
    if known is None:
        raise error
    return Unknown(f"may not do {lacking(error)}" if is_denied(error) else known.message)


def lacking(error: Exception) -> str:
    """Name the permission that a refused call lacked, as IAM writes it where AWS says so, else the operation."""
    named = _ACTION.search(str(error))
    return named[1] if named else str(getattr(error, "operation_name", "this"))
