"""What goes wrong at the door, by document, step and number of the call: documents and scripts stay as they are."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from botocore.exceptions import ReadTimeoutError

from golden_ami.sandbox.automation import automation_backends
from golden_ami.sandbox.clock import CLOCK
from verification.configurations import ACCOUNT, HOME
from verification.local import Around

KINDS: Final = ("error", "denied", "throttled", "lost", "slow", "malformed", "stopped", "untrusted", "half-done")
"""
``error``
    The service fails, from that call on.
``denied``
    IAM refuses, from that call on.
``throttled``
    The call is throttled once.
``lost``
    The call takes effect, and its answer is lost, once.
``slow``
    The call takes longer than the step may.
``malformed``
    The answer is empty, once.
``stopped``
    Somebody stops the execution while the call is made.
``untrusted``
    While the call is made, the role's trust in Systems Manager ends.
``half-done``
    The call takes effect, its answer is lost, and from then on the service fails.
"""

REVOKED: Final = "revoked"
"""Somebody revokes the image while the call is made, which is no fault; so it is tried where it matters only."""

_LASTING: Final = frozenset({"error", "denied", "half-done"})
_WRITES: Final = frozenset({"ModifyImageAttribute", "AssociateResourceShare", "PutParameter"})
REFUSALS: Final = {
    "error": (500, "InternalServerError", "The service has failed."),
    "denied": (400, "AccessDeniedException", "User: role is not authorized to perform this, said the fault."),
    "throttled": (400, "ThrottlingException", "Rate exceeded"),
}
_DOCUMENTS: Final = {
    "GoldenAmiApproval": "approval",
    "GoldenAmiEvidence": "evidence",
    "GoldenAmiRetirement": "retirement",
    "GoldenAmiRevocation": "revocation",
    "GoldenAmiRollback": "rollback",
    "GoldenAmiOutcome": "outcome",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes
    ----------
    document : str
        ``approval``, ``evidence``, ``retirement``, ``revocation``, ``rollback`` or ``outcome``.
    step : str
        Name of the step.
    call : int
        Number of the call in that step, from 1 on, over all its tries.
    kind : str
        See ``KINDS``.
    """

    document: str
    step: str
    call: int
    kind: str

    def __str__(self) -> str:
        """Write it as part of a scenario's id."""
        return f"{self.document}.{self.step}.{self.call}.{self.kind}"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that a step made."""

    document: str
    step: str
    number: int
    service: str
    operation: str


class FaultyDoor(Around):
    """What stands around the door in a scenario.

    Parameters
    ----------
    faults : tuple of Fault
        What goes wrong.
    stop, untrust, revoke : callable
        Stop an execution, by its id; end the trust of a role, by its ARN; revoke the image that it is about.
    watch : callable
        Look at who has what, after each call that gives something.
    meddle : callable
        Let others act before and after a call of a step, by document, step and operation; with the answer, afterwards.

    Attributes
    ----------
    calls : list of Call
        What was asked of AWS.
    refusals : list of str
        What the policies refused; a fault is no refusal.
    struck : set of Fault
        Faults that came about.
    """

    def __init__(
        self,
        faults: tuple[Fault, ...],
        *,
        stop: Callable[[str], None],
        untrust: Callable[[str], None],
        revoke: Callable[[], None],
        watch: Callable[[], None],
        meddle: Callable[[tuple[str, str, str], dict[str, Any] | None], None] = lambda _, __: None,
    ) -> None:
        self.calls: list[Call] = []
        self.refusals: list[str] = []
        self.struck: set[Fault] = set()
        self._faults = faults
        self._stop = stop
        self._untrust = untrust
        self._revoke = revoke
        self._watch = watch
        self._meddle = meddle
        self._counts: Counter[tuple[str, str]] = Counter()
        self._due = threading.local()

    def before(self, service: str, operation: str) -> Any:
        """Answer instead of AWS, or let the call through."""
        self._due.kind = self._due.place = None
        execution = automation_backends[ACCOUNT][HOME].executions.get(threading.current_thread().name)
        run = execution.current if execution else None
        if execution is None or run is None:
            return None
        document = _DOCUMENTS[execution.document.name.partition("-")[0]]
        self._counts[execution.identifier, run.step.name] += 1
        number = self._counts[execution.identifier, run.step.name]
        self.calls.append(
            Call(document=document, step=run.step.name, number=number, service=service, operation=operation)
        )
        self._due.place = (document, run.step.name, operation)
        self._meddle(self._due.place, None)
        for fault in self._faults:
            if (fault.document, fault.step) != (document, run.step.name):
                continue
            if number == fault.call or (number > fault.call and fault.kind in _LASTING):
                self.struck.add(fault)
                kind = "error" if number > fault.call and fault.kind == "half-done" else fault.kind
                return self._strike(kind, execution, float(run.step.timeout or 0))
        return None

    def after(self, operation: str, answer: dict[str, Any]) -> None:
        """Let what was given be seen, then spoil the answer."""
        kind, self._due.kind = getattr(self._due, "kind", None), None
        if operation in _WRITES:
            self._watch()
        if place := getattr(self._due, "place", None):
            self._meddle(place, answer)
        if kind in {"lost", "half-done"}:
            raise ReadTimeoutError(endpoint_url="https://aws")
        if kind == "malformed":
            answer.clear()

    def refused(self, error: Exception) -> None:
        """Keep what the policies refused."""
        self.refusals.append(str(error))

    def _strike(self, kind: str, execution: Any, timeout: float) -> Any:
        if kind in REFUSALS:
            status, code, message = REFUSALS[kind]
            error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
            return SimpleNamespace(status_code=status), error
        if kind == "stopped":
            self._stop(execution.identifier)
        elif kind == "untrusted":
            self._untrust(execution.role_arn)
        elif kind == REVOKED:
            self._revoke()
        elif kind == "slow":
            CLOCK.advance(timeout + 1)
        else:
            self._due.kind = kind
        return None
