"""The sandbox's time: the one place that reads a clock, so that a later one can run faster than real time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write a moment as Image Builder writes its dates, such as ``2026-11-24T15:04:05.120Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
