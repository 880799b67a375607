"""Find the AMIs of an image that is to be taken back, and who could launch it until now."""

from typing import Any

from _aws import pages
from _share import statuses
from _unshare import permissions
from _versions import amis_of, role_of

MOST = 200
"""Receivers that are named; who else there was is counted."""


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return AMIs by Region, with commas, and each receiver as a text; a Region where nothing is left is not there."""
    image = events["image"]
    if not image.startswith(events["images"]):
        raise ValueError(f"{image} is not an image of this runbook, whose images begin with {events['images']}")
    if events["because"].strip().lower() in {"", "none"}:
        raise ValueError("Name the reason in RevokeBecause")
    amis, access = {}, []
    for region in events["regions"]:
        found = sorted(ami["ImageId"] for ami in amis_of(region, image))
        if found:
            amis[region] = ",".join(found)
        for ami in found:
            access += [f"{region} {ami}: {who}" for given in permissions(region, ami) for who in given.values()]
    if events.get("share") and statuses(events["share"], image) & {"ASSOCIATING", "ASSOCIATED"}:
        access += [f"{events['share']}: {who}" for who in _reached(events["share"])]
    role = role_of(events["parameter"], image) or "neither current nor previous"
    return {"amis": amis, "access": _bounded(access), "role": role, "summary": _summary(image, role, access, events)}


def _reached(share: str) -> list[str]:
    found = pages(
        "ram",
        "GetResourceShareAssociations",
        "resourceShareAssociations",
        "nextToken",
        associationType="PRINCIPAL",
        resourceShareArns=[share],
    )
    return [each["associatedEntity"] for each in found if each["status"] != "DISASSOCIATED"]


def _bounded(access: list[str]) -> list[str]:
    rest = len(access) - MOST
    return [*access[:MOST], *([f"and {rest} more"] if rest > 0 else [])] or ["nobody"]


def _summary(image: str, role: str, access: list[str], events: dict[str, Any]) -> str:
    """Word what people are asked, where they are asked."""
    lines = [
        f"Please approve or deny that image {image} is REVOKED ({role}).",
        f"Reason: {events['because']}",
        f"Could launch it until now, {len(access)} in all:",
        *access[:20],
    ]
    return "\n".join(lines)[:4000]
