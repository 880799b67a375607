"""Let an image be launched again by exactly those whom it was approved for, and who are configured still."""

import time
from typing import Any

from _aws import call
from _description import describe
from _launch import as_set, permission
from _share import statuses
from _unshare import permissions
from _versions import own_amis

PATIENCE = 24
SECONDS = 5


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Enable, share and describe in every Region, and put it into its resource share again."""
    wanted = [permission(each, events["organization"]) for each in events["principals"].split(",") if each]
    for region, ami in events["amis"].items():
        _enable(region, ami)
        _give(region, ami, wanted)
        describe(region, ami, f"approved again {events['today']}, evidence SHA-256 {events['digest']}")
    if events.get("share") and events["enters"] == events["share"]:
        _put_in(events["share"], events["image"])
    return {"amis": events["amis"]}


def _enable(region: str, ami: str) -> None:
    """Disabling has ended its launch permissions; deprecation is lifted, too."""
    found = own_amis(region, [ami])[ami]
    if found["State"] == "disabled":
        call("ec2", "EnableImage", region=region, ImageId=ami)
    if found.get("DeprecationTime"):
        call("ec2", "DisableImageDeprecation", region=region, ImageId=ami)
    for _ in range(PATIENCE):
        if own_amis(region, [ami])[ami]["State"] == "available":
            return
        time.sleep(SECONDS)
    raise ValueError(f"{ami} in {region} did not become available")


def _give(region: str, ami: str, wanted: list[dict[str, str]]) -> None:
    has = permissions(region, ami)
    changes = {
        "Remove": [each for each in has if each not in wanted],
        "Add": [each for each in wanted if each not in has],
    }
    for kind, some in changes.items():
        if some:
            call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={kind: some})
    found = as_set(permissions(region, ami))
    if found != as_set(wanted):
        raise ValueError(f"{ami} in {region} may be launched by {sorted(found)}, and must by {sorted(as_set(wanted))}")


def _put_in(share: str, image: str) -> None:
    if "ASSOCIATED" not in statuses(share, image):
        call("ram", "AssociateResourceShare", resourceShareArn=share, resourceArns=[image])
    for _ in range(PATIENCE):
        if "ASSOCIATED" in statuses(share, image):
            return
        time.sleep(SECONDS)
    raise ValueError(f"{image} did not become part of resource share {share}")
