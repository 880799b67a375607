"""Find the evidence of an execution, and tell whether it is what people were asked upon."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from golden_ami.errors import InputError, OperationError
from golden_ami.operate import objects
from golden_ami.operate.executions import Execution, read
from golden_ami.operate.faults import code_of, is_denied
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory
    from golden_ami.evidence import Decision, Evidence

READ_BY: Final = "readEvidence"
_UNKNOWN: Final = "AutomationExecutionNotFoundException"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Evidence as it is in the bucket now.

    Attributes
    ----------
    execution : str
        Whose it is.
    image : str
        Name of the image in the configuration.
    state : str
        How that execution is, in a word.
    stored : Object
        The object.
    asked : str
        SHA-256 of what people were asked upon.
    record : Object or None
        The record of the decision, when there is one.
    """

    execution: str
    image: str
    state: str
    stored: objects.Object
    asked: str
    record: objects.Object | None = None

    @property
    def is_same(self) -> bool:
        """Whether nobody has changed it since people were asked."""
        return self.stored.digest == self.asked

    @property
    def evidence(self) -> "Evidence":
        """Read it.

        Raises
        ------
        InputError
            When it is no evidence, or another execution's.
        """
        from golden_ami.evidence import Evidence  # noqa: PLC0415 - pydantic is slow, and --help needs none

        found = Evidence.parse(self.stored.body)
        if found.execution.id != self.execution:
            raise InputError(
                f"{self.stored.location} is the evidence of {found.execution.id}",
                remedy="find out who has put it there (CloudTrail, PutObject)",
            )
        return found

    @property
    def decision(self) -> "Decision | None":
        """Read the record of the decision, if there is one."""
        from golden_ami.evidence import Decision  # noqa: PLC0415 - as above

        return Decision.parse(self.record.body) if self.record else None


def find(place: Place, identifier: str) -> Found:
    """Find evidence by its execution, or by the record of its decision when Systems Manager has forgotten that.

    Raises
    ------
    OperationError
        When there is none, or it is gone.
    """
    try:
        execution = read(place, identifier)
    except Exception as error:
        if code_of(error) != _UNKNOWN:
            raise
        return _remembered(place, identifier, error)
    return find_for(place, execution)


def find_for(place: Place, execution: Execution) -> Found:
    """Find the evidence of an execution.

    Raises
    ------
    OperationError
        When there is none, or it is gone.
    """
    key, asked = execution.output(READ_BY, "Key"), execution.output(READ_BY, "Digest")
    if not key or not asked:
        where = f"it is in {execution.current}" if execution.current else f"it ended {execution.status}"
        raise OperationError(
            f"{execution.id} has no evidence that anybody was asked upon: {where}",
            remedy=f"look at it with `golden-ami watch {execution.id}`",
        )
    factory = place.factory(execution.image)
    stored = _stored(place, factory.evidence_bucket, key)
    record = None
    if execution.has_ended:
        record = objects.get(place, factory.evidence_bucket, f"{factory.names.decision_folder}/{execution.id}.json")
    return Found(
        execution=execution.id,
        image=execution.image,
        state=execution.outcome or execution.status,
        stored=stored,
        asked=asked,
        record=record,
    )


def _remembered(place: Place, identifier: str, error: Exception) -> Found:
    from golden_ami.evidence import Decision  # noqa: PLC0415 - as above

    for factory, record in _records(place, identifier):
        decision = Decision.parse(record.body)
        key = f"{factory.names.evidence_folder}/{identifier}.json"
        if decision.evidence.key != key:
            raise OperationError(
                f"{record.location} is about {decision.evidence.key}",
                remedy="find out who has put it there (CloudTrail, PutObject)",
            )
        return Found(
            execution=identifier,
            image=factory.names.image,
            state=decision.outcome,
            stored=_stored(place, record.bucket, key),
            asked=decision.evidence.then,
            record=record,
        )
    raise error


def _records(place: Place, identifier: str) -> Iterator[tuple["ImageFactory", objects.Object]]:
    """Look for the record among the images whose decisions the caller may read."""
    for factory in place.factories:
        try:
            found = objects.get(place, factory.evidence_bucket, f"{factory.names.decision_folder}/{identifier}.json")
        except Exception as error:
            if not is_denied(error):
                raise
            continue
        if found:
            yield factory, found


def _stored(place: Place, bucket: str, key: str) -> objects.Object:
    found = objects.get(place, bucket, key)
    if found is None:
        raise OperationError(
            f"s3://{bucket}/{key} is gone", remedy="find out who has deleted it (CloudTrail), and read its versions"
        )
    return found
