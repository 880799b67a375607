"""The evidence of an execution, as ``runbooks/scripts/collect_evidence.py`` writes it."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from golden_ami.evidence.stored import Part, Stored

EXECUTION: Final = r"^[0-9a-f-]{36}$"
IMAGE: Final = (
    r"^arn:aws[a-z-]*:imagebuilder:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):"
    r"image/(?P<name>[a-z0-9_-]+)/(?P<version>[0-9.]+)/(?P<build>[0-9]+)$"
)
SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED")
"""The worst one first."""

Score = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Versions = Mapping[str, tuple[str, ...]]


class Execution(Part):
    """Which run asks, and who started it."""

    id: Annotated[str, Field(pattern=EXECUTION)]
    document: str
    document_version: str
    started_by: str
    started: str


class Image(Part):
    """What was built, what it was made of, and with which pipeline."""

    arn: Annotated[str, Field(pattern=IMAGE)]
    created: str
    platform: str | None
    os: str | None
    pipeline: str | None
    recipe: str
    parent: str
    components: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._part("name").removeprefix("golden-ami-")

    @property
    def version(self) -> str:
        """Version and build, as in ``1.0.7/1``."""
        return f"{self._part('version')}/{self._part('build')}"

    @property
    def account(self) -> str:
        """Account that owns it."""
        return self._part("account")

    @property
    def region(self) -> str:
        """Region in which it was built."""
        return self._part("region")

    def _part(self, name: str) -> str:
        found = re.match(IMAGE, self.arn)
        return found[name] if found else ""


class Waiver(Part):
    """Why a finding does not count, who answers for that, and until when."""

    id: str
    reason: str
    owner: str
    expires: str


class Scan(Part):
    """Which findings people are asked with; or that nobody looked, and why not."""

    scanned: bool
    because: str | None = None
    limits: Mapping[str, str | int] = {}
    waivers: tuple[Waiver, ...] = ()

    @model_validator(mode="after")
    def _has_a_reason(self) -> Self:
        if not self.scanned and self.because is None:
            raise ValueError("was not scanned, and does not say why")
        return self


class Affected(Part):
    """A package with a vulnerability."""

    name: str
    version: str | None
    fixed_in: str | None


class Finding(Part):
    """One thing that the scan has found."""

    id: str
    severity: str
    score: Score | None
    title: str | None
    url: str | None
    fix: str
    packages: tuple[Affected, ...]
    waiver: Waiver | None

    @property
    def name(self) -> str:
        """What the difference calls it: a library may be fixed in one package, and stay in another."""
        return f"{self.id} {','.join(sorted(package.name for package in self.packages))}".strip()


class Package(Part):
    """Something that is installed."""

    name: str
    version: str


class Workflow(Part):
    """How one of Image Builder's workflows went."""

    workflow: str
    type: str
    status: str
    steps: Count | None
    succeeded: Count | None
    failed: Count | None
    skipped: Count | None


class Since(Part):
    """The image that was approved last, and the SHA-256 of its evidence."""

    image: str
    evidence: str | None


class FindingChanges(Part):
    """Names of findings, against the image that was approved last."""

    new: tuple[str, ...]
    fixed: tuple[str, ...]
    remaining: tuple[str, ...]


class Move(Part):
    """The versions of a package then, and now."""

    then: Annotated[tuple[str, ...], Field(alias="from")]
    now: Annotated[tuple[str, ...], Field(alias="to")]


class PackageChanges(Part):
    """Packages, against the image that was approved last."""

    added: Versions
    removed: Versions
    changed: Mapping[str, Move]


class Unknown(Part):
    """That the evidence of the image that was approved last is lost, or was changed."""

    since: Since
    known: Literal[False]


class Difference(Part):
    """What differs from the image that was approved last."""

    since: Since
    known: Literal[True]
    findings: FindingChanges
    packages: PackageChanges


class Access(Part):
    """Who gains what upon approval."""

    launch: tuple[str, ...]
    share: str | None
    image_builder: tuple[str, ...]
    parameter: str


class Quorum(Part):
    """Who may approve, and how many of them must."""

    approvers: tuple[str, ...]
    required: Annotated[int, Field(ge=1)]


class Evidence(Stored):
    """All of it.

    Attributes
    ----------
    amis : mapping of str to str
        Region to AMI.
    difference : Difference or Unknown or None
        None when no image was approved before.
    """

    KIND: ClassVar[str] = "evidence"
    SCHEMA: ClassVar[str] = "golden-ami-evidence/1"

    schema_version: Annotated[Literal["golden-ami-evidence/1"], Field(alias="schema")]
    execution: Execution
    image: Image
    amis: Mapping[str, str]
    scan: Scan
    findings: tuple[Finding, ...]
    packages: tuple[Package, ...]
    tests: tuple[Workflow, ...]
    difference: Difference | Unknown | None
    access: Access
    approval: Quorum

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        names = {finding.name for finding in self.findings}
        if self.findings and not self.scan.scanned:
            raise ValueError("it has findings of an image that was not scanned")
        if isinstance(self.difference, Difference):
            changes = self.difference.findings
            now = {*changes.new, *changes.remaining}
            if now != names or set(changes.new) & set(changes.remaining) or names & set(changes.fixed):
                raise ValueError("its findings and their difference contradict each other")
        return self
