"""A scenario: a configuration, and what happens on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Package, Vulnerability
from verification.configurations import COPY, WAIVED, WAIVED_FOR_NOW, Configuration
from verification.faults import Fault

STRANGER: Final = "999999999999"
_HIGH: Final = Vulnerability(severity="HIGH", id="CVE-2026-0003", package="curl")
_FOR_NOW: Final = Vulnerability(severity="MEDIUM", id=WAIVED_FOR_NOW, package="nginx", fix="NO")
_CRITICAL: Final = Vulnerability(severity="CRITICAL", id="CVE-2026-0001", package="openssl")
_WAIVED: Final = Vulnerability(severity="CRITICAL", id=WAIVED, package="zlib")

_QUICK: Final = 1.0
"""Minutes of a build: a poll costs more than all the rest, and waiting longer proves nothing more."""

_KERNEL: Final = "kernel6.1"
_BEFORE: Final = BuildScenario(
    minutes=_QUICK,
    findings=(
        Vulnerability(severity="MEDIUM", id="CVE-2025-0001", package="glibc", score=5.5),
        Vulnerability(severity="LOW", id="CVE-2025-0002", package="bash", fix="NO"),
        Vulnerability(severity="LOW", id="CVE-2025-0002", package="sudo", fix="NO"),
    ),
    packages=tuple(
        Package(name=name, version=version)
        for name, version in (
            ("bash", "5.2"),
            ("glibc", "2.34"),
            (_KERNEL, "6.1.1"),
            (_KERNEL, "6.1.2"),
            ("telnet", "1"),
        )
    ),
)
_DIFFERS: Final = BuildScenario(
    minutes=_QUICK,
    findings=(
        Vulnerability(severity="UNTRIAGED", id="CVE-2026-0010", package="bash", fix="NO"),
        Vulnerability(severity="INFORMATIONAL", id="CVE-2026-0011", package="bash", fix="NO"),
        Vulnerability(severity="LOW", id="CVE-2025-0002", package="bash", fix="NO", score=1.5),
        Vulnerability(severity="MEDIUM", id="CVE-2026-0013", package="curl", fix="PARTIAL", score=4.5),
        Vulnerability(severity="MEDIUM", id="CVE-2026-0012", package="curl", fixed_in="9", score=6.5),
        Vulnerability(severity="MEDIUM", id="CVE-2026-0014", package="zlib", score=6.5),
        Vulnerability(severity="HIGH", id="CVE-2026-0003", package="curl", title="curl leaks", score=7.5),
        Vulnerability(severity="CRITICAL", id=WAIVED, package="zlib"),
    ),
    packages=tuple(
        Package(name=name, version=version)
        for name, version in (
            ("zlib", "1.3"),
            (_KERNEL, "6.1.2"),
            (_KERNEL, "6.1.3"),
            ("glibc", "2.34"),
            ("bash", "5.3"),
        )
    ),
)
_MUCH: Final = BuildScenario(
    minutes=_QUICK,
    findings=tuple(
        Vulnerability(severity="LOW", id=f"CVE-2024-{number:05}", package=f"package-{number}") for number in range(60)
    ),
    packages=tuple(Package(name=f"package-{number}", version="1") for number in range(120)),
)
_LONG: Final = BuildScenario(
    minutes=_QUICK,
    findings=(
        Vulnerability(severity="LOW", id="ALAS-" + "x" * 1015, package="y" * 1020),
        _WAIVED,
        _FOR_NOW,
    ),
)

BUILDS: Final[Mapping[str, BuildScenario]] = MappingProxyType(
    {
        "fine": BuildScenario(minutes=_QUICK),
        "fails": BuildScenario(minutes=_QUICK, ends="FAILED"),
        "fails-late": BuildScenario(minutes=_QUICK, ends="FAILED", fails_in="DISTRIBUTING"),
        "cancelled": BuildScenario(minutes=_QUICK, ends="CANCELLED"),
        "endless": BuildScenario(minutes=_QUICK, never_ends=True),
        "slow": BuildScenario(minutes=120),
        "turns-deprecated": BuildScenario(minutes=_QUICK, never_ends=True),
        "turns-deleted": BuildScenario(minutes=_QUICK, never_ends=True),
        "turns-disabled": BuildScenario(minutes=_QUICK, never_ends=True),
        "scan-failed": BuildScenario(minutes=_QUICK, scan_ends="FAILED"),
        "scan-abandoned": BuildScenario(minutes=_QUICK, scan_ends="ABANDONED"),
        "scan-timed-out": BuildScenario(minutes=_QUICK, scan_ends="TIMED_OUT"),
        "scan-slow": BuildScenario(minutes=_QUICK, scan_minutes=100),
        "unscanned": BuildScenario(minutes=_QUICK, scan_ends=None),
        "at-the-limit": BuildScenario(minutes=_QUICK, findings=(_HIGH,)),
        "over-the-limit": BuildScenario(minutes=_QUICK, findings=(_HIGH, _HIGH)),
        "critical": BuildScenario(minutes=_QUICK, findings=(_CRITICAL,)),
        "waived": BuildScenario(minutes=_QUICK, findings=(_WAIVED,)),
        "no-copy": BuildScenario(minutes=_QUICK, missing_regions=(COPY,)),
        "given-away": BuildScenario(minutes=_QUICK, shares_with=(STRANGER,)),
    }
)
"""What Image Builder makes of it, by name."""

ODD_BUILDS: Final[Mapping[str, BuildScenario]] = MappingProxyType(
    {
        "before": _BEFORE,
        "differs": _DIFFERS,
        "differs-much": _MUCH,
        "long-names": _LONG,
        # Four of these are as many characters as a list in a request may have.
        "lists-just-fit": BuildScenario(
            minutes=_QUICK,
            findings=tuple(
                Vulnerability(severity="LOW", id=f"GHSA-{number}{'x' * 95}", package="bash") for number in range(5)
            ),
        ),
        "waived-twice": BuildScenario(minutes=_QUICK, findings=(_WAIVED, _FOR_NOW, _HIGH)),
    }
)
"""Builds with more in them, which not every configuration needs; ``before`` is what histories are made of."""

NO_APPROVALS: Final = (
    "denied",
    "denied-by-the-second",
    "expired",
    "by-an-outsider",
    "by-the-starter",
    "by-one-of-two",
    "by-one-person-twice",
)
"""What people do when they are asked that approves nothing, whatever they are asked about."""

DECISIONS: Final = (
    "approved",
    *NO_APPROVALS,
    "superseded",
    "stopped",
    "deprecated-meanwhile",
    "disabled-meanwhile",
    "deleted-meanwhile",
    "late",
    "share-opened-meanwhile",
    "receiver-added-meanwhile",
    "evidence-replaced-meanwhile",
    "untrusted-meanwhile",
)
"""What people do when they are asked."""

KEYS: Final = ("key-closed", "other-key")
"""What is wrong with the key of an AMI: its policy admits nobody else, or it is another one."""

BEFORE: Final = ("nothing", "share-opened", "receiver-added", "distribution-shares", *KEYS)
"""What somebody changed before the start; the AMIs of an image to retire may be ``protected[-for-a-day]`` instead."""

LINKS: Final[Mapping[str, str | None]] = MappingProxyType(
    {"refused": "FAILED", "taken-away": "DISASSOCIATED", "pending": None}
)
"""How RAM's association of the image ends instead of well."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario.

    Attributes
    ----------
    family : str
        What it belongs to in the table.
    exhaustive : bool
        Whether its family has every combination, instead of every pair.
    configuration : Configuration
        How the image is configured.
    history : int
        Images approved before.
    before, build, decision : str
        See ``BEFORE``, ``BUILDS`` and ``DECISIONS``.
    link : str
        See ``LINKS``; ``fine`` otherwise.
    faults : tuple of Fault
        What goes wrong at the door.
    jumps : bool
        Whether Systems Manager follows ``onFailure`` after a denial.
    deaf : bool
        Whether EventBridge tells nobody that the execution has ended, so that it has to tell by itself.
    retires : str
        Which image is retired (``oldest``, ``previous``, ``current``, ``unapproved``); empty for an approval.
    because : str
        The reason that the one who retires, revokes or rolls back gives.
    twist : str
        What else happens; see ``verification.twists``.
    revokes : str
        Which image is revoked, as for ``retires``.
    rolls_back : bool
        Whether the image before becomes current again.
    """

    family: str
    exhaustive: bool
    configuration: Configuration
    history: int = 0
    before: str = "nothing"
    build: str = "fine"
    decision: str = "approved"
    link: str = "fine"
    faults: tuple[Fault, ...] = ()
    jumps: bool = True
    deaf: bool = False
    retires: str = ""
    because: str = "none"
    twist: str = ""
    revokes: str = ""
    rolls_back: bool = False

    @property
    def approves(self) -> bool:
        """Whether it is about an approval, and not about an image that was approved."""
        return not (self.retires or self.revokes or self.rolls_back)

    @property
    def id(self) -> str:
        """Name of its own, with which it is replayed."""
        parts = [f"{self.configuration.name}-{self.history}"]
        if not self.approves:
            what = f"retire-{self.retires}" if self.retires else f"revoke-{self.revokes}"
            parts += ["roll-back" if self.rolls_back else what, "reason" if self.because != "none" else "no-reason"]
            parts += [self.before] if self.before != "nothing" else []
            parts += [self.decision] if self.decision != "approved" else []
        else:
            parts += [self.before, self.build, self.decision]
        parts += [f"link-{self.link}"] if self.link != "fine" else []
        parts += [] if self.jumps else ["no-jump"]
        parts += ["no-event"] if self.deaf else []
        parts += [self.twist] if self.twist else []
        return "/".join([*parts, *map(str, self.faults)])

    @property
    def due(self) -> str:
        """Which factory it needs."""
        return f"{self.configuration.name}-{self.history}"

    def strikes(self, *steps: str) -> bool:
        """Whether a fault is in one of the steps."""
        return any(fault.step in steps for fault in self.faults)
