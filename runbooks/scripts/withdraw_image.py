"""Let consumers no longer find an image that is about to go: give them the one before, or none."""

import json
from typing import Any

from _aws import call, parameter


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Change the parameters, the record last; an image that is not in the record changes nothing."""
    path, image = events["parameter"], events["image"]
    record = json.loads(parameter(path + "/approved") or "null")
    if not record or image not in {record["image"], record.get("previous", {}).get("image")}:
        return {"given": "unchanged"}
    previous = record.pop("previous", None)
    if record["image"] != image:
        _put(path + "/approved", json.dumps(record), "text", None)
        return {"given": "unchanged"}
    for region, ami in record["amis"].items():
        _replace(path + "/ami", ami, (previous or {"amis": {}})["amis"].get(region), region)
    if previous:
        _put(path + "/approved", json.dumps(previous), "text", None)
        return {"given": previous["image"]}
    call("ssm", "DeleteParameter", Name=path + "/approved")
    return {"given": "none"}


def _replace(name: str, ami: str, before: str | None, region: str) -> None:
    """Leave a parameter alone that has another value: somebody else's decision stands."""
    if parameter(name, region) != ami:
        return
    if before:
        _put(name, before, "aws:ec2:image", region)
    else:
        call("ssm", "DeleteParameter", region=region, Name=name)


def _put(name: str, value: str, kind: str, region: str | None) -> None:
    call("ssm", "PutParameter", region=region, Name=name, Value=value, Type="String", DataType=kind, Overwrite=True)
