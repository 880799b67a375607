"""Fail when something of the image has to wait."""

from typing import Any


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Raise what is pending."""
    if events["pending"] != "nothing":
        raise ValueError(f"Still there: {events['pending']}")
    return {"pending": "nothing"}
