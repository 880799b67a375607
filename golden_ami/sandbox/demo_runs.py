"""The demonstration's people: they start the runbook, read the request, decide, and look at what was shared.

Everything goes through boto3 as on AWS, with the roles of the local organization; only the clock is the sandbox's.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from golden_ami.config import ImageFactory
from golden_ami.errors import SandboxError
from golden_ami.names import IMAGE_TAG, OUTCOME_TAG
from golden_ami.sandbox.demo_cli import CommandLine
from golden_ami.sandbox.demo_evidence import Archive
from golden_ami.sandbox.demo_mail import Mailbox
from golden_ami.sandbox.demo_reach import Reach
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability, next_build
from golden_ami.sandbox.server import LocalAws

FAST: Final = 300.0
"""Seconds of the local AWS in a second of the world, while an image is built: that takes five."""

CALM: Final = 30.0
"""The same for what follows: a step has some minutes, and a busy machine needs some seconds for it."""

_ENDED: Final = frozenset({"Success", "Failed", "TimedOut", "Cancelled"})
_WAITING: Final = frozenset({"aws:approve", "aws:waitForAwsResourceProperty"})
_MARKS: Final = {"Success": "[green]✓[/]", "Waiting": "[yellow]…[/]"}
_POLL: Final = 0.2
_PATIENCE: Final = 120

APPROVERS: Final = (("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "bob"))
"""Role and person, in the order in which they decide."""


@dataclass
class Run:
    """One execution, as it ended or waits.

    Attributes
    ----------
    execution, image : str
        Ids; the image is empty when none was built.
    status : str
        Of the execution.
    outcome : str
        As its tag says, or empty.
    """

    execution: str
    image: str
    status: str
    outcome: str


class People:
    """What people do with one image of the deployed factory.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    factory : ImageFactory
        The image.
    config : Path
        The configuration that it is part of.
    console : Console
        Where people look.

    Attributes
    ----------
    archive : Archive
        What they find in the evidence bucket.
    reach : Reach
        Whom the image has reached.
    """

    def __init__(self, local: LocalAws, factory: ImageFactory, config: Path, console: Console) -> None:
        self._local = local
        self._factory = factory
        self._console = console
        self._ssm = local.client("ssm")
        self._mailbox = Mailbox(local, factory.names.scope)
        self._terminal = CommandLine(local, config, console)
        self.archive = Archive(local, factory, console)
        self.reach = Reach(local, factory, console)
        self._shown: set[tuple[str, str]] = set()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Read the topic, attach the policies that Terraform made, and let time run fast; then undo."""
        iam, names = self._local.client("iam"), self._factory.names
        self._mailbox.open()
        attached = [
            {"RoleName": role, "PolicyArn": names.scope.iam(f"policy/{policy}")}
            for role, policy in (
                ("GoldenAmiStarter", names.starter_policy),
                ("GoldenAmiStarter", names.retirer_policy),
                ("GoldenAmiStarter", names.revoker_policy),
                ("GoldenAmiStarter", names.scope.reader_policy),
                *((role, names.approver_policy) for role, _ in APPROVERS),
            )
        ]
        for each in attached:
            iam.attach_role_policy(**each)
        self._local.clock.speed = FAST
        try:
            yield
        finally:
            self._local.clock.speed = 1.0
            # A policy that is attached cannot be destroyed.
            for each in attached:
                iam.detach_role_policy(**each)
            self._mailbox.close()

    def build_and_ask(self, findings: Sequence[Vulnerability] = (), *, says: str = "") -> Run:
        """Start the approval runbook as the starter, and watch it until it waits for people; show the request."""
        run = self._build(findings)
        if run.status != "Waiting":
            raise SandboxError(f"the runbook ended {run.status} before it asked", remedy="read its steps above")
        requests = self._mailbox.show(self._console)
        if not any(says in each["Message"] for each in requests):
            raise SandboxError(f"no request says {says!r}", remedy="read the request above")
        self.reach.expect_private(run.image)
        return run

    def build_and_be_refused(self, findings: Sequence[Vulnerability]) -> Run:
        """Start the approval runbook, and watch it end although nobody was asked."""
        run = self._build(findings)
        if run.status == "Waiting":
            raise SandboxError("people were asked in spite of the findings", remedy="read the steps above")
        return self._finish(run)

    def decide(self, run: Run, kind: str, comment: str) -> Run:
        """Reject as the first approver, or let both approve, private until the last one, and watch the rest."""
        self._local.clock.speed = CALM
        for role, name in APPROVERS if kind == "Approve" else APPROVERS[:1]:
            self.reach.expect_private(run.image)
            self._person(role, name).send_automation_signal(
                AutomationExecutionId=run.execution, SignalType=kind, Payload={"Comment": [comment]}
            )
            self._console.print(f"    {name} ({role}) says {kind}", highlight=False)
        return self._finish(run)

    def let_expire(self, run: Run) -> Run:
        """Let a week pass."""
        self._local.clock.speed = CALM
        self._local.clock.advance(self._factory.approval.expires_after_days * 86_400 + 60)
        return self._finish(run)

    def retire(self, image: str, because: str) -> Run:
        """Retire an image, and watch it."""
        self._local.clock.speed = CALM
        given = {"ImageBuildVersionArn": [image], "RetireApprovedBecause": [because]}
        run = self._watch(self._start(self._factory.names.retirement.document, given))
        return self._finish(run)

    def type(self, *arguments: str, told: bool = False) -> str:
        """Have the starter type a command of ``golden-ami``; what comes of it is told, or is not."""
        self._local.clock.speed = CALM
        self._terminal.log_in(self._taken("GoldenAmiStarter", "sam"))
        said = self._terminal.run(*arguments)
        if told:
            self._mailbox.expect_notice(self._console)
        return said

    def _build(self, findings: Sequence[Vulnerability]) -> Run:
        self._local.clock.speed = FAST
        next_build(BuildScenario(findings=tuple(findings)))
        return self._watch(self._start(self._factory.names.approval.document, {}))

    def _start(self, document: str, parameters: dict[str, list[str]]) -> str:
        starter = self._person("GoldenAmiStarter", "sam")
        tags = [{"Key": IMAGE_TAG, "Value": self._factory.names.image}]
        given = {"Parameters": parameters} if parameters else {}
        started = starter.start_automation_execution(DocumentName=document, Tags=tags, **given)
        return str(started["AutomationExecutionId"])

    def _person(self, role: str, name: str) -> Any:
        taken = self._taken(role, name)
        keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
        return self._local.session(*keys).client("ssm", endpoint_url=self._local.url)

    def _taken(self, role: str, name: str) -> dict[str, Any]:
        arn = self._factory.names.scope.iam(f"role/{role}")
        return dict(self._local.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"])

    def _finish(self, run: Run) -> Run:
        """Watch to the end, wait until it has been told, and show the notice."""
        ended = self._watch(run.execution, seen=run.status)
        until = time.monotonic() + _PATIENCE
        while not ended.outcome and time.monotonic() < until:
            time.sleep(_POLL)
            ended.outcome = self._outcome(run.execution)
        self._mailbox.expect_notice(self._console)
        return ended

    def _watch(self, execution: str, *, seen: str = "") -> Run:
        """Print each step as it ends, until the execution has ended or waits for people."""
        until = time.monotonic() + _PATIENCE
        with self._console.status("starting ...") as status:
            while time.monotonic() < until:
                found = self._ssm.get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
                for step in found["StepExecutions"]:
                    self._show(step)
                state = found["AutomationExecutionStatus"]
                if state in _ENDED or (state == "Waiting" and not seen):
                    return Run(execution, _image_of(found), state, self._outcome(execution))
                status.update(f"{found.get('CurrentStepName', 'starting')} ...")
                time.sleep(_POLL)
        raise SandboxError(f"execution {execution} still runs after {_PATIENCE} s", remedy="look at its steps above")

    def _show(self, step: dict[str, Any]) -> None:
        name, state = step["StepName"], step["StepStatus"]
        key = (step["StepExecutionId"], state)
        if key in self._shown or state in {"Pending", "InProgress"}:
            return
        self._shown.add(key)
        took = ""
        if step["Action"] in _WAITING and "ExecutionEndTime" in step:
            seconds = round((step["ExecutionEndTime"] - step["ExecutionStartTime"]).total_seconds())
            took = f" [dim]after {timedelta(seconds=seconds)}[/]" if seconds else ""
        self._console.print(f"    {_MARKS.get(state, '[red]✗[/]')} {name}{took}", highlight=False)

    def _outcome(self, execution: str) -> str:
        tags = self._ssm.list_tags_for_resource(ResourceType="Automation", ResourceId=execution)["TagList"]
        return {str(tag["Key"]): str(tag["Value"]) for tag in tags}.get(OUTCOME_TAG, "")


def _image_of(execution: dict[str, Any]) -> str:
    for step in execution["StepExecutions"]:
        if step["StepName"] == "executeImageCreation":
            return str(step.get("Outputs", {}).get("imageBuildVersionArn", [""])[0])
    return ""
