"""Sharing failed half-way, or was stopped: take back all that this execution may have given.

Before the approval the AMIs were private and the image was in no share, so whatever is there now came from here.
"""

import json
from typing import Any

from _aws import call, parameter
from _description import take_back
from _share import statuses
from _tried import tried


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Take back everywhere, whatever fails on the way; then name what could not be taken back."""
    left = []
    for region, ami in events["amis"].items():
        left += tried(f"launch permissions of {ami} in {region}", _unshare, region, ami)
        left += tried(f"parameter in {region}", _restore, events, region, ami)
    left += tried("record of the approved image", _restore_record, events)
    if events.get("share"):
        left += tried(f"image in {events['share']}", _take_out, events["share"], events["image"])
    if left:
        raise RuntimeError("Could not be taken back, so do it by hand: " + "; ".join(left))
    return {"taken": "everything"}


def _unshare(region: str, ami: str) -> None:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    given = answer["LaunchPermissions"]
    if given:
        call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Remove": given})
    take_back(region, ami)


def _restore(events: dict[str, Any], region: str, ami: str) -> None:
    """Let consumers find what they found before."""
    name = events["parameter"] + "/ami"
    if parameter(name, region) != ami:
        return
    approved = _record(events)
    before = approved.get("previous", {}) if _is_own(approved, events) else approved
    _put_back(name, before.get("amis", {}).get(region), region, "aws:ec2:image")


def _restore_record(events: dict[str, Any]) -> None:
    """Put the record back, when this execution came so far as to write its own."""
    approved = _record(events)
    if _is_own(approved, events):
        before = approved.get("previous")
        _put_back(events["parameter"] + "/approved", before and json.dumps(before), None, "text")


def _record(events: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(parameter(events["parameter"] + "/approved") or "{}"))


def _is_own(approved: dict[str, Any], events: dict[str, Any]) -> bool:
    return approved.get("image") == events["image"]


def _put_back(name: str, value: str | None, region: str | None, kind: str) -> None:
    if value:
        call("ssm", "PutParameter", region=region, Name=name, Value=value, Type="String", DataType=kind, Overwrite=True)
    else:
        call("ssm", "DeleteParameter", region=region, Name=name)


def _take_out(share: str, image: str) -> None:
    if statuses(share, image) & {"ASSOCIATING", "ASSOCIATED"}:
        call("ram", "DisassociateResourceShare", resourceShareArn=share, resourceArns=[image])
