"""Make sure that the image was approved: read the decision from Systems Manager, and trust no jump."""

import json
from datetime import datetime
from typing import Any

from _aws import call, parameter
from _bucket import stored
from _decisions import by_enough
from _scan import is_fresh
from _share import reaches_only

TAG = "golden-ami:outcome"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return who approved, or raise."""
    approved = by_enough(events["execution"], events["approvers"], events["required"])
    if stored(events["bucket"], events["key"])[1] != events["digest"]:
        raise ValueError(f"{events['key']} is not the evidence that the approvers were asked upon")
    image = _is_unchanged(events["image"], events["amis"])
    _is_not_superseded(events["record"], image)
    if events.get("oldest"):
        is_fresh(image, events["today"], events["oldest"])
    if events.get("share"):
        reaches_only(events["share"], events["receivers"])
    return {"approvers": approved, "summary": ", ".join(approved)}


def _is_unchanged(image: str, amis: dict[str, str]) -> dict[str, Any]:
    found = dict(call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"])
    if found["state"]["status"] != "AVAILABLE":
        raise ValueError(f"{image} is {found['state']['status']} since it was approved")
    if found.get("tags", {}).get(TAG) == "revoked":
        raise ValueError(f"{image} was revoked since it was asked for")
    now = {ami["region"]: ami["image"] for ami in found["outputResources"]["amis"]}
    if now != amis:
        raise ValueError(f"The AMIs are {now}, and those approved were {amis}")
    return found


def _is_not_superseded(record: str, image: dict[str, Any]) -> None:
    """Refuse an image that is older than the one that was approved last."""
    latest = json.loads(parameter(record) or "null")
    if latest and latest["image"] != image["arn"] and _moment(latest["created"]) > _moment(image["dateCreated"]):
        raise ValueError(f"{latest['image']} is newer, and was approved meanwhile")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
