"""Before anybody is asked, refuse an image that its receivers could not launch: one with a wrong or a closed key."""

import json
from typing import Any

from _aws import call
from _key_policy import missing


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Check the key of every snapshot of the AMIs, and that its policy admits the receivers."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    used = {}
    for ami in image["outputResources"]["amis"]:
        region = ami["region"]
        if _is_encrypted(region, ami["image"], events["keys"][region]):
            used[region] = events["keys"][region]
            if events.get("receivers"):
                _admits(region, used[region], events["receivers"], events["organization"])
    return {"keys": used}


def _is_encrypted(region: str, ami: str, key: str) -> bool:
    (found,) = call("ec2", "DescribeImages", region=region, ImageIds=[ami])["Images"]
    disks = [device["Ebs"]["SnapshotId"] for device in found["BlockDeviceMappings"] if "SnapshotId" in _ebs(device)]
    encrypted = False
    for snapshot in call("ec2", "DescribeSnapshots", region=region, SnapshotIds=disks)["Snapshots"] if disks else []:
        if not snapshot.get("Encrypted"):
            continue
        encrypted = True
        # AWS's own key for EBS differs, too: it cannot be shared at all.
        if snapshot.get("KmsKeyId") != key:
            raise ValueError(
                f"{snapshot['SnapshotId']} of {ami} in {region} is encrypted with {snapshot.get('KmsKeyId')}, not with "
                f"{key}, so that its receivers could not launch it"
            )
    return encrypted


def _ebs(device: dict[str, Any]) -> dict[str, Any]:
    return dict(device.get("Ebs", {}))


def _admits(region: str, key: str, receivers: list[str], organization: str) -> None:
    policy = json.loads(call("kms", "GetKeyPolicy", region=region, KeyId=key, PolicyName="default")["Policy"])
    for receiver in receivers:
        for action in missing(policy, receiver, organization):
            raise ValueError(
                f"The policy of {key} in {region} does not allow {action} to {receiver}, which could not launch "
                "the image: let it admit the organization"
            )
