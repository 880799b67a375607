"""Decide on an execution that asks, after everything that can be known before has been looked at."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from golden_ami.errors import InputError, OperationError
from golden_ami.operate import evidence
from golden_ami.operate.decisions import APPROVE, is_approver, people_who_approved, person
from golden_ami.operate.executions import Execution, read
from golden_ami.operate.outcomes import outcome
from golden_ami.operate.place import Place
from golden_ami.operate.requests import Request, request_of

if TYPE_CHECKING:
    from golden_ami.evidence import Evidence

LONGEST_COMMENT: Final = 512
"""AutomationParameterValue (Systems Manager API Reference)."""

LOOKS: Final = 4
"""How often to look, after a decision, whether it was the last one that was needed."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is decided upon.

    Attributes
    ----------
    execution : Execution
        Which asks.
    request : Request
        Whom, and until when.
    evidence : Evidence or None
        What they are asked upon; None when it cannot be read.
    digest, location : str
        SHA-256 of what is there now, and where it is; empty when it cannot be read.
    doubt : str
        Why it is not what was asked upon, or empty.
    """

    execution: Execution
    request: Request
    evidence: "Evidence | None"
    digest: str
    location: str
    doubt: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What has become of a decision.

    Attributes
    ----------
    execution : str
        Upon which it was.
    decision, comment, decided_by : str
        As sent.
    waits : bool
        Whether others still have to decide.
    needed : int or None
        How many approvals are still needed; None when Systems Manager does not tell.
    status : str
        Of the execution, afterwards.
    """

    execution: str
    decision: str
    comment: str
    decided_by: str
    waits: bool
    needed: int | None
    status: str


def ask(place: Place, identifier: str, decision: str, comment: str) -> Question:
    """Look at everything before a decision.

    Raises
    ------
    InputError
        When the comment is not one.
    OperationError
        When the execution does not ask, the caller may not decide, or what is approved is not what was asked upon.
    """
    if len(comment) > LONGEST_COMMENT:
        raise InputError(
            f"the comment has {len(comment)} characters, and Systems Manager takes {LONGEST_COMMENT}",
            remedy="shorten it",
        )
    execution = read(place, identifier)
    request = request_of(execution)
    if request is None:
        raise OperationError(
            f"{identifier} does not wait for approval: {_instead(execution)}", remedy=_look(identifier)
        )
    _may_decide(place, request)
    question = _question(place, execution, request)
    if question.doubt and decision == APPROVE:
        raise OperationError(
            f"this cannot be approved: {question.doubt}",
            remedy=f"deny it (golden-ami deny {identifier}), and find out who did that (CloudTrail, PutObject)",
        )
    return question


def decide(place: Place, question: Question, decision: str, comment: str, *, interval: float = 1.0) -> Answer:
    """Send the decision, and look for a moment what becomes of it."""
    request = question.request
    place.connection.client("ssm").send_automation_signal(
        AutomationExecutionId=request.execution,
        SignalType=decision,
        **({"Payload": {"Comment": [comment]}} if comment else {}),
    )
    left: Request | None = request
    after = question.execution
    for _ in range(LOOKS):
        after = read(place, request.execution)
        left = request_of(after)
        if left is None:
            break
        time.sleep(interval)
    return Answer(
        execution=request.execution,
        decision=decision,
        comment=comment,
        decided_by=place.caller.arn,
        waits=left is not None,
        needed=_needed(left),
        status=outcome(after),
    )


def _needed(left: Request | None) -> int | None:
    if left is None:
        return 0
    if not left.decided:
        return None
    return max(left.required - len(people_who_approved(left.decided, left.approvers, left.started_by)), 0)


def _may_decide(place: Place, request: Request) -> None:
    """Judge as the runbook will: whoever started it does not count, and one person in two roles is one person."""
    caller, starter = place.caller, request.started_by
    if not is_approver(caller.arn, request.approvers):
        raise OperationError(
            f"you are {caller.arn}, and may not decide upon {request.execution}",
            remedy=f"take one of: {', '.join(request.approvers)}",
        )
    if caller.person == person(starter):
        raise OperationError(
            f"you are {caller.arn}, and {starter} started {request.execution}: whoever starts does not decide",
            remedy=f"ask another person with one of: {', '.join(request.approvers)}",
        )
    for each in request.decided:
        if person(each.who) == caller.person:
            raise OperationError(
                f"you are {caller.arn}, and {each.who} {each.word} {request.execution} already",
                remedy=_look(request.execution),
            )


def _question(place: Place, execution: Execution, request: Request) -> Question:
    found, said, doubt = None, None, ""
    try:
        found = evidence.find_for(place, execution)
        doubt = "" if found.is_same else f"{found.stored.location} is {found.stored.digest}, not {found.asked}"
        said = found.evidence
        if said.image.arn != execution.image_arn:
            doubt = doubt or f"{found.stored.location} is about {said.image.arn}, not about {execution.image_arn}"
    except (InputError, OperationError) as error:
        doubt = doubt or error.message
    return Question(
        execution=execution,
        request=request,
        evidence=said,
        digest=found.stored.digest if found else "",
        location=found.stored.location if found else "",
        doubt=doubt,
    )


def _instead(execution: Execution) -> str:
    if execution.has_ended:
        return f"it ended {outcome(execution)}"
    return f"it is {execution.status} in {execution.current or 'a step that has not begun'}"


def _look(identifier: str) -> str:
    return f"look at it with `golden-ami watch {identifier}`"
