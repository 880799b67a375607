"""What scripts ask of a version of an image: its AMIs, and what it is to consumers."""

import json
from typing import Any

from _aws import pages, parameter


def role_of(path: str, image: str) -> str:
    """Say what the image is to its consumers."""
    record = json.loads(parameter(path + "/approved") or "null")
    if not record:
        return ""
    if record["image"] == image:
        return "the approved image"
    return "the image that was approved before" if record.get("previous", {}).get("image") == image else ""


def amis_of(region: str, image: str) -> list[dict[str, Any]]:
    """Find the AMIs of an image in a Region, disabled ones, too."""
    return pages(
        "ec2",
        "DescribeImages",
        "Images",
        "NextToken",
        region=region,
        Owners=["self"],
        Filters=[{"Name": "tag:Ec2ImageBuilderArn", "Values": [image]}],
        IncludeDisabled=True,
    )


def own_amis(region: str, amis: list[str]) -> dict[str, dict[str, Any]]:
    """Describe those AMIs that are there, disabled ones, too; one that is gone is no fault."""
    found = pages(
        "ec2",
        "DescribeImages",
        "Images",
        "NextToken",
        region=region,
        Owners=["self"],
        Filters=[{"Name": "image-id", "Values": amis}],
        IncludeDisabled=True,
    )
    return {ami["ImageId"]: ami for ami in found}
