"""Sharing failed half-way, or was stopped: take back all that this execution may have given.

Before the approval the AMIs were private and the image was in no share, so whatever is there now came from here.
"""

import json
from typing import Any

from _aws import call, code


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Take back everywhere, whatever fails on the way; then name what could not be taken back."""
    left = []
    for region, ami in events["amis"].items():
        left += _tried(f"launch permissions of {ami} in {region}", _unshare, region, ami)
        left += _tried(f"parameter in {region}", _restore, events, region, ami)
    if events.get("share"):
        left += _tried(f"image in {events['share']}", _take_out, events["share"], events["image"])
    if left:
        raise RuntimeError("Could not be taken back, so do it by hand: " + "; ".join(left))
    return {"taken": "everything"}


def _tried(what: str, action: Any, *arguments: Any) -> list[str]:
    try:
        action(*arguments)
    except Exception as error:  # the other Regions must still be tried
        return [f"{what} ({error})"]
    return []


def _unshare(region: str, ami: str) -> None:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    given = answer["LaunchPermissions"]
    if given:
        call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Remove": given})


def _restore(events: dict[str, Any], region: str, ami: str) -> None:
    """Let consumers find what they found before."""
    name = events["parameter"] + "/ami"
    if _value(name, region) != ami:
        return
    approved = json.loads(_value(events["parameter"] + "/approved", None) or "null")
    if approved and approved["image"] == events["image"]:
        return
    before = approved and approved["amis"].get(region)
    if before:
        call("ssm", "PutParameter", region=region, Name=name, Value=before, Type="String", Overwrite=True)
    else:
        call("ssm", "DeleteParameter", region=region, Name=name)


def _value(name: str, region: str | None) -> str:
    try:
        return str(call("ssm", "GetParameter", region=region, Name=name)["Parameter"]["Value"])
    except Exception as error:
        if code(error) == "ParameterNotFound":
            return ""
        raise


def _take_out(share: str, image: str) -> None:
    answer = call(
        "ram",
        "GetResourceShareAssociations",
        associationType="RESOURCE",
        resourceArn=image,
        resourceShareArns=[share],
    )
    if any(each["status"] in {"ASSOCIATING", "ASSOCIATED"} for each in answer["resourceShareAssociations"]):
        call("ram", "DisassociateResourceShare", resourceShareArn=share, resourceArns=[image])
