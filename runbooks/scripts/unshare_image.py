"""End every launch permission and every share of an image."""

from typing import Any

from _unshare import take_out, unshare


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Unshare in every Region, and wait until RAM has let go."""
    for region, amis in events["amis"].items():
        for ami in amis.split(","):
            unshare(region, ami)
    if events.get("share"):
        take_out(events["share"], events["image"])
    return {"unshared": events["image"]}
