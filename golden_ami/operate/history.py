"""Who decided what, when and why, and whether what they decided upon is still what it was."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from golden_ami.errors import InputError
from golden_ami.operate import objects
from golden_ami.operate.decisions import Decided
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory
    from golden_ami.evidence import Change, Decision

SAME: Final = "ok"
CHANGED: Final = "CHANGED"
GONE: Final = "GONE"
UNREADABLE: Final = "UNREADABLE"
NONE: Final = "none"
"""Taking away needs no evidence."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A decision.

    Attributes
    ----------
    execution, image : str
        Which one, and ARN of what was decided upon.
    outcome : str
        How it ended.
    written : datetime
        When the record was.
    started_by : str
        ARN of who started it.
    decisions : tuple of Decided
        Who decided what, and why.
    because : str
        The reason of a revocation or rollback; empty for an approval.
    evidence : str
        ``ok``; ``none`` for a revocation or rollback; ``CHANGED`` when its SHA-256 is not the record's; ``GONE``;
        ``UNREADABLE`` when the record is none.
    recorded, found : str
        The SHA-256 in the record, and that of what is there.
    problem : str
        What is wrong, or empty.
    """

    execution: str
    image: str
    outcome: str
    written: datetime
    started_by: str
    decisions: tuple[Decided, ...]
    because: str
    evidence: str
    recorded: str
    found: str
    problem: str


def history(place: Place, factory: "ImageFactory", limit: int) -> Iterator[Past]:
    """Give the decisions on an image, the newest one first, each beside its evidence."""
    bucket = factory.evidence_bucket
    records = objects.below(place, bucket, factory.names.decision_folder)
    for each in heapq.nlargest(limit, records, key=lambda listed: (listed.written, listed.key)):
        yield _past(place, factory, each)


def _past(place: Place, factory: "ImageFactory", listed: objects.Listed) -> Past:
    stored = objects.get(place, factory.evidence_bucket, listed.key)
    if stored is None:
        return _unreadable(listed, f"{listed.key} was there a moment ago, and is gone")
    try:
        record = _read(stored.body)
    except InputError as error:
        return _unreadable(listed, error.message)
    if record.execution != listed.execution:
        return _unreadable(listed, f"it is about {record.execution}")
    if record.schema_version == "golden-ami-change/1":
        return _changed(listed, record)
    key = f"{factory.names.evidence_folder}/{listed.execution}.json"
    if record.evidence.key != key:
        return _unreadable(listed, f"it is about {record.execution} and {record.evidence.key}")
    now = objects.get(place, factory.evidence_bucket, key)
    verdict, problem = _compared(key, record.evidence.then, now)
    return Past(
        execution=record.execution,
        image=record.image,
        outcome=record.outcome,
        written=listed.written,
        started_by=record.started_by,
        decisions=_decided(record),
        because="",
        evidence=verdict,
        recorded=record.evidence.then,
        found=now.digest if now else "",
        problem=problem,
    )


def _read(body: bytes) -> "Decision | Change":
    from golden_ami.evidence import Change, Decision  # noqa: PLC0415 - pydantic is slow, and --help needs none

    try:
        return Decision.parse(body)
    except InputError:
        if b'"golden-ami-change/' not in body:
            raise
        return Change.parse(body)


def _decided(record: "Decision | Change") -> tuple[Decided, ...]:
    return tuple(
        Decided(who=each.approver or "", decision=each.decision or "", comment=each.comment or each.text or "")
        for each in record.decisions
    )


def _changed(listed: objects.Listed, record: "Change") -> Past:
    return Past(
        execution=record.execution,
        image=record.image or "",
        outcome=record.outcome,
        written=listed.written,
        started_by=record.started_by,
        decisions=_decided(record),
        because=record.because or "",
        evidence=NONE,
        recorded="",
        found="",
        problem="",
    )


def _compared(key: str, recorded: str, now: objects.Object | None) -> tuple[str, str]:
    if now is None:
        return GONE, f"{key} is gone; it was {recorded}"
    if now.digest != recorded:
        return CHANGED, f"{key} is {now.digest}, and {recorded} was decided upon"
    return SAME, ""


def _unreadable(listed: objects.Listed, why: str) -> Past:
    return Past(
        execution=listed.execution,
        image="",
        outcome="?",
        written=listed.written,
        started_by="",
        decisions=(),
        because="",
        evidence=UNREADABLE,
        recorded="",
        found="",
        problem=f"{listed.key}: {why}",
    )
