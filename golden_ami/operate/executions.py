"""Executions of a factory's runbooks, as Systems Manager keeps them for 30 days."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from golden_ami.errors import InputError
from golden_ami.names import OUTCOME_TAG
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

ENDED: Final = frozenset(
    {"Success", "Failed", "TimedOut", "Cancelled", "CompletedWithSuccess", "CompletedWithFailure", "Exited"}
)
WAITING: Final = "Waiting"
APPROVE: Final = "aws:approve"
GOOD: Final = frozenset({"approved", "retired", "rolled-out", "revoked", "rolled-back"})
"""Outcomes with which an execution has done what it is for."""

_TRACE: Final = re.compile(r"Traceback \(most recent call last\):\n([ \t].*\n)*")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of an execution.

    Attributes
    ----------
    name, action, status : str
        As Systems Manager names them; ``Pending`` when it has not begun.
    started, ended : datetime or None
        When it began and ended.
    seconds : int or None
        Longest time that it may take.
    failure : str
        Why it failed, or empty.
    inputs : mapping of str to str
        As Systems Manager shows them, with references resolved.
    outputs : mapping of str to sequence of str
        What it has put out.
    """

    name: str
    action: str
    status: str
    started: datetime | None
    ended: datetime | None
    seconds: int | None
    failure: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, Sequence[str]]

    @property
    def deadline(self) -> datetime | None:
        """When it times out, if it runs."""
        if self.started is None or self.ended is not None or self.seconds is None:
            return None
        return self.started + timedelta(seconds=self.seconds)


