"""Names, versions and ARNs of Image Builder's resources.

Source: "name" and "semanticVersion" of CreateComponent, CreateImageRecipe (Image Builder API Reference). The ARN has a
normalised form of the name: names that differ only in case, spaces or underscores are the same. Version nodes may be
``x`` from the right when a resource is referred to, never when a component is made. Components and workflows have a
build version behind the semantic one.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

from golden_ami.sandbox.imagebuilder.errors import InvalidParameterValueException, InvalidVersionNumberException

MAX_NODE: Final = 2**30 - 1
"""Largest number in a version."""

_ARN = re.compile(
    r"arn:(?P<partition>aws[^:]*):imagebuilder:(?P<region>[^:]+):(?P<account>[^:]+):"
    r"(?P<segment>workflow/(?:build|test|distribution)|[a-z-]+)/(?P<slug>[a-z0-9_-]+)"
    r"(?:/(?P<version>(?:x|\d+)(?:\.(?:x|\d+)){2}))?(?:/(?P<build>\d+))?"
)


def slug(name: str) -> str:
    """Return the form of a name that stands in ARNs."""
    return re.sub(r"[ _]", "-", name.lower())


def check_version(version: str) -> str:
    """Return a semantic version, or refuse a node that is out of bounds.

    Raises
    ------
    InvalidVersionNumberException
        When a node exceeds ``MAX_NODE``.
    """
    if any(int(node) > MAX_NODE for node in version.split(".")):
        raise InvalidVersionNumberException(f"A node of version {version} is above the upper limit of {MAX_NODE}.")
    return version


@dataclass(frozen=True, kw_only=True)
class ResourceArn:
    """An Image Builder ARN in its parts.

    Attributes
    ----------
    partition, region, account : str
        Where it is, and whose; the account of AWS's own resources is ``aws``.
    segment : str
        Kind of resource, such as ``component`` or ``workflow/build``.
    slug : str
        Normalised name.
    version : str | None
        Semantic version, whose nodes may be ``x``.
    build : int | None
        Build version, of components and workflows.
    """

    partition: str
    region: str
    account: str
    segment: str
    slug: str
    version: str | None = None
    build: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split an ARN.

        Raises
        ------
        InvalidParameterValueException
            When it is none of Image Builder's, or a node to the right of an ``x`` is not ``x``.
        """
        match = _ARN.fullmatch(text)
        if match is None:
            raise InvalidParameterValueException("arn", f"'{text}' is not an ARN of Image Builder.")
        build = match["build"]
        parsed = cls(
            partition=match["partition"],
            region=match["region"],
            account=match["account"],
            segment=match["segment"],
            slug=match["slug"],
            version=match["version"],
            build=None if build is None else int(build),
        )
        nodes = (parsed.version or "").split(".")
        if "x" in nodes and set(nodes[nodes.index("x") :]) != {"x"}:
            raise InvalidParameterValueException("arn", f"'{text}' has a number to the right of a wildcard.")
        return parsed

    def __str__(self) -> str:
        head = f"arn:{self.partition}:imagebuilder:{self.region}:{self.account}:{self.segment}/{self.slug}"
        version = "" if self.version is None else f"/{self.version}"
        return head + version + ("" if self.build is None else f"/{self.build}")

    @property
    def sort_key(self) -> tuple[int, ...]:
        """Order of versions; only for ARNs without wildcard."""
        nodes = [int(node) for node in (self.version or "0").split(".")]
        return (*nodes, self.build or 0)

    @property
    def of_version(self) -> "ResourceArn":
        """The ARN without its build version."""
        return replace(self, build=None)

    def covers(self, other: "ResourceArn") -> bool:
        """Tell whether this ARN, taken as a reference, may mean the other one.

        A reference without build version means the latest build, one with ``x`` the latest version.
        """
        if self.slug != other.slug or self._place != other._place:
            return False
        if self.build is not None and self.build != other.build:
            return False
        mine, its = (self.version or "").split("."), (other.version or "").split(".")
        return len(mine) == len(its) and all(node in {"x", number} for node, number in zip(mine, its, strict=True))

    @property
    def _place(self) -> tuple[str, str, str, str]:
        return self.segment, self.account, self.region, self.partition

    @property
    def is_wildcard(self) -> bool:
        """Whether a version node is ``x``."""
        return self.version is not None and "x" in self.version
