"""How consumers stop finding an image: they get another one that they may have, or none."""

import json
from typing import Any

from _aws import call, code, parameter
from _tried import tried
from _versions import own_amis


def withdraw(path: str, image: str, amis: dict[str, str] | None = None) -> str:
    """Change the parameters of every Region, whatever fails on the way, and the record last.

    A parameter may name one of its AMIs though the record does not know it: publishing may have failed half-way.
    """
    record = json.loads(parameter(path + "/approved") or "null") or {}
    previous = record.pop("previous", None) or {}
    if record.get("image") == image:
        gone, stays = record, _usable(previous)
    else:
        gone, stays = previous if previous.get("image") == image else {}, record
    left: list[str] = []
    for region, ami in _everywhere(gone.get("amis", {}), amis or {}):
        left += tried(f"parameter in {region}", _replace, path + "/ami", ami, stays.get("amis", {}).get(region), region)
    if left:
        raise RuntimeError("; ".join(left))
    if gone and stays:
        _write(path + "/approved", json.dumps(stays), "text", None)
    elif gone:
        call("ssm", "DeleteParameter", Name=path + "/approved")
    if gone is not record:
        return "unchanged"
    return str(stays.get("image", "none"))


def _everywhere(recorded: dict[str, str], found: dict[str, str]) -> list[tuple[str, str]]:
    listed = [(region, ami) for region, some in found.items() for ami in some.split(",")]
    return list(dict.fromkeys([*recorded.items(), *listed]))


def _usable(previous: dict[str, Any]) -> dict[str, Any]:
    """Give nobody an image that was revoked, or is gone."""
    if not previous:
        return {}
    try:
        image = call("imagebuilder", "GetImage", imageBuildVersionArn=previous["image"])["image"]
    except Exception as error:
        if code(error) == "ResourceNotFoundException":
            return {}
        raise
    return {} if image.get("tags", {}).get("golden-ami:outcome") == "revoked" else previous


def _replace(name: str, ami: str, other: str | None, region: str) -> None:
    """Leave a parameter alone that has another value: somebody else's decision stands."""
    if parameter(name, region) != ami:
        return
    # Systems Manager drops what is no available AMI without a word, and the parameter would keep this one.
    if other and own_amis(region, [other]).get(other, {}).get("State") == "available":
        _write(name, other, "aws:ec2:image", region)
    else:
        call("ssm", "DeleteParameter", region=region, Name=name)


def _write(name: str, value: str, kind: str, region: str | None) -> None:
    call("ssm", "PutParameter", region=region, Name=name, Value=value, Type="String", DataType=kind, Overwrite=True)
