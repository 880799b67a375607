"""Texts of a plan, no longer than people read, and without account ids where those are not for everybody."""

import re
from typing import Final

ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_CUT: Final = 600


def short(text: str, limit: int = _CUT) -> str:
    """Cut a text, and say how much is missing."""
    return text if len(text) <= limit else f"{text[:limit]}... (and {len(text) - limit} characters more)"


def redacted(text: str) -> str:
    """Replace account ids by numbers that stay the same within the text, and make it no longer."""
    known: dict[str, str] = {}
    return ACCOUNT.sub(lambda found: known.setdefault(found[0], f"account-{len(known) + 1:04}"), text)
