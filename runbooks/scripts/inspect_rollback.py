"""Find the image that was approved before, and make sure that people have approved exactly that one."""

import json
from typing import Any

from _aws import call, parameter
from _bucket import stored

TAG = "golden-ami:outcome"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be current again, and who may have it: whom it was approved for, and who is configured now."""
    if events["because"].strip().lower() in {"", "none"}:
        raise ValueError("Name the reason in RollbackBecause")
    record = json.loads(parameter(events["parameter"] + "/approved") or "null") or {}
    before = record.get("previous")
    if not before:
        raise ValueError("No image was approved before the current one, so there is none to go back to")
    _is_there(before, events["regions"])
    evidence = _approved(before, events)
    access = evidence["access"]
    launch = [each for each in events.get("principals") or [] if each in access["launch"]]
    shared = events.get("share") if events.get("share") and access["share"] == events["share"] else None
    return {
        "image": before["image"],
        "amis": before["amis"],
        "execution": before["execution"],
        "digest": before["evidence"],
        "principals": ",".join(launch),
        "share": shared or "none",
        "current": record["image"],
    }


def _is_there(before: dict[str, Any], regions: list[str]) -> None:
    """Refuse an image that is not what it was, or was revoked."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=before["image"])["image"]
    if image["state"]["status"] != "AVAILABLE":
        raise ValueError(f"{before['image']} is {image['state']['status']}")
    if image.get("tags", {}).get(TAG) == "revoked":
        raise ValueError(f"{before['image']} was revoked")
    amis = {ami["region"]: ami["image"] for ami in image["outputResources"]["amis"]}
    if amis != before["amis"] or set(amis) != set(regions):
        raise ValueError(f"The AMIs are {amis}, those approved were {before['amis']}, and Regions are {regions}")


def _approved(before: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
    """Read the record of the decision and the evidence; whoever changes a parameter cannot change these."""
    bucket, name = events["bucket"], f"{events['folder']}/{before['execution']}.json"
    decision = json.loads(stored(bucket, f"decisions/{name}")[0])
    if decision["outcome"] != "approved" or decision["image"] != before["image"]:
        raise ValueError(f"{before['execution']} ended {decision['outcome']} with {decision['image']}")
    body, digest = stored(bucket, f"evidence/{name}")
    if not digest == before["evidence"] == decision["evidence"]["sha256"]:
        raise ValueError(f"s3://{bucket}/evidence/{name} is not the evidence upon which it was approved")
    return dict(json.loads(body))
