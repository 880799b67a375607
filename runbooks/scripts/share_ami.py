"""Give launch permissions in every Region, read them back, and say in the description what the receivers get."""

from typing import Any

from _aws import call
from _description import describe
from _launch import as_set, permission


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Share each Region's AMI with exactly the principals; the document takes it all back when any Region fails."""
    wanted = [permission(principal, events["organization"]) for principal in events["principals"]]
    for region, ami in events["amis"].items():
        _share(region, ami, wanted)
        describe(region, ami, f"approved {events['today']}, evidence SHA-256 {events['digest']}")
    return {"amis": events["amis"]}


def _share(region: str, ami: str, wanted: list[dict[str, str]]) -> None:
    call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Add": wanted})
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    found = as_set(answer["LaunchPermissions"])
    if found != as_set(wanted):
        raise ValueError(f"{ami} in {region} may be launched by {sorted(found)}, and must by {sorted(as_set(wanted))}")
