"""Delete AMIs, snapshots and the image; what must wait is named, and nothing is hidden."""

from typing import Any

from _aws import call, code

GONE = ("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidSnapshot.NotFound", "ResourceNotFoundException")


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return what is still there and why; a second run goes on where the first one had to stop."""
    pending: list[str] = []
    for region, amis in events["amis"].items():
        for ami in amis.split(","):
            pending += _deregister(region, ami)
    if pending:
        return {"pending": "; ".join(pending), "done": False}
    for region, snapshots in events["snapshots"].items():
        for snapshot in snapshots.split(","):
            _delete_snapshot(region, snapshot)
    _delete_image(events["image"])
    return {"pending": "nothing", "done": True}


def _deregister(region: str, ami: str) -> list[str]:
    try:
        for found in call("ec2", "DescribeImages", region=region, ImageIds=[ami], IncludeDisabled=True)["Images"]:
            if found.get("DeregistrationProtection", "disabled").startswith("enabled"):
                call("ec2", "DisableImageDeregistrationProtection", region=region, ImageId=ami)
        call("ec2", "DeregisterImage", region=region, ImageId=ami)
    except Exception as error:
        if code(error) in GONE:
            return []
        if code(error) == "OperationNotPermitted":
            return [f"{ami} in {region} was protected, and can be deregistered later: {error}"]
        raise
    return []


def _delete_snapshot(region: str, snapshot: str) -> None:
    try:
        call("ec2", "DeleteSnapshot", region=region, SnapshotId=snapshot)
    except Exception as error:
        if code(error) not in GONE:
            raise


def _delete_image(image: str) -> None:
    try:
        call("imagebuilder", "DeleteImage", imageBuildVersionArn=image)
    except Exception as error:
        if code(error) not in GONE:
            raise
