"""Whom an image of the demonstration has reached, as EC2, RAM and Parameter Store have it."""

from typing import Any

from rich.console import Console
from rich.table import Table

from golden_ami.config import ImageFactory
from golden_ami.errors import SandboxError
from golden_ami.sandbox.server import LocalAws


class Reach:
    """Permissions, shares and parameters of one image of the factory.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    factory : ImageFactory
        The image.
    console : Console
        Where people look.
    """

    def __init__(self, local: LocalAws, factory: ImageFactory, console: Console) -> None:
        self._local = local
        self._factory = factory
        self._console = console
        self._parameter = f"{factory.names.parameter}/ami"

    def show(self, image: str) -> None:
        """Print the AMIs with their permissions, the association and the parameter."""
        table = Table("Region", "AMI", "may be launched by", "parameter", title=f"Shared: {image}")
        for column in table.columns:
            column.overflow = "fold"
        published = self.published()
        for region, ami in self.amis(image).items():
            allowed = [str(value) for each in self._permissions(region, ami) for value in each.values()]
            table.add_row(region, ami, "\n".join(allowed), f"{self._parameter}\n= {published[region]}")
        self._console.print(table)
        for share in self._shares(image):
            self._console.print(f"RAM: {share['status']} in {share['resourceShareName']} ({share['associationType']})")

    def expect_shared(self, image: str) -> None:
        """Make sure that an approved image reached everybody it is for."""
        for region, ami in self.amis(image).items():
            if len(self._permissions(region, ami)) != len(self._factory.launch_principals):
                raise SandboxError(f"{ami} in {region} is not shared as configured", remedy="read the steps above")

    def expect_private(self, image: str) -> None:
        """Make sure that an image without approval, or one that was taken back, is nobody else's."""
        shared = [ami for region, ami in self.amis(image).items() if self._permissions(region, ami)]
        if shared or self._shares(image):
            raise SandboxError(f"{image} is shared without an approval: {shared}", remedy="that must never happen")

    def expect_published(self, image: str) -> None:
        """Make sure that consumers find this image, in every Region."""
        if self.published() != self.amis(image):
            raise SandboxError(
                f"{self._parameter} gives {self.published()}, not {image}", remedy="read what was said above"
            )

    def amis(self, image: str) -> dict[str, str]:
        """Name the AMIs of an image by Region."""
        found = self._local.client("imagebuilder").get_image(imageBuildVersionArn=image)["image"]
        return {ami["region"]: ami["image"] for ami in found["outputResources"]["amis"]}

    def published(self) -> dict[str, str]:
        """Read which AMI the parameter gives, by Region."""
        found = {}
        for region in self._factory.regions:
            ssm = self._local.client("ssm", region=region)
            found[region] = str(ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"])
        return found

    def _permissions(self, region: str, ami: str) -> list[dict[str, str]]:
        ec2 = self._local.client("ec2", region=region)
        answer = ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")
        return list(answer["LaunchPermissions"])

    def _shares(self, image: str) -> list[dict[str, Any]]:
        ram = self._local.client("ram")
        found = ram.get_resource_share_associations(associationType="RESOURCE", resourceArn=image)
        return [each for each in found["resourceShareAssociations"] if each["status"] != "DISASSOCIATED"]
