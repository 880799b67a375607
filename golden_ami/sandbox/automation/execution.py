"""An execution, and the steps that it has run, as the API shows them.

Source: AutomationExecution, StepExecution, AutomationExecutionMetadata (Systems Manager API Reference).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from golden_ami.sandbox.automation.document import Document, Step
from golden_ami.sandbox.automation.values import text, texts

ENDED: Final = frozenset({"Success", "Failed", "TimedOut", "Cancelled"})
"""Statuses in which an execution stays."""


@dataclass(kw_only=True)
class Decision:
    """What an approver said.

    Attributes
    ----------
    approver : str
        ARN of the caller.
    kind : str
        ``Approve`` or ``Reject``.
    comment : str
        May be empty.
    """

    approver: str
    kind: str
    comment: str


@dataclass(kw_only=True)
class StepRun:
    """One run of a step.

    Attributes
    ----------
    step : Step
        What is run.
    parent : StepRun or None
        The loop that it belongs to.
    iteration : int
        Number of the loop's turn, from 1.
    aborts : bool
        Whether a step inside of this loop has failed in a way that ends the execution.
    """

    step: Step
    parent: "StepRun | None" = None
    iteration: int = 0
    identifier: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    started: datetime | None = None
    ended: datetime | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    failure: str = ""
    aborts: bool = False

    def describe(self) -> dict[str, Any]:
        """Return it as the API shows it; a step that has not begun has its name, action and status."""
        step = self.step
        shown: dict[str, Any] = {
            "StepName": step.name,
            "Action": step.action,
            "StepStatus": self.status,
            "StepExecutionId": self.identifier,
            "OnFailure": f"step:{step.on_failure}" if step.jumps_on_failure else step.on_failure,
            "MaxAttempts": step.max_attempts,
            "IsEnd": step.is_end,
            "IsCritical": step.on_failure != "Continue" if step.is_critical is None else step.is_critical,
            "Inputs": {key: text(value) for key, value in self.inputs.items()},
            "Outputs": {key: texts(value) for key, value in self.outputs.items()},
            "ExecutionStartTime": self.started,
            "ExecutionEndTime": self.ended,
            "FailureMessage": self.failure or None,
            "NextStep": step.next_step,
            "TimeoutSeconds": None if step.timeout is None else int(step.timeout),
        }
        if self.parent:
            shown["ParentStepDetails"] = {
                "StepExecutionId": self.parent.identifier,
                "StepName": self.parent.step.name,
                "Action": self.parent.step.action,
                "Iteration": self.iteration,
            }
        return {key: value for key, value in shown.items() if value is not None}


@dataclass(kw_only=True)
class Execution:
    """An execution of a document.

    Attributes
    ----------
    document : Document
        The version that was started.
    account, region, partition : str
        Where.
    parameters : dict
        Given ones and defaults, typed.
    executed_by : str
        ARN of who started it.
    role_arn : str
        Role of the execution; empty without one.
    runs : list of StepRun
        In the order of their beginning.
    stop : str
        Empty, ``Cancel`` or ``Complete``; ``Cancelling`` once the steps after ``onCancel`` have begun.
    resumed : bool
        Whether a pause has been ended.
    decisions : list of Decision
        Of the approval that waits.
    """

    document: Document
    account: str
    region: str
    partition: str
    parameters: dict[str, Any]
    executed_by: str
    role_arn: str
    tags: dict[str, str]
    started: datetime
    identifier: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    ended: datetime | None = None
    failure: str = ""
    runs: list[StepRun] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    stop: str = ""
    resumed: bool = False
    abandoned: bool = False
    decisions: list[Decision] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """ARN of the execution."""
        return f"arn:{self.partition}:ssm:{self.region}:{self.account}:automation-execution/{self.identifier}"

    @property
    def current(self) -> StepRun | None:
        """The step that runs or waits."""
        return next((run for run in reversed(self.runs) if run.status in {"InProgress", "Waiting"}), None)

    def steps(self) -> list[StepRun]:
        """List the steps that have begun, and then those that have not."""
        begun = {run.step.name for run in self.runs}
        return [*self.runs, *(StepRun(step=step) for step in self.document.steps if step.name not in begun)]

    def metadata(self) -> dict[str, Any]:
        """Return it as DescribeAutomationExecutions shows it."""
        current = self.current
        shown = {
            "AutomationExecutionId": self.identifier,
            "DocumentName": self.document.name,
            "DocumentVersion": self.document.version,
            "AutomationExecutionStatus": self.status,
            "ExecutionStartTime": self.started,
            "ExecutionEndTime": self.ended,
            "ExecutedBy": self.executed_by,
            "Outputs": {key: texts(value) for key, value in self.outputs.items()},
            "Mode": "Auto",
            "CurrentStepName": current.step.name if current else None,
            "CurrentAction": current.step.action if current else None,
            "FailureMessage": self.failure or None,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def describe(self) -> dict[str, Any]:
        """Return it as GetAutomationExecution shows it."""
        return self.metadata() | {
            "Parameters": {name: texts(value) for name, value in self.parameters.items()},
            "Variables": {name: texts(value) for name, value in self.variables.items()},
            "StepExecutions": [run.describe() for run in self.steps()],
            "StepExecutionsTruncated": False,
        }
