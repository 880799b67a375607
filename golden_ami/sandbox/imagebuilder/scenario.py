"""What the next build shall be like: builds that fail, hang, lose a Region or find vulnerabilities, on request.

A scenario waits in Image Builder of one account and Region, and applies once: to the next image that is started there,
by a pipeline or by DistributeImage. It is part of the state, so a sandbox that starts again has forgotten it. The same
is offered over HTTP (:mod:`golden_ami.sandbox.imagebuilder.control`).
"""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from golden_ami.sandbox.endpoint import DEFAULT_REGION
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT
from golden_ami.sandbox.imagebuilder.models import LOCK, imagebuilder_backends
from golden_ami.sandbox.neighbours import regions

_CONFIG: Final = ConfigDict(extra="forbid", strict=True)
_Text = Annotated[str, Field(min_length=1, max_length=1024)]
_Account = Annotated[str, Field(pattern=r"^\d{12}$")]
_Minutes = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, kw_only=True, config=_CONFIG)
class Vulnerability:
    """What Inspector finds in one package.

    Attributes
    ----------
    severity : str
        As Inspector grades it.
    id : str
        Such as ``CVE-2026-0001``.
    package : str
        Name of the vulnerable package.
    title : str | None
        By default made of id and package.
    score : float | None
        Inspector's score, 0 to 10.
    fix : str
        Whether there is a fix.
    fixed_in : str | None
        Version of the package that has it.
    """

    severity: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]
    id: _Text
    package: _Text
    title: _Text | None = None
    score: Annotated[float, Field(ge=0, le=10)] | None = None
    fix: Literal["YES", "NO", "PARTIAL"] = "YES"
    fixed_in: _Text | None = None


@dataclass(frozen=True, kw_only=True, config=_CONFIG)
class Package:
    """A package that Systems Manager Inventory lists."""

    name: _Text
    version: _Text


_PACKAGES: Final = tuple(
    Package(name=name, version=version)
    for name, version in {
        "amazon-linux-repo-s3": "2023.9.20251117-1.amzn2023",
        "amazon-ssm-agent": "3.3.3185.0-1.amzn2023",
        "bash": "5.2.15-1.amzn2023.0.2",
        "curl-minimal": "8.11.1-4.amzn2023.0.1",
        "glibc": "2.34-196.amzn2023.0.1",
        "kernel6.1": "6.1.158-178.288.amzn2023",
        "openssl": "1:3.2.2-1.amzn2023.0.2",
        "python3": "3.9.24-1.amzn2023.0.3",
        "sudo": "1.9.15-1.p5.amzn2023.0.2",
        "systemd": "252.23-6.amzn2023",
    }.items()
)


@dataclass(frozen=True, kw_only=True, config=_CONFIG)
class BuildScenario:
    """How one build goes; without any choice, well and in 25 minutes.

    Attributes
    ----------
    ends : str
        The state in which the build ends.
    fails_in : str
        The state from which it fails or is cancelled, when ``ends`` says so.
    reason : str | None
        What GetImage gives as reason of that end.
    minutes : float
        From the start to the end of the build.
    never_ends : bool
        Whether it stays in BUILDING until somebody cancels it.
    scan_ends : str | None
        How the scan ends where the pipeline scans; None for an image whose scan state never appears.
    scan_minutes : float | None
        From the start to the end of the scan, which may be after the build's; by default shortly before it.
    findings : tuple[Vulnerability, ...]
        What a completed scan has found.
    packages : tuple[Package, ...]
        What the image contains.
    missing_regions : tuple[str, ...]
        Regions of the distribution that get no AMI, although the image becomes AVAILABLE.
    shares_with : tuple[str, ...]
        Accounts that somebody else lets launch the AMIs, as soon as there are AMIs.
    """

    ends: Literal["AVAILABLE", "FAILED", "CANCELLED"] = "AVAILABLE"
    fails_in: Literal["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"] = "BUILDING"
    reason: _Text | None = None
    minutes: _Minutes = 25
    never_ends: bool = False
    scan_ends: Literal["COMPLETED", "ABANDONED", "FAILED", "TIMED_OUT"] | None = "COMPLETED"
    scan_minutes: _Minutes | None = None
    findings: tuple[Vulnerability, ...] = ()
    packages: tuple[Package, ...] = _PACKAGES
    missing_regions: tuple[str, ...] = ()
    shares_with: tuple[_Account, ...] = ()

    @property
    def why(self) -> str:
        """The reason for an end that is none of success."""
        return self.reason or f"The sandbox was told that this build ends {self.ends} in {self.fails_in}."


def next_build(scenario: BuildScenario, account: str = FACTORY_ACCOUNT, region: str = DEFAULT_REGION) -> None:
    """Let the next build in an account and Region go as told; several wait in their order.

    Raises
    ------
    ValueError
        When there is no such Region.
    """
    if region not in regions():
        raise ValueError(f"'{region}' is not a Region")
    with LOCK:
        imagebuilder_backends[account][region].scenarios.append(scenario)
