"""How each image of a deployment is: what is approved, what waits, how the last run ended, and what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from golden_ami.operate.executions import Execution, listed, outcome_of
from golden_ami.operate.place import Place
from golden_ami.operate.record import read_record
from golden_ami.operate.requests import Request, pending

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory


@dataclass(frozen=True, kw_only=True)
class Approved:
    """The image that is approved now.

    Attributes
    ----------
    image : str
        ARN of the Image Builder image.
    amis : dict of str to str
        Region to AMI.
    execution, evidence : str
        Which approved it, and the SHA-256 upon which.
    since : datetime
        When it was published.
    """

    image: str
    amis: dict[str, str]
    execution: str
    evidence: str
    since: datetime

    @property
    def version(self) -> str:
        """Version and build, as in ``1.0.7/1``."""
        return "/".join(self.image.split("/")[-2:])


@dataclass(frozen=True, kw_only=True)
class End:
    """How a run ended.

    Attributes
    ----------
    execution, outcome : str
        Which one, and how.
    ended : datetime or None
        When.
    is_good : bool
        Whether it has done what it is for.
    """

    execution: str
    outcome: str
    ended: datetime | None
    is_good: bool


@dataclass(frozen=True, kw_only=True)
class Status:
    """One image.

    Attributes
    ----------
    image : str
        Its name in the configuration.
    approved : Approved or None
        None when nothing is.
    pending : tuple of Request
        What waits for people.
    running : tuple of str
        Executions that run, and do not ask.
    last : End or None
        The newest end of an approval in the last 30 days.
    schedule : str or None
        When runs start by themselves.
    """

    image: str
    approved: Approved | None
    pending: tuple[Request, ...]
    running: tuple[str, ...]
    last: End | None
    schedule: str | None


def statuses(place: Place, factories: "Sequence[ImageFactory]") -> list[Status]:
    """Look at images, in the order given."""
    waiting = list(pending(place, factories))
    running, last = _runs(place, factories, {each.execution for each in waiting})
    return [
        Status(
            image=factory.names.image,
            approved=_approved(place, factory),
            pending=tuple(each for each in waiting if each.image == factory.names.image),
            running=tuple(each.id for each in running if each.image == factory.names.image),
            last=_end(place, last.get(factory.names.image)),
            schedule=f"{factory.schedule.expression} {factory.schedule.timezone}" if factory.schedule else None,
        )
        for factory in factories
    ]


def _runs(
    place: Place, factories: "Iterable[ImageFactory]", asking: set[str]
) -> tuple[list[Execution], dict[str, Execution]]:
    """Read what runs, and the newest end of each image; executions come the newest one first."""
    running: list[Execution] = []
    last: dict[str, Execution] = {}
    for each in listed(place, tuple(factories)):
        if each.does != "approval":
            continue
        if each.has_ended:
            last.setdefault(each.image, each)
        elif each.id not in asking:
            running.append(each)
    return running, last


def _end(place: Place, execution: Execution | None) -> End | None:
    if execution is None:
        return None
    told = outcome_of(place, execution.id)
    return End(
        execution=execution.id,
        outcome=told or execution.status,
        ended=execution.ended,
        is_good=told == "approved",
    )


def _approved(place: Place, factory: "ImageFactory") -> Approved | None:
    record = read_record(place, factory)
    if record.approved is None or record.since is None:
        return None
    return Approved(
        image=record.approved.image,
        amis=dict(record.approved.amis),
        execution=record.approved.execution,
        evidence=record.approved.evidence,
        since=record.since,
    )
