"""AMIs of images, and what they are encrypted with, by whom they are run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from golden_ami.errors import InputError
from golden_ami.operate.faults import code_of
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

BUILT_AS = "Ec2ImageBuilderArn"
"""Tag by which an AMI or a snapshot says which image it belongs to."""

_GONE = ("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIID.Malformed")
_RUNNING = ("pending", "running", "stopping", "stopped")
_MOST_VALUES = 200
"""Values of a filter ("Filter", EC2 API Reference)."""


def amis_of(place: Place, factory: "ImageFactory", image: str) -> dict[str, list[dict[str, Any]]]:
    """Find the account's AMIs of an image in every Region of the deployment, disabled ones too.

    AMIs are found by their tag, which an earlier build has left, and by the image itself, whose AMIs may have lost it.
    """
    found = {region: tagged(place, region, [image]) for region in factory.regions}
    for each in _built(place, image):
        region, ami = each["region"], each["image"]
        if all(ami != known["ImageId"] for known in found.setdefault(region, [])):
            found[region] += _described(place, region, ami)
    return found


def is_known(place: Place, image: str) -> bool:
    """Tell whether Image Builder has an image, whatever has become of its AMIs."""
    return _image(place, image) is not None


def _built(place: Place, image: str) -> list[dict[str, Any]]:
    return list((_image(place, image) or {}).get("outputResources", {}).get("amis", []))


def _image(place: Place, image: str) -> dict[str, Any] | None:
    try:
        return dict(place.connection.client("imagebuilder").get_image(imageBuildVersionArn=image)["image"])
    except Exception as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise


def _described(place: Place, region: str, ami: str) -> list[dict[str, Any]]:
    try:
        return list(place.connection.client("ec2", region=region).describe_images(ImageIds=[ami])["Images"])
    except Exception as error:
        if code_of(error) in _GONE:
            return []
        raise


def tagged(place: Place, region: str, images: Iterable[str]) -> list[dict[str, Any]]:
    """Find the account's AMIs in a Region by the images that they belong to; patterns may be given."""
    return place.connection.pages(
        "ec2",
        "describe_images",
        "Images",
        region=region,
        Owners=["self"],
        IncludeDisabled=True,
        Filters=[{"Name": f"tag:{BUILT_AS}", "Values": list(images)}],
    )


def find_ami(place: Place, ami: str) -> tuple["ImageFactory", str]:
    """Find the image that an AMI of the deployment belongs to.

    Raises
    ------
    InputError
        When no Region of the deployment has the AMI, or it was not built by the deployment.
    """
    regions = dict.fromkeys(region for factory in place.factories for region in factory.regions)
    for region in regions:
        for each in _described(place, region, ami):
            image = tags(each).get(BUILT_AS, "")
            return place.factory_of(image or ami), image
    raise InputError(f"there is no {ami} in {', '.join(regions)}", remedy="check the id, the Region and --deployment")


def tags(described: Mapping[str, Any]) -> dict[str, str]:
    """Read EC2's list of tags."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in described.get("Tags", [])}


def keys_of(place: Place, region: str, ami: Mapping[str, Any]) -> set[str | None]:
    """Find the keys of an AMI's snapshots; None stands for one that is not encrypted."""
    disks = snapshots_of(ami)
    if not disks:
        return set()
    found = place.connection.client("ec2", region=region).describe_snapshots(SnapshotIds=disks)["Snapshots"]
    return {each.get("KmsKeyId") if each.get("Encrypted") else None for each in found}


def snapshots_of(ami: Mapping[str, Any]) -> list[str]:
    """List an AMI's snapshots."""
    devices = [device.get("Ebs", {}) for device in ami.get("BlockDeviceMappings", [])]
    return [str(device["SnapshotId"]) for device in devices if "SnapshotId" in device]


def instances_of(place: Place, region: str, amis: Sequence[str]) -> dict[str, int]:
    """Count this account's instances of AMIs in a Region, stopped ones too: they would not start without their key."""
    counts = dict.fromkeys(amis, 0)
    for start in range(0, len(amis), _MOST_VALUES):
        reservations = place.connection.pages(
            "ec2",
            "describe_instances",
            "Reservations",
            region=region,
            Filters=[
                {"Name": "image-id", "Values": list(amis[start : start + _MOST_VALUES])},
                {"Name": "instance-state-name", "Values": list(_RUNNING)},
            ],
        )
        for instance in (each for reservation in reservations for each in reservation["Instances"]):
            counts[instance["ImageId"]] += 1
    return counts
