"""How consumers stop finding an image: they get the one before, or none."""

import json

from _aws import call, parameter


def withdraw(path: str, image: str) -> str:
    """Change the parameters, the record last; an image that is not in the record changes nothing."""
    record = json.loads(parameter(path + "/approved") or "null")
    if not record or image not in {record["image"], record.get("previous", {}).get("image")}:
        return "unchanged"
    previous = record.pop("previous", None)
    if record["image"] != image:
        _put(path + "/approved", json.dumps(record), "text", None)
        return "unchanged"
    for region, ami in record["amis"].items():
        _replace(path + "/ami", ami, (previous or {"amis": {}})["amis"].get(region), region)
    if previous:
        _put(path + "/approved", json.dumps(previous), "text", None)
        return str(previous["image"])
    call("ssm", "DeleteParameter", Name=path + "/approved")
    return "none"


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
