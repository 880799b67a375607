"""What waits for people: how long, for whom, and who of them has decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from golden_ami.operate.decisions import Decided, approvers_of, decided, required_by
from golden_ami.operate.executions import WAITING, Execution, listed, read
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory


@dataclass(frozen=True, kw_only=True)
class Request:
    """An execution that asks people.

    Attributes
    ----------
    execution, image : str
        Which one, and what it has built.
    started_by : str
        ARN of who started it, and may not decide.
    approvers : tuple of str
        ARNs of who may.
    required : int
        How many of them must approve.
    decided : tuple of Decided
        Who has; empty as long as Systems Manager does not tell.
    asked, until : datetime or None
        Since when, and until when.
    """

    execution: str
    image: str
    started_by: str
    approvers: tuple[str, ...]
    required: int
    decided: tuple[Decided, ...]
    asked: datetime | None
    until: datetime | None

    def left(self, now: datetime) -> timedelta | None:
        """Tell how long people may still decide."""
        return max(self.until - now, timedelta()) if self.until else None


def request_of(execution: Execution) -> Request | None:
    """Tell what an execution asks; nothing when it does not wait for people."""
    step = execution.asks
    if step is None:
        return None
    return Request(
        execution=execution.id,
        image=execution.image,
        started_by=execution.started_by,
        approvers=approvers_of(step),
        required=required_by(step),
        decided=decided(step),
        asked=step.started,
        until=step.deadline,
    )


def pending(place: Place, factories: "Sequence[ImageFactory]" = ()) -> Iterator[Request]:
    """Give everything that waits for people, of some images or of all, the newest one first."""
    for found in listed(place, factories, status=WAITING):
        request = request_of(read(place, found.id))
        if request:
            yield request
