"""Find what was built, and check that nobody can use it yet."""

from typing import Any

from _aws import call
from _share import statuses


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the AMI of each Region."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    amis = {ami["region"]: ami["image"] for ami in image["outputResources"]["amis"]}
    if set(amis) != set(events["regions"]):
        raise ValueError(f"AMIs are in {sorted(amis)}, and must be in exactly {sorted(events['regions'])}")
    for region, ami in amis.items():
        _is_private(region, ami)
    if events.get("share"):
        _is_not_in(events["share"], events["image"])
    return {"amis": amis}


def _is_private(region: str, ami: str) -> None:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    if answer["LaunchPermissions"]:
        raise ValueError(f"{ami} in {region} is shared already, before any approval: {answer['LaunchPermissions']}")


def _is_not_in(share: str, image: str) -> None:
    if statuses(share, image) - {"DISASSOCIATED"}:
        raise ValueError(f"{image} is in resource share {share} already, before any approval")
