"""A rollback failed half-way: let consumers find what the record of the approved image says, in every Region."""

import json
from typing import Any

from _aws import call, parameter
from _tried import tried
from _unshare import take_out, unshare
from _withdraw import withdraw


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Put back everywhere, whatever fails on the way; then name what others still get.

    What was revoked while this rollback shared it is taken back from everybody.
    """
    left: list[str] = []
    if _is_revoked(events["image"]):
        left += tried("parameters", withdraw, events["parameter"], events["image"], events["amis"])
        for region, ami in events["amis"].items():
            left += tried(f"launch permissions of {ami} in {region}", unshare, region, ami)
        if events.get("share"):
            left += tried(f"image in {events['share']}", take_out, events["share"], events["image"])
    record = json.loads(parameter(events["parameter"] + "/approved") or "null") or {"image": "none", "amis": {}}
    for region, ami in events["amis"].items():
        current = record["amis"].get(region)
        if current and current != ami:
            left += tried(f"parameter in {region}", _put_back, events["parameter"] + "/ami", region, ami, current)
    if left:
        raise RuntimeError(f"Others still get {events['image']}: " + "; ".join(left))
    return {"current": record["image"]}


def _put_back(name: str, region: str, ami: str, current: str) -> None:
    """Leave a parameter alone that this rollback has not changed."""
    if parameter(name, region) == ami:
        given = {"Name": name, "Value": current, "Type": "String", "DataType": "aws:ec2:image"}
        call("ssm", "PutParameter", region=region, Overwrite=True, **given)


def _is_revoked(image: str) -> bool:
    found = call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"]
    return bool(found.get("tags", {}).get("golden-ami:outcome") == "revoked")
