"""The findings in the order in which they matter: by severity, new ones before those that were there already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from golden_ami.evidence.model import SEVERITIES, Difference, Evidence, Finding

KINDS: Final = {"new": "New", "remaining": "Remaining", "uncompared": "Found", "waived": "Waived"}
"""What a finding is to an approver, and the word for it; a waived one is that first."""

_URL: Final = r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?([/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?"
"""A link that holds nothing but what a link may hold, and neither name, password nor quotes."""


@dataclass(frozen=True)
class Row:
    """One finding.

    Attributes
    ----------
    finding : Finding
        What the evidence says of it.
    since : str
        ``new``, ``remaining``, or ``uncompared`` where there is nothing to compare with.
    """

    finding: Finding
    since: str

    @property
    def kind(self) -> str:
        """One of ``KINDS``."""
        return "waived" if self.finding.waiver else self.since

    @property
    def title(self) -> str:
        """What it says beside its id."""
        title, identifier = self.finding.title or "", self.finding.id
        return "" if title == identifier else title.removeprefix(f"{identifier} - ")

    @property
    def link(self) -> str | None:
        """Where to read more, when that is a web page."""
        url = self.finding.url
        return url if url and re.fullmatch(_URL, url) else None


@dataclass(frozen=True)
class Group:
    """The findings of one severity.

    Attributes
    ----------
    severity : str
        As the evidence has it.
    rows : tuple of Row
        Those that count first, the new ones at their head.
    """

    severity: str
    rows: tuple[Row, ...]

    @property
    def style(self) -> str:
        """Severity as a class of the page; what nobody knows has one of its own."""
        return self.severity.lower() if self.severity in SEVERITIES else "unknown"

    def count(self, *kinds: str) -> int:
        """Count the findings of some kinds; of all, without any."""
        return sum(not kinds or row.kind in kinds for row in self.rows)


@dataclass(frozen=True)
class Findings:
    """All of them.

    Attributes
    ----------
    groups : tuple of Group
        The worst severity first.
    fixed : tuple of str
        Names of those that the image approved last had, and this one has not.
    compared : bool
        Whether it is known what is new.
    """

    groups: tuple[Group, ...]
    fixed: tuple[str, ...]
    compared: bool

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Sort them."""
        difference = evidence.difference
        # Where nobody looked now, the difference calls everything fixed that was found then.
        changes = difference.findings if isinstance(difference, Difference) and evidence.scan.scanned else None
        new = frozenset(changes.new) if changes else frozenset()
        severities: dict[str, list[Row]] = {severity: [] for severity in SEVERITIES}
        for finding in evidence.findings:
            since = "uncompared" if not changes else "new" if finding.name in new else "remaining"
            severities.setdefault(finding.severity, []).append(Row(finding, since))
        return cls(
            groups=tuple(Group(severity, _sorted(rows)) for severity, rows in severities.items() if rows),
            fixed=changes.fixed if changes else (),
            compared=changes is not None,
        )

    def count(self, *kinds: str) -> int:
        """Count the findings of some kinds; of all, without any."""
        return sum(group.count(*kinds) for group in self.groups)

    def of_severity(self, severity: str) -> int:
        """Count those of a severity that are not waived."""
        counting = (each.count("new", "remaining", "uncompared") for each in self.groups if each.severity == severity)
        return sum(counting)

    @property
    def new(self) -> int:
        """Count those that the image approved last had not, waived or not."""
        return sum(row.since == "new" for group in self.groups for row in group.rows)

    @property
    def fixable(self) -> int:
        """Count those that are not waived and could be fixed."""
        rows = (row for group in self.groups for row in group.rows)
        return sum(row.kind != "waived" and row.finding.fix in {"YES", "PARTIAL"} for row in rows)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Name the kinds that there are."""
        return tuple(kind for kind in KINDS if self.count(kind))


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    order = list(KINDS)
    return tuple(sorted(rows, key=lambda row: order.index(row.kind)))
