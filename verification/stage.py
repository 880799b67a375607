"""Plays a scenario: people start, decide and stop; the result is what the state then is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from golden_ami.names import IMAGE_TAG, OUTCOME_TAG
from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.control import set_image_state
from golden_ami.sandbox.imagebuilder.scenario import next_build
from golden_ami.sandbox.ram.models import ram_backends
from verification.configurations import ACCOUNT, HOME
from verification.factory import Factory
from verification.faults import Call, FaultyDoor
from verification.legitimacy import STARTER, why_not
from verification.local import Around, DirectAws
from verification.people import APPROVERS, decide
from verification.scenarios import BUILDS, LINKS, ODD_BUILDS, Scenario
from verification.state import Eyes, Given
from verification.taking import act
from verification.tampering import deafen, revoke, tamper, untrust
from verification.twists import twist_of

_A_WHILE: Final = 30.0


@dataclass
class Played:
    """What came of a scenario, for the judges.

    Attributes
    ----------
    execution : str
        Id of the execution that the scenario is about.
    image : str
        ARN of what it built or retired; empty when nothing was built.
    decisions : dict
        Decisions that Systems Manager took, by execution: who decided what.
    early : list of str
        What was given while it must not have been.
    before : dict
        What consumers are given before.
    record : dict
        The record of the image that was approved last, before.
    """

    execution: str = ""
    image: str = ""
    decisions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    early: list[str] = field(default_factory=list)
    before: dict[str, str | None] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Given] = field(default_factory=dict)
    builders: dict[str, str] = field(default_factory=dict)
    met: datetime | None = None
    again: str = ""
    took: float = 0
    shared_in: float = 0
    calls: list[Call] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    struck: int = 0


class Stage:
    """Where one scenario is played.

    Parameters
    ----------
    local : DirectAws
        The local AWS, with the factory on it.
    factory : Factory
        What the scenario is about.
    scenario : Scenario
        What happens.
    """

    def __init__(self, local: DirectAws, factory: Factory, scenario: Scenario) -> None:
        self.factory = factory
        self.scenario = scenario
        self.eyes = Eyes(factory)
        self.played = Played()
        self.local = local
        self._ssm = local.plain("ssm")
        self._door = FaultyDoor(
            scenario.faults,
            stop=self.stop,
            untrust=lambda role: untrust(local, role),
            revoke=self._revoke,
            watch=self._watch,
            meddle=self._meddle,
        )
        self._twist = twist_of(scenario.twist)
        self._met = 0

    def play(self) -> Played:
        """Play it to its end."""
        self.remember()
        automation.SETTINGS.behaviour.jumps_after_denial = self.scenario.jumps
        deafen(self.local, self.factory, self.scenario.deaf)
        with self._surrounded():
            if self.scenario.approves:
                self._approve()
            else:
                act(self)
            automation.settle()
        self.played.calls, self.played.refusals = self._door.calls, self._door.refusals
        self.played.struck = len(self._door.struck)
        return self.played

    def remember(self) -> None:
        """Keep what everybody has now."""
        self.played.before = self.eyes.parameters()
        self.played.record = self.eyes.record()
        self.played.others = {arn: self.eyes.given(arn) for arn in self.eyes.images()}

    def status(self, execution: str) -> str:
        """Read an execution's status."""
        return automation.automation_backends[ACCOUNT][HOME].executions[execution].status

    def outcome(self, execution: str) -> str:
        """Read the execution's tag."""
        return automation.automation_backends[ACCOUNT][HOME].tags(execution).get(OUTCOME_TAG, "")

    def start(self, token: str) -> str:
        """Start the approval runbook, and return when it waits or has ended."""
        before = set(self.eyes.images())
        names = self.factory.image.names
        started = self.local.person("GoldenAmiStarter", STARTER).start_automation_execution(
            DocumentName=names.approval.document,
            Tags=[{"Key": IMAGE_TAG, "Value": names.image}],
            ClientToken=token,
        )
        automation.settle()
        execution = str(started["AutomationExecutionId"])
        self.played.builders |= dict.fromkeys(set(self.eyes.images()) - before, execution)
        return execution

    def approve(self, execution: str) -> None:
        """Let as many approve as must."""
        for role, name in APPROVERS[: self.factory.configuration.required]:
            self.signal(execution, "Approve", role, name)

    def signal(self, execution: str, kind: str, role: str, name: str) -> None:
        """Decide, when Systems Manager takes the decision."""
        try:
            # It counts from when Systems Manager has it, and the execution goes on at once.
            self.played.decisions.setdefault(execution, []).append((name, kind))
            self.local.person(role, name).send_automation_signal(
                AutomationExecutionId=execution, SignalType=kind, Payload={"Comment": ["looked at it"]}
            )
        except ClientError:
            self.played.decisions[execution].pop()
        automation.settle()

    def stop(self, execution: str) -> None:
        """Stop an execution."""
        try:
            self._ssm.stop_automation_execution(AutomationExecutionId=execution)
        except ClientError:
            return

    def _approve(self) -> None:
        scenario, played = self.scenario, self.played
        tamper(self.local, self.factory, scenario.before)
        if self._twist.before:
            self._twist.before(self)
            played.record = self.eyes.record()
        next_build({**BUILDS, **ODD_BUILDS}[scenario.build])
        if scenario.build.startswith("turns-"):
            self.local.clock.schedule(_A_WHILE, self._turn)
        again = str(uuid4())
        began = self.local.clock.now()
        played.execution = self.start(again)
        played.took = (self.local.clock.now() - began).total_seconds()
        played.again = self.start(again)
        played.image = next((each for each, by in played.builders.items() if by == played.execution), "")
        if scenario.link != "fine":
            ram_backends[ACCOUNT][HOME].next_ends.append(LINKS[scenario.link])
        if self.status(played.execution) == "Waiting":
            decide(self)

    def _turn(self) -> None:
        """Give the image that is being built a state that no build has."""
        image = list(self.eyes.images())[-1]
        set_image_state(image, self.scenario.build.removeprefix("turns-").upper())

    def _revoke(self) -> None:
        """Let somebody revoke the image that it is about, all at once."""
        image = list(self.eyes.images())[-1] if self.scenario.approves else self.played.image
        revoke(self.local, self.factory, self.eyes, image)

    @contextmanager
    def _surrounded(self) -> Iterator[None]:
        self.local.around = self._door
        try:
            yield
        finally:
            self.local.around = Around()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.local.clock.advance(seconds)
        automation.settle()

    def _watch(self) -> None:
        for image, execution in self._built():
            given = self.eyes.given(image)
            decisions = self.played.decisions.get(execution, [])
            given_away = self.scenario.build == "given-away"
            why = given and why_not(self.eyes, self.factory, image, decisions, given_away=given_away)
            if why:
                self.played.early.append(f"{image} was given although {why}")

    def _meddle(self, place: tuple[str, str, str], answer: dict[str, Any] | None) -> None:
        """Let others act when a step makes a call that the twist names, once or each time."""
        twist = self._twist
        if twist.act is None or twist.after != (answer is not None) or place[1:] not in twist.at:
            return
        self._met += 1
        self.played.met = self.played.met or self.local.clock.now()
        if self._met == 1 or twist.always:
            twist.act(self, answer or {})

    def _built(self) -> Iterator[tuple[str, str]]:
        """Name the images of this scenario; one that is built while its start has not returned is the execution's."""
        for image in self.eyes.images():
            if image not in self.played.others:
                yield image, self.played.builders.get(image, self.played.execution)
