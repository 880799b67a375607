"""Before anybody is asked, refuse an image that its receivers could not launch: one with a wrong or a closed key."""

import fnmatch
import json
from typing import Any

from _aws import call

LAUNCHING = ("kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ReEncryptFrom")
"""What who launches needs of the key ("Allow organizations and OUs to use a KMS key", EC2 User Guide)."""
WHO = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "kms:calleraccount")
"""Condition keys by which a policy says who may use the key."""


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
    """Look for every action in statements that are for the receiver; what denies is not judged."""
    policy = json.loads(call("kms", "GetKeyPolicy", region=region, KeyId=key, PolicyName="default")["Policy"])
    allowing = [each for each in _listed(policy["Statement"]) if each["Effect"] == "Allow"]
    for receiver in receivers:
        for action in LAUNCHING:
            if not any(
                _allows(statement, action) and _names(statement, receiver, organization) for statement in allowing
            ):
                raise ValueError(
                    f"The policy of {key} in {region} does not allow {action} to {receiver}, which could not launch "
                    "the image: let it admit the organization"
                )


def _allows(statement: dict[str, Any], action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), each.lower()) for each in _listed(statement.get("Action", [])))


def _names(statement: dict[str, Any], receiver: str, organization: str) -> bool:
    """Tell whether a statement is for everybody of a receiver: an account, a unit or the organization."""
    named = _principals(statement.get("Principal", {}))
    if "*" not in named:
        return receiver.isdigit() and any(each == receiver or each.endswith(f"::{receiver}:root") for each in named)
    return all(
        _holds(operator, key.lower(), _listed(values), receiver, organization)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _principals(principal: Any) -> list[str]:
    return [str(each) for each in _listed(principal.get("AWS", []) if isinstance(principal, dict) else principal)]


def _holds(operator: str, key: str, values: list[str], receiver: str, organization: str) -> bool:
    """Tell whether a condition holds for everybody of a receiver; one that is not about who asks is left to AWS."""
    if key not in WHO:
        return key.startswith("kms:")
    if operator.rpartition(":")[2] not in ("StringEquals", "StringLike"):
        return False
    if key == "aws:principalorgid":
        return organization in values
    if key == "aws:principalorgpaths":
        within = receiver.rpartition("/")[2] if "/ou-" in receiver else ""
        whole = (f"{organization}/*", f"{organization}/")
        return any(each in whole or (within and within in each.split("/")) for each in values) or receiver.isdigit()
    return receiver in values


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
