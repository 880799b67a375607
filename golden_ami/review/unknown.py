"""Values that AWS chooses while a plan is applied, and what a plan proves about them anyway.

Within a text such a value stands between two private characters, the first with a number that nobody can guess: a known
text cannot pretend to be one, however it is escaped.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

_OPEN: Final = f"\ue000{secrets.token_hex(8)}:"
_CLOSE: Final = "\ue001"
_MARK: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Unknown:
    """A value that is known after the apply only.

    Attributes
    ----------
    references : tuple of str
        What its expression refers to, such as ``aws_kms_key.key.arn``; none when the plan does not say.
    configured : bool
        Whether the configuration says anything about it; the provider fills in what it does not.
    """

    references: tuple[str, ...] = ()
    configured: bool = True

    def __str__(self) -> str:
        return f"known after apply ({', '.join(self.references) or 'from where the plan does not say'})"


def mark(unknown: Unknown) -> str:
    """Write an unknown value into a text."""
    return f"{_OPEN}{' '.join(unknown.references)}{_CLOSE}"


def cleaned(text: str) -> str:
    """Take the private characters out of a known text."""
    return text.replace("\ue000", "\ufffd").replace(_CLOSE, "\ufffd") if "\ue000" in text or _CLOSE in text else text


def unknowns(value: Any) -> list[Unknown]:
    """List the unknown values in a value, at any depth."""
    if isinstance(value, Unknown):
        return [value]
    if isinstance(value, str):
        return [Unknown(tuple(found.split())) for found in _MARK.findall(value)]
    if isinstance(value, dict):
        return [found for inner in value.values() for found in unknowns(inner)]
    if isinstance(value, list | tuple):
        return [found for inner in value for found in unknowns(inner)]
    return []


def starts_unknown(text: str) -> bool:
    """Tell whether a text begins with an unknown value, such as the ARN of a bucket before ``/*``."""
    return _MARK.match(text) is not None


def shown(value: Any) -> str:
    """Write a value for people, with its unknown parts named."""
    if isinstance(value, Unknown):
        return f"<{value}>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) or "nothing"
    return _MARK.sub(lambda found: f"<{Unknown(tuple(found[1].split()))}>", str(value))


def refers_only_to(unknown: Unknown, types: Iterable[str], known: Iterable[str]) -> bool:
    """Tell whether the plan proves that a value comes from managed resources of some types.

    Parameters
    ----------
    unknown : Unknown
        The value.
    types : iterable of str
        Resource types.
    known : iterable of str
        Addresses of managed resources in the plan, without index.
    """
    wanted, managed = tuple(types), set(known)
    addresses = [".".join(each.split("[")[0].split(".")[:2]) for each in unknown.references]
    return bool(addresses) and all(each in managed and each.split(".")[0] in wanted for each in addresses)


def replaced(text: str, write: Callable[[str], str]) -> str:
    """Write something of one's own in the place of what is unknown.

    Parameters
    ----------
    text : str
        A text with marks.
    write : callable
        Gets what the value comes from, and gives what stands for it.
    """
    return _MARK.sub(lambda found: write(found[1]), text)
