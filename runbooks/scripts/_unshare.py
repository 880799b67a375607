"""How what was given is taken back, and looked at again."""

import time
from typing import Any

from _aws import call
from _share import statuses

PATIENCE = 60
SECONDS = 5


def unshare(region: str, ami: str) -> None:
    """End every launch permission of an AMI."""
    given = permissions(region, ami)
    if given:
        call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Remove": given})
    if permissions(region, ami):
        raise ValueError(f"{ami} in {region} is still shared: {permissions(region, ami)}")


def permissions(region: str, ami: str) -> Any:
    """Read who may launch an AMI, as EC2 says it."""
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    return answer["LaunchPermissions"]


def take_out(share: str, image: str) -> None:
    """Take an image out of a resource share, and wait until RAM has let go."""
    if statuses(share, image) & {"ASSOCIATING", "ASSOCIATED"}:
        call("ram", "DisassociateResourceShare", resourceShareArn=share, resourceArns=[image])
    for _ in range(PATIENCE):
        if not statuses(share, image) & {"ASSOCIATING", "ASSOCIATED", "DISASSOCIATING"}:
            return
        time.sleep(SECONDS)
    raise ValueError(f"{image} is still in resource share {share}")
