"""Words for a terminal: whatever AWS, a scanner or a colleague has written is printed as inert text.

Nothing of it is markup, and no character of it moves a cursor, hides a line, or writes from right to left.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from rich.text import Text

from golden_ami.inert import inert

Part = str | tuple[str, str]
"""Words, or words with their style."""

STYLES: Final = {
    "Success": "green",
    "Failed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
    "Cancelling": "yellow",
    "Waiting": "bold cyan",
    "InProgress": "cyan",
}
_SHORTEST: Final = 60
_DAY: Final = 86_400


def said(*parts: Part, indent: int = 0) -> Text:
    """Put words together, some with a style; none of them is markup."""
    styled = ((inert(part), "") if isinstance(part, str) else (inert(part[0]), part[1]) for part in parts)
    return Text.assemble(" " * indent, *styled, overflow="fold")


def shown(value: object, style: str = "") -> Text:
    """Print anybody's words, in one style."""
    return Text(inert(str(value)), style=style)


def status(word: str) -> Text:
    """Give a status of Systems Manager its colour."""
    return said((word, STYLES.get(word, "")))


def outcome(word: str, *, good: bool) -> Text:
    """Give an outcome its colour."""
    return said((word, "bold green" if good else "bold red"))


def moment(at: datetime | None) -> str:
    """Write a moment in UTC, to the minute."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else "?"


def duration(lasts: timedelta) -> str:
    """Write a duration in its two largest units."""
    seconds = max(0, round(lasts.total_seconds()))
    if seconds < _SHORTEST:
        return f"{seconds}s"
    if seconds < _SHORTEST * _SHORTEST:
        return f"{seconds // 60}m {seconds % 60:02}s"
    if seconds < _DAY:
        return f"{seconds // 3600}h {seconds % 3600 // 60:02}m"
    return f"{seconds // _DAY}d {seconds % _DAY // 3600:02}h"


def principal(arn: str) -> str:
    """Name a principal of this account as people do: ``role/Name``, or ``person (Role)`` for a session."""
    resource = arn.rpartition(":")[2]
    kind, _, name = resource.partition("/")
    if kind == "assumed-role":
        role, _, person = name.partition("/")
        return f"{person} ({role})"
    return resource


def receiver(arn: str, units: dict[str, str]) -> str:
    """Name who receives: a unit as the configuration calls it, the organization, or an account."""
    last = arn.rsplit("/", 1)[-1]
    return units.get(last, "the organization" if ":organization/" in arn else last)


def listed(names: Iterable[str], *, none: str = "nobody") -> str:
    """Write names one after another."""
    return ", ".join(names) or none
