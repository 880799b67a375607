"""Refuse a group that cannot be rolled out to, before the launch template has a new version."""

from typing import Any

from _group import group_of, specification


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return the version that the group uses."""
    group = group_of(events["group"], events["template"])
    return {"version": str(specification(group).get("Version") or "$Default")}
