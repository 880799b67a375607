"""Before anybody is asked, refuse an image that its receivers could not launch: one with a wrong or a closed key."""

import fnmatch
import json
from typing import Any

from _aws import call

LAUNCHING = ("kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ReEncryptFrom")
"""What who launches needs of the key ("Allow organizations and OUs to use a KMS key", EC2 User Guide)."""


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Check the key of every snapshot of the AMIs, and that its policy admits the receivers."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    used = {}
    for ami in image["outputResources"]["amis"]:
        region = ami["region"]
        if _is_encrypted(region, ami["image"], events["keys"][region]):
            used[region] = events["keys"][region]
            if events.get("receivers"):
                _admits(region, used[region], events["receivers"])
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


def _admits(region: str, key: str, receivers: list[str]) -> None:
    """Look for every action in statements that name the receiver; what denies is not judged."""
    policy = json.loads(call("kms", "GetKeyPolicy", region=region, KeyId=key, PolicyName="default")["Policy"])
    allowing = [each for each in _listed(policy["Statement"]) if each["Effect"] == "Allow"]
    for receiver in receivers:
        for action in LAUNCHING:
            if not any(_allows(statement, action) and _names(statement, receiver) for statement in allowing):
                raise ValueError(
                    f"The policy of {key} in {region} does not allow {action} to {receiver}, which could not launch "
                    "the image: let it admit the organization"
                )


def _allows(statement: dict[str, Any], action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), each.lower()) for each in _listed(statement.get("Action", [])))


def _names(statement: dict[str, Any], receiver: str) -> bool:
    """Tell whether a statement is for a receiver: an account, a unit or the organization, by any of its ids."""
    condition = json.dumps(statement.get("Condition", {}))
    principal = json.dumps(statement.get("Principal", {}))
    if receiver.isdigit():
        return receiver in principal or (
            '"*"' in principal and (receiver in condition or "PrincipalAccount" not in condition)
        )
    return '"*"' in principal and (
        "aws:PrincipalAccount" not in condition
        and (condition == "{}" or any(part in condition for part in receiver.split("/")[1:]))
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
