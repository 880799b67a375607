"""Let consumers no longer find an image that is about to go: give them the one before, or none."""

from typing import Any

from _withdraw import withdraw


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return which image they are given."""
    return {"given": withdraw(events["parameter"], events["image"])}
