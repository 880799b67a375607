"""The executions of one account and Region, and the engines that run them."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.ssm.models import ssm_backends
from moto.utilities.utils import get_partition

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.automation import events
from golden_ami.sandbox.automation.document import Document
from golden_ami.sandbox.automation.door import Door, open_door
from golden_ami.sandbox.automation.engine import Behaviour, Engine
from golden_ami.sandbox.automation.errors import (
    AutomationDefinitionNotFoundException,
    AutomationDefinitionVersionNotFoundException,
    AutomationExecutionLimitExceededException,
    AutomationExecutionNotFoundException,
    InvalidAutomationExecutionParametersException,
)
from golden_ami.sandbox.automation.execution import ENDED, Execution, StepRun
from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.parameters import typed
from golden_ami.sandbox.automation.values import resolved
from golden_ami.sandbox.clock import CLOCK
from golden_ami.sandbox.endpoint import Endpoint

MAX_CONCURRENT: Final = 100
MAX_QUEUED: Final = 1000
HISTORY: Final = timedelta(days=30)
"""How long an execution that has ended is shown (Systems Manager quotas)."""


@dataclass
class Settings:
    """What all engines of this process share.

    Attributes
    ----------
    endpoint : Endpoint or None
        Where the sandbox listens.
    behaviour : Behaviour
        Answers to what AWS does not document.
    """

    endpoint: Endpoint | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)


SETTINGS: Final = Settings()


class AutomationBackend(BaseBackend):
    """Automations of one account and Region.

    Attributes
    ----------
    executions : dict of str to Execution
        By id, oldest first.
    tokens : dict
        Request and execution id by client token.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.executions: dict[str, Execution] = {}
        self.tokens: dict[str, tuple[Any, str]] = {}
        self._slots = threading.Semaphore(MAX_CONCURRENT)
        self._queue: list[Execution] = []

    def find(self, identifier: str) -> Execution:
        """Return an execution.

        Raises
        ------
        AutomationExecutionNotFoundException
            When there is none, or it ended before the history begins.
        """
        execution = self.executions.get(identifier)
        if execution is None or (execution.ended and execution.ended + HISTORY < CLOCK.now()):
            raise AutomationExecutionNotFoundException(identifier)
        return execution

    def document(self, name: str, version: str | None) -> Document:
        """Return a version of an Automation document, by default the default one.

        Raises
        ------
        AutomationDefinitionNotFoundException, AutomationDefinitionVersionNotFoundException
            When there is none.
        """
        known = ssm_backends[self.account_id][self.region_name]._documents.get(name.rsplit("/", 1)[-1])
        if known is None or known.get_default_version().document_type != "Automation":
            raise AutomationDefinitionNotFoundException(f"Automation definition {name} does not exist.")
        found: Any
        match version:
            case None | "$DEFAULT":
                found = known.get_default_version()
            case "$LATEST":
                found = known.get_latest_version()
            case _:
                found = known.versions.get(version)
        if found is None:
            raise AutomationDefinitionVersionNotFoundException(f"Version {version} of {name} does not exist.")
        return Document.read(found.name, found.document_version, found.content_json)

    def start(
        self,
        principal: Principal,
        document: Document,
        given: Mapping[str, list[str]],
        tags: Mapping[str, str],
    ) -> Execution:
        """Start an execution in a thread of its own.

        Raises
        ------
        InvalidAutomationExecutionParametersException
            When parameters do not fit, or the document's role cannot be assumed.
        AutomationExecutionLimitExceededException
            When too many run and wait.
        """
        parameters = typed(document.parameters, given)
        busy = sum(execution.status not in ENDED for execution in list(self.executions.values()))
        if busy >= MAX_CONCURRENT + MAX_QUEUED:
            raise AutomationExecutionLimitExceededException(f"{busy} executions run or wait.")
        execution = Execution(
            document=document,
            account=self.account_id,
            region=self.region_name,
            partition=get_partition(self.region_name),
            parameters=parameters,
            executed_by=principal.arn,
            role_arn=self.role_of(document, given),
            tags=dict(tags),
            started=CLOCK.now(),
            variables={name: declared.get("default") for name, declared in document.variables.items()},
        )
        try:
            self._door(execution, principal)
        except StepError as error:
            raise InvalidAutomationExecutionParametersException(str(error)) from error
        self.executions[execution.identifier] = execution
        self.tags(execution.identifier).update(tags)
        engine = Engine(
            execution=execution,
            clock=CLOCK,
            open_door=lambda running: self._door(running, principal),
            announce=self._announce,
            behaviour=SETTINGS.behaviour,
        )
        thread = threading.Thread(target=self._run, args=(engine,), name=execution.identifier, daemon=True)
        self._queue.append(execution)
        CLOCK.employ(thread)
        thread.start()
        return execution

    @staticmethod
    def role_of(document: Document, given: Mapping[str, list[str]]) -> str:
        """Return the ARN of the role that an execution with such parameters assumes; empty without one."""
        return str(resolved(document.assume_role, typed(document.parameters, given).__getitem__))

    def tags(self, identifier: str) -> dict[str, str]:
        """Return the tags of an execution, to be changed in place."""
        tags: dict[str, str] = ssm_backends[self.account_id][self.region_name]._resource_tags["Automation"][identifier]
        return tags

    def _run(self, engine: Engine) -> None:
        execution, held = engine.execution, False

        def begins() -> bool:
            nonlocal held
            first = self._queue[0] is execution
            held = first and not execution.stop and self._slots.acquire(blocking=False)
            return held or execution.abandoned or bool(execution.stop)

        try:
            CLOCK.wait(begins, datetime.max.replace(tzinfo=UTC))
            self._queue.remove(execution)
            CLOCK.notify()
            engine.run()
        finally:
            if held:
                self._slots.release()
            CLOCK.notify()
            CLOCK.dismiss(threading.current_thread())

    def _announce(self, execution: Execution, run: StepRun | None) -> None:
        if not execution.abandoned:
            events.tell(execution, run, CLOCK.now(), _start_by_event)

    def _door(self, execution: Execution, starter: Principal) -> Door:
        tags = ssm_backends[self.account_id][self.region_name]._resource_tags
        return open_door(
            execution,
            starter,
            endpoint=SETTINGS.endpoint,
            tags_of=lambda kind, identifier: dict(tags[kind][identifier]),
        )


automation_backends = BackendDict(AutomationBackend, "ssm")


def _start_by_event(
    principal: Principal, region: str, name: str, version: str | None, parameters: dict[str, list[str]]
) -> str:
    from golden_ami.sandbox.automation.service import start_as  # noqa: PLC0415 - it starts executions, which tell events

    backend = automation_backends[principal.account][region]
    request = {"DocumentName": name, "Parameters": parameters} | ({"DocumentVersion": version} if version else {})
    return start_as(backend, principal, request)


def settle(seconds: float = 30.0) -> None:
    """Wait until every execution has ended, or waits for people or for the clock.

    Raises
    ------
    TimeoutError
        When one still runs after so many seconds of the world.
    """
    if not CLOCK.settle(seconds):
        raise TimeoutError(f"Executions still run: {', '.join(sorted(thread.name for thread in CLOCK.workers))}")


def abandon() -> None:
    """End every thread that waits, because the sandbox stops; their executions stay as they are."""
    for execution in _executions():
        execution.abandoned = True
    CLOCK.notify()
    for thread in CLOCK.workers:
        thread.join(5)


def _executions() -> list[Execution]:
    return [
        execution
        for _, _, backend in list(automation_backends.iter_backends())
        if isinstance(backend, AutomationBackend)
        for execution in list(backend.executions.values())
    ]
