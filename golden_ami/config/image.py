"""An image: what Image Builder builds, whichever account it builds in."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from golden_ami.config.component import Component
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import Flag, Model, Slug, Text

MAX_COMPONENTS = 20
"""Components in a recipe (Image Builder quotas)."""

_PARENT = (
    r"ssm:/?[\w./-]{1,1011}|ami-([0-9a-f]{8}|[0-9a-f]{17})|aws:[a-z0-9-]+(/(\d+|x)\.(\d+|x)\.(\d+|x))?"
    r"|arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):image/[a-z0-9-_]+/(\d+|x)\.(\d+|x)\.(\d+|x)(/\d+)?"
)


def _parent(value: str) -> str:
    if not re.fullmatch(_PARENT, value):
        raise ValueError(
            f"{value!r} is no parent image; write ssm:/path, aws:amazon-linux-2023-x86, "
            "an AMI id or an Image Builder image ARN"
        )
    return value


def _device(value: str) -> str:
    if not re.fullmatch(r"/dev/(xvd|sd)[a-z]{1,2}\d{0,2}", value):
        raise ValueError(f"{value!r} is no device name; write it like /dev/xvda")
    return value


class BlockDevice(Model):
    """A volume of the image.

    Attributes
    ----------
    device : str
        Such as ``/dev/xvda``.
    size_gib : int
        GiB, 1 to 16000 (Image Builder API, EbsInstanceBlockDeviceSpecification).
    type : str
        EBS volume type.
    iops : int, optional
        Provisioned operations a second, for io1, io2 and gp3.
    throughput : int, optional
        MiB a second, for gp3.
    unencrypted_because : str, optional
        Volumes are encrypted with the deployment's key unless a reviewed reason stands here.
    """

    device: Annotated[str, AfterValidator(_device)] = "/dev/xvda"
    size_gib: Annotated[int, Field(strict=True, ge=1, le=16000)] = 20
    type: Literal["gp3", "gp2", "io1", "io2", "st1", "sc1", "standard"] = "gp3"
    iops: Annotated[int, Field(strict=True, ge=100, le=64000)] | None = None
    throughput: Annotated[int, Field(strict=True, ge=125, le=1000)] | None = None
    unencrypted_because: Text | None = None

    @model_validator(mode="after")
    def _fits_the_type(self) -> "BlockDevice":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[Problem]:
        if self.iops is not None and self.type not in {"gp3", "io1", "io2"}:
            yield Problem(("iops",), f"{self.type} volumes take no iops; remove it or use gp3, io1 or io2")
        if self.iops is None and self.type in {"io1", "io2"}:
            yield Problem(("iops",), f"{self.type} volumes need iops; add it or use gp3")
        if self.throughput is not None and self.type != "gp3":
            yield Problem(("throughput",), f"{self.type} volumes take no throughput; remove it or use gp3")


class ImageTests(Model):
    """Image Builder's test phase.

    Attributes
    ----------
    enabled : bool
        Run the test phase on an instance of the new image.
    timeout_minutes : int
        60 to 1440 (Image Builder API, ImageTestsConfiguration).
    """

    enabled: Flag = True
    timeout_minutes: Annotated[int, Field(strict=True, ge=60, le=1440)] = 90


class Scanning(Model):
    """Amazon Inspector's scan of the test instance; on, unless a reviewed reason stands here.

    Attributes
    ----------
    disabled_because : str, optional
        Why this image is not scanned. The approval request then says so in capitals.
    """

    disabled_because: Text | None = None

    @property
    def enabled(self) -> bool:
        """Whether the image is scanned."""
        return self.disabled_because is None


class Image(Model):
    """A golden image.

    Attributes
    ----------
    description : str
        For people; it becomes the AMI's description, the only text that consumers of a shared AMI see.
    version : str
        ``major.minor``: the patch number is derived from the content, so every change is a new version.
        ``major.minor.patch``: exactly that, and AWS refuses to change it.
    platform, architecture : str
        Operating system family and processor.
    parent : str
        ``ssm:/parameter``, ``aws:managed-image``, an AMI id or an Image Builder image ARN.
    components : tuple of Component
        In build order.
    block_devices : tuple of BlockDevice
        Encrypted by default.
    instance_types : tuple of str
        Image Builder takes the first one that has capacity; empty for a default of the architecture.
    tests : ImageTests
        Image Builder's test phase.
    scanning : Scanning
        Amazon Inspector's scan, on by default.
    build_timeout_minutes : int
        How long the runbook waits for build, test and distribution.
    """

    description: Text
    version: str
    platform: Literal["Linux", "Windows"] = "Linux"
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    parent: Annotated[str, AfterValidator(_parent)]
    components: Annotated[tuple[Component, ...], Field(max_length=MAX_COMPONENTS)] = ()
    block_devices: Annotated[tuple[BlockDevice, ...], Field(min_length=1, max_length=50)] = (BlockDevice(),)
    instance_types: Annotated[tuple[str, ...], Field(max_length=10)] = ()
    tests: ImageTests = ImageTests()
    scanning: Scanning = Scanning()
    build_timeout_minutes: Annotated[int, Field(strict=True, ge=15, le=1440)] = 180

    @model_validator(mode="after")
    def _is_consistent(self) -> "Image":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[Problem]:
        if not re.fullmatch(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){1,2}", self.version):
            yield Problem(
                ("version",), f'{self.version!r} is no version; write "1.0" (or "1.0.3" to fix the patch number)'
            )
        if self.scanning.enabled and not self.tests.enabled:
            yield Problem(
                ("tests", "enabled"),
                "Inspector scans the test instance, so scanning needs tests; enable them, or give "
                "scanning.disabled_because",
            )
        for index, kind in enumerate(self.instance_types):
            yield from self._instance_type_problems(index, kind)
        yield from _repeated("block_devices", "device", [each.device for each in self.block_devices])
        yield from _repeated("components", "name", [each.label for each in self.components if each.label])
        for index, component in enumerate(self.components):
            yield from (problem.below("components", index) for problem in component.problems_on(self.platform))

    def _instance_type_problems(self, index: int, kind: str) -> Iterator[Problem]:
        family = re.fullmatch(r"([a-z]+\d+[a-z0-9-]*)\.[a-z0-9-]+", kind)
        if not family:
            yield Problem(("instance_types", index), f"{kind!r} is no instance type; write it like t3.medium")
            return
        # AWS names Graviton families with a g after the generation: t4g, m7gd, c7gn (a1 is the first, without it).
        arm = bool(re.match(r"[a-z]+\d+[a-fh-z]*g", family[1])) or family[1] == "a1"
        if arm != (self.architecture == "arm64"):
            processor = "arm64" if arm else "x86_64"
            yield Problem(
                ("instance_types", index),
                f"{kind} is {processor} but the image is {self.architecture}; change one of them",
            )


def _repeated(key: str, field: str, values: list[str]) -> Iterator[Problem]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Problem((key, index, field), f"{value!r} is there twice; remove one")


Images = Annotated[dict[Slug, Image], Field(min_length=1)]
"""Images by name."""
