"""Find all that is left of an image, and refuse one that consumers still get."""

from typing import Any

from _aws import pages
from _versions import amis_of, role_of


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the ids of AMIs and snapshots by Region, with commas; a Region where nothing is left is not there."""
    image, because = events["image"], events["because"].strip().lower()
    if not image.startswith(events["images"]):
        raise ValueError(f"{image} is not an image of this runbook, whose images begin with {events['images']}")
    role = role_of(events["parameter"], image)
    if role and because in {"", "none"}:
        raise ValueError(f"{image} is {role}; name a reason in RetireApprovedBecause to retire it all the same")
    amis, snapshots = {}, {}
    for region in events["regions"]:
        found = amis_of(region, image)
        amis[region] = ",".join(sorted(ami["ImageId"] for ami in found))
        snapshots[region] = ",".join(sorted({*_snapshots(region, image), *_snapshots_of(found)}))
    return {"amis": _filled(amis), "snapshots": _filled(snapshots), "role": role or "neither current nor previous"}


def _filled(by_region: dict[str, str]) -> dict[str, str]:
    return {region: identifiers for region, identifiers in by_region.items() if identifiers}


def _snapshots_of(amis: list[dict[str, Any]]) -> list[str]:
    devices = [device for ami in amis for device in ami.get("BlockDeviceMappings", [])]
    return [device["Ebs"]["SnapshotId"] for device in devices if device.get("Ebs", {}).get("SnapshotId")]


def _snapshots(region: str, image: str) -> list[str]:
    """Find snapshots by their tag: an earlier run may have deregistered the AMIs already."""
    found = pages(
        "ec2",
        "DescribeSnapshots",
        "Snapshots",
        "NextToken",
        region=region,
        OwnerIds=["self"],
        Filters=[{"Name": "tag:Ec2ImageBuilderArn", "Values": [image]}],
    )
    return [snapshot["SnapshotId"] for snapshot in found]
