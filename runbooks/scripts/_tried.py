"""Try all of it, and name what could not be done."""

from typing import Any


def tried(what: str, action: Any, *arguments: Any) -> list[str]:
    """Return nothing, or what failed and why: the rest must still be tried."""
    try:
        action(*arguments)
    except Exception as error:
        return [f"{what} ({error})"]
    return []
