"""Disable the AMIs of an image that is revoked: nobody launches them any more, not even their owner."""

from typing import Any

from _aws import call
from _tried import tried


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Disable in every Region, whatever fails on the way; then name what could not be disabled."""
    left = []
    for region, amis in events["amis"].items():
        for ami in amis.split(","):
            left += tried(f"{ami} in {region}", _disable, region, ami)
    if left:
        raise RuntimeError("Could not be disabled: " + "; ".join(left))
    return {"disabled": events["image"]}


def _disable(region: str, ami: str) -> None:
    call("ec2", "DisableImage", region=region, ImageId=ami)
