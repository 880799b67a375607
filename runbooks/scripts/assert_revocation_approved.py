"""Make sure that enough people have approved a revocation: read the decision back, and trust no jump."""

from typing import Any

from _decisions import by_enough


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return who approved, or raise."""
    return {"approvers": by_enough(events["execution"], events["approvers"], events["required"])}
