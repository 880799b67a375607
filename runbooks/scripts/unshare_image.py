"""End every launch permission and every share of an image."""

import time
from typing import Any

from _aws import call
from _share import statuses

PATIENCE = 60
SECONDS = 5


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Unshare in every Region, and wait until RAM has let go."""
    for region, amis in events["amis"].items():
        for ami in amis.split(","):
            _unshare(region, ami)
    if events.get("share"):
        _take_out(events["share"], events["image"])
    return {"unshared": events["image"]}


def _unshare(region: str, ami: str) -> None:
    given = _permissions(region, ami)
    if given:
        call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Remove": given})
    if _permissions(region, ami):
        raise ValueError(f"{ami} in {region} is still shared: {_permissions(region, ami)}")


def _permissions(region: str, ami: str) -> Any:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    return answer["LaunchPermissions"]


def _take_out(share: str, image: str) -> None:
    if statuses(share, image) & {"ASSOCIATING", "ASSOCIATED"}:
        call("ram", "DisassociateResourceShare", resourceShareArn=share, resourceArns=[image])
    for _ in range(PATIENCE):
        if not statuses(share, image) & {"ASSOCIATING", "ASSOCIATED", "DISASSOCIATING"}:
            return
        time.sleep(SECONDS)
    raise ValueError(f"{image} is still in resource share {share}")
