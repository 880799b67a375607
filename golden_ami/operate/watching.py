"""Watch an execution until it has ended, without disturbing it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from golden_ami.operate.executions import Execution, Step, read
from golden_ami.operate.faults import explained, is_passing
from golden_ami.operate.place import Place

INTERVAL: Final = 3.0
"""Most seconds between two looks; each is two calls at most."""

TOLD_WITHIN: Final = timedelta(seconds=90)
"""After the end, how long the outcome may take: EventBridge starts the runbook that tells it."""

_FIRST: Final = 0.2
_MISSES: Final = 20
_LONGEST: Final = 30.0
_COLLECTING: Final = "startEvidence"
_BEGUN_AS: Final = frozenset({"Pending", ""})


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What was seen.

    Attributes
    ----------
    execution : Execution
        With its steps.
    collection : Execution or None
        The evidence runbook's, once it has been started.
    now : datetime
        AWS's time.
    trouble : str
        Why it could not be looked at again just now, or empty.
    """

    execution: Execution
    collection: Execution | None
    now: datetime
    trouble: str = ""

    @property
    def steps(self) -> Iterator[tuple[str, Step]]:
        """Give each step that has begun, with what it is part of: nothing, or ``evidence``."""
        for step in self.execution.steps:
            if step.status not in _BEGUN_AS:
                yield "", step
            if step.name == _COLLECTING and self.collection:
                yield from (("evidence", each) for each in self.collection.steps if each.status not in _BEGUN_AS)

    @property
    def is_last(self) -> bool:
        """Whether nothing comes any more: it has ended, and that was told, or is not going to be."""
        found = self.execution
        if not found.has_ended:
            return False
        # Nobody tells how evidence was collected: the execution that asked for it does.
        ended = found.ended or self.now
        return bool(found.outcome) or found.does == "evidence" or self.now - ended > TOLD_WITHIN


@dataclass(frozen=True, kw_only=True)
class Change:
    """A step that has begun, or ended.

    Attributes
    ----------
    part : str
        Empty, or ``evidence``.
    step : Step
        As it is now.
    """

    part: str
    step: Step


def watch(place: Place, identifier: str, *, interval: float = INTERVAL) -> Iterator[Sight]:
    """Look again and again until it has ended and that was told; throttling and a lost network only delay it.

    Parameters
    ----------
    place : Place
        The deployment.
    identifier : str
        Of the execution.
    interval : float
        Most seconds between two looks; the first ones, and the first ones after the end, come sooner.
    """
    soonest = min(_FIRST, interval)
    last: Sight | None = None
    misses, pause = 0, soonest
    while last is None or not last.is_last:
        if last is not None:
            time.sleep(min(interval * 2**misses, max(interval, _LONGEST)) if misses else pause)
        try:
            sight, misses = _look(place, identifier, last), 0
        except Exception as error:
            misses += 1
            if last is None or misses > _MISSES or not is_passing(error):
                raise
            yield _troubled(last, place, error)
        else:
            has_just_ended = sight.execution.has_ended and not (last and last.execution.has_ended)
            pause = soonest if has_just_ended else min(pause * 1.5, interval)
            last = sight
            yield sight


def follow(place: Place, identifier: str, *, step: Callable[[Execution], None] | None = None) -> Execution:
    """Watch an execution to its end, and return it as it was told.

    Parameters
    ----------
    place : Place
        The deployment.
    identifier : str
        Of the execution.
    step : callable, optional
        Is given the execution whenever it has come to another step.
    """
    last: Execution | None = None
    for sight in watch(place, identifier):
        found = sight.execution
        if step is not None and found.current and (last is None or found.current != last.current):
            step(found)
        last = found
    assert last is not None  # noqa: S101 - the first look gives a sight, or raises
    return last


def changes(before: Sight | None, after: Sight) -> Iterator[Change]:
    """Tell which steps have begun or ended between two looks, in their order."""
    known = {(part, step.name): step.status for part, step in before.steps} if before else {}
    for part, step in after.steps:
        if known.get((part, step.name)) != step.status:
            yield Change(part=part, step=step)


def _look(place: Place, identifier: str, last: Sight | None) -> Sight:
    execution = read(place, identifier)
    return Sight(execution=execution, collection=_collection(place, execution, last), now=place.connection.now)


def _collection(place: Place, execution: Execution, last: Sight | None) -> Execution | None:
    """Read the evidence runbook's execution, until it has ended."""
    known = last.collection if last else None
    if known and known.has_ended:
        return known
    identifier = execution.output(_COLLECTING, "Collection")
    return read(place, identifier) if identifier else None


def _troubled(last: Sight, place: Place, error: Any) -> Sight:
    known = explained(error)
    said = known.message if known else str(error)
    return Sight(execution=last.execution, collection=last.collection, now=place.connection.now, trouble=said)