@dataclass(frozen=True, kw_only=True)
class Execution:
    """An execution of one of the factory's runbooks.

    Attributes
    ----------
    id, document, version : str
        Of the execution, and what it executes.
    image : str
        Name of the image in the configuration; empty for another runbook's.
    does : str
        What the runbook is for, such as ``approval``.
    status : str
        As Systems Manager says.
    outcome : str
        As the outcome was told; empty before that.
    started : datetime
        When it began.
    ended : datetime or None
        When it ended.
    started_by : str
        ARN of who started it.
    failure : str
        Why it failed, or empty.
    current : str
        Step that runs or waits; empty when it has ended.
    parameters : mapping of str to sequence of str
        What it was started with.
    steps : tuple of Step
        In their order; empty in a list.
    """

    id: str
    document: str
    version: str
    image: str
    does: str
    status: str
    outcome: str
    started: datetime
    ended: datetime | None
    started_by: str
    failure: str
    current: str
    parameters: Mapping[str, Sequence[str]]
    steps: tuple[Step, ...] = ()

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more."""
        return self.status in ENDED

    @property
    def is_good(self) -> bool:
        """Whether it has done what it is for."""
        return self.outcome in GOOD if self.outcome else self.status in {"Success", "CompletedWithSuccess"}

    @property
    def asks(self) -> Step | None:
        """The step that waits for people, if one does."""
        waiting = (step for step in self.steps if step.action == APPROVE and step.status == WAITING)
        return next(waiting, None) if not self.has_ended else None

    def step(self, name: str) -> Step | None:
        """Find a step by its name."""
        return next((step for step in self.steps if step.name == name), None)

    def output(self, step: str, name: str) -> str:
        """Read one output of a step; empty when it has not put it out."""
        found = self.step(step)
        values = found.outputs.get(name, ()) if found else ()
        return str(values[0]) if values else ""

    @property
    def image_arn(self) -> str:
        """The Image Builder image that it has built, or is about; empty before there is one."""
        given = self.parameters.get("ImageBuildVersionArn", ())
        return str(given[0]) if given else self.output("executeImageCreation", "imageBuildVersionArn")


def read(place: Place, identifier: str) -> Execution:
    """Read an execution with its steps.

    Raises
    ------
    InputError
        When it is none of the deployment's runbooks.
    """
    ssm = place.connection.client("ssm")
    found = ssm.get_automation_execution(AutomationExecutionId=identifier)["AutomationExecution"]
    described = found["StepExecutions"]
    if found.get("StepExecutionsTruncated"):
        described = place.connection.pages(
            "ssm", "describe_automation_step_executions", "StepExecutions", AutomationExecutionId=identifier
        )
    named = _named(place)
    if found["DocumentName"] not in named:
        raise InputError(
            f"{identifier} is an execution of {found['DocumentName']}, no runbook of deployment {place.deployment!r}",
            remedy="check the id, or name another --deployment",
        )
    outcome = outcome_of(place, identifier) if found["AutomationExecutionStatus"] in ENDED else ""
    return _execution(found, named[found["DocumentName"]], outcome, tuple(map(_step, described)))


def listed(place: Place, factories: "Sequence[ImageFactory]" = (), *, status: str | None = None) -> Iterator[Execution]:
    """Give the executions of images' runbooks, without steps and outcomes, the newest ones first.

    Parameters
    ----------
    place : Place
        The deployment.
    factories : sequence of ImageFactory
        Which images; all without any.
    status : str, optional
        In which status only, as Systems Manager names it.
    """
    named = _named(place, factories)
    # A filter takes one prefix only, and people's policies cannot confine the call.
    filters = [{"Key": "DocumentNamePrefix", "Values": ["GoldenAmi"]}]
    filters += [{"Key": "ExecutionStatus", "Values": [status]}] if status else []
    pages = place.connection.client("ssm").get_paginator("describe_automation_executions").paginate(Filters=filters)
    for page in pages:
        for each in page["AutomationExecutionMetadataList"]:
            if each["DocumentName"] in named:
                yield _execution(each, named[each["DocumentName"]], "", ())


def with_outcome(place: Place, execution: Execution) -> Execution:
    """Add to an execution of a list how it ended, if it has."""
    return replace(execution, outcome=outcome_of(place, execution.id)) if execution.has_ended else execution


def outcome_of(place: Place, identifier: str) -> str:
    """Read how an execution ended, as it was told; empty before that."""
    tags = place.connection.client("ssm").list_tags_for_resource(ResourceType="Automation", ResourceId=identifier)
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags["TagList"]}.get(OUTCOME_TAG, "")


def plain(failure: str) -> str:
    """Leave out the lines of a script's traceback but the last one, which says what is wrong."""
    return _TRACE.sub("", failure)


def _named(place: Place, factories: "Sequence[ImageFactory]" = ()) -> dict[str, tuple[str, str]]:
    """Name the runbooks of images: image, and what each is for."""
    found = {}
    for factory in factories or place.factories:
        for does, runbook in factory.names.runbooks.items():
            found[runbook.document] = (factory.names.image, does)
    return found


def _execution(found: Any, named: tuple[str, str], outcome: str, steps: tuple[Step, ...]) -> Execution:
    image, does = named
    return Execution(
        id=found["AutomationExecutionId"],
        document=found["DocumentName"],
        version=found.get("DocumentVersion", ""),
        image=image,
        does=does,
        status=found["AutomationExecutionStatus"],
        outcome=outcome,
        started=found["ExecutionStartTime"],
        ended=found.get("ExecutionEndTime"),
        started_by=found.get("ExecutedBy", ""),
        failure=plain(found.get("FailureMessage", "")),
        current=found.get("CurrentStepName", ""),
        parameters=found.get("Parameters", {}),
        steps=steps,
    )


def _step(found: Any) -> Step:
    return Step(
        name=found["StepName"],
        action=found["Action"],
        status=found["StepStatus"],
        started=found.get("ExecutionStartTime"),
        ended=found.get("ExecutionEndTime"),
        seconds=found.get("TimeoutSeconds"),
        failure=plain(found.get("FailureMessage", "")),
        inputs=found.get("Inputs", {}),
        outputs=found.get("Outputs", {}),
    )
