"""Find the image that was approved before, and make sure that people have approved exactly that one."""

import json
from typing import Any

from _aws import call, parameter
from _bucket import stored
from _share import reaches_only, statuses
from _versions import own_amis

TAG = "golden-ami:outcome"
THERE = {"available", "disabled"}


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be current again, and who may have it: whom it was approved for, and who is configured now."""
    if events["because"].strip().lower() in {"", "none"}:
        raise ValueError("Name the reason in RollbackBecause")
    record = json.loads(parameter(events["parameter"] + "/approved") or "null") or {}
    before = record.get("previous")
    if not before:
        raise ValueError("No image was approved before the current one, so there is none to go back to")
    _is_there(before, events["regions"])
    access = _approved(before, events)["access"]
    launch = [each for each in events.get("principals") or [] if each in access["launch"]]
    if events.get("principals") and not launch:
        raise ValueError(f"{before['image']} was approved for {access['launch']}, and none of them is configured now")
    share = "none"
    if events.get("share"):
        share = _share_to_enter(events["share"], before["image"], access)
    return {
        "image": before["image"],
        "amis": {region: before["amis"][region] for region in events["regions"]},
        "execution": before["execution"],
        "digest": before["evidence"],
        "principals": ",".join(launch),
        "share": share,
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
    if amis != before["amis"] or not set(regions) <= set(amis):
        raise ValueError(f"The AMIs are {amis}, those approved were {before['amis']}, and Regions are {regions}")
    for region in regions:
        state = own_amis(region, [amis[region]]).get(amis[region], {}).get("State", "gone")
        if state not in THERE:
            raise ValueError(f"{amis[region]} in {region} is {state}")


def _approved(before: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
    """Read the record of the decision and the evidence; whoever changes a parameter cannot change these."""
    bucket, name = events["bucket"], f"{events['folder']}/{before['execution']}.json"
    decision = json.loads(stored(bucket, f"decisions/{name}")[0])
    if decision["outcome"] != "approved" or decision["image"] != before["image"]:
        raise ValueError(f"{before['execution']} ended {decision['outcome']} with {decision['image']}")
    body, digest = stored(bucket, f"evidence/{name}")
    if not digest == before["evidence"] == decision["evidence"]["sha256"]:
        raise ValueError(f"s3://{bucket}/evidence/{name} is not the evidence upon which it was approved")
    evidence = dict(json.loads(body))
    if evidence["image"]["arn"] != before["image"] or evidence["amis"] != before["amis"]:
        raise ValueError(f"s3://{bucket}/evidence/{name} is of {evidence['image']['arn']} with {evidence['amis']}")
    return evidence


def _share_to_enter(share: str, image: str, access: dict[str, Any]) -> str:
    """Name the share that it dropped out of; one that reaches others by now would give it to whom nobody approved."""
    if access["share"] != share:
        return "none"
    reaches_only(share, access["image_builder"])
    return "none" if "ASSOCIATED" in statuses(share, image) else share
