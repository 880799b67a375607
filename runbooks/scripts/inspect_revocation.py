"""Find the AMIs of an image that is to be taken back, and who could launch it until now."""

from typing import Any

from _aws import call, code, pages
from _share import statuses
from _unshare import permissions
from _versions import amis_of, own_amis, role_of

BUILT_AS = "Ec2ImageBuilderArn"
MOST = 200
"""Receivers that are named; who else there was is counted."""


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return AMIs by Region, with commas, and each receiver as a text; a Region where nothing is left is not there."""
    image = events["image"]
    if not image.startswith(events["images"]):
        raise ValueError(f"{image} is not an image of this runbook, whose images begin with {events['images']}")
    if events["because"].strip().lower() in {"", "none"}:
        raise ValueError("Name the reason in RevokeBecause")
    role = role_of(events["parameter"], image) or "neither current nor previous"
    built, unseen = _built(image)
    amis, access = {}, []
    # It may have gone to a Region that is configured no more.
    for region in dict.fromkeys([*events["regions"], *built]):
        found, failed = _found(region, image, built.get(region, []))
        unseen += failed
        if found:
            amis[region] = ",".join(found)
        access += [who for ami in found for who in _launching(region, ami)]
    if events.get("share"):
        access += _building(events["share"], image)
    return {
        "amis": amis,
        "access": _bounded(access),
        "role": role,
        "summary": _summary(image, role, access, unseen, events),
        "unseen": "; ".join(unseen) or "nothing",
    }


def _built(image: str) -> tuple[dict[str, list[str]], list[str]]:
    """Read which AMIs were made: one that has lost its tag is shared all the same."""
    try:
        found = call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"]
    except Exception as error:
        # AMIs may be left of an image that is gone; another failure must not keep the others from being taken back.
        return {}, [] if code(error) == "ResourceNotFoundException" else [f"{image} ({error})"]
    made: dict[str, list[str]] = {}
    for ami in found.get("outputResources", {}).get("amis", []):
        made.setdefault(ami["region"], []).append(ami["image"])
    return made, []


def _found(region: str, image: str, made: list[str]) -> tuple[list[str], list[str]]:
    try:
        tagged = {ami["ImageId"] for ami in amis_of(region, image)}
        lost = set(own_amis(region, made) if made else {}) - tagged
    except Exception as error:
        return made, [f"AMIs in {region} ({error})"]
    # The role may touch only what carries the tag, and says no more than AccessDenied.
    return sorted(tagged), [f"{ami} in {region} (its tag {BUILT_AS} is gone: tag it again)" for ami in sorted(lost)]


def _launching(region: str, ami: str) -> list[str]:
    try:
        return [f"{region} {ami}: {who}" for given in permissions(region, ami) for who in given.values()]
    except Exception as error:
        return [f"{region} {ami}: unknown ({error})"]


def _building(share: str, image: str) -> list[str]:
    try:
        if not statuses(share, image) & {"ASSOCIATING", "ASSOCIATED"}:
            return []
        return [f"{share}: {who}" for who in _reached(share)]
    except Exception as error:
        return [f"{share}: unknown ({error})"]


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


def _summary(image: str, role: str, access: list[str], unseen: list[str], events: dict[str, Any]) -> str:
    """Word what people are asked, where they are asked: what was not seen first, since receivers may be many."""
    lines = [
        f"Please approve or deny that image {image} is REVOKED ({role}).",
        f"Reason: {events['because']}",
        *[f"NOT SEEN: {each}" for each in unseen],
        f"Could launch it until now, {len(access)} in all:",
        *access[:20],
    ]
    return "\n".join(lines)[:4000]
