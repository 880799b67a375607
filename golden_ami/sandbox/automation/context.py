"""What an action has at hand while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from golden_ami.sandbox.automation.door import Door
from golden_ami.sandbox.automation.execution import Execution, StepRun
from golden_ami.sandbox.automation.failure import AbandonedError, StepCancelledError, StepTimeoutError
from golden_ami.sandbox.clock import Clock


@dataclass(kw_only=True)
class Context:
    """One try of one step.

    Attributes
    ----------
    execution : Execution
        What runs.
    run : StepRun
        The step, with its inputs resolved.
    clock : Clock
        The sandbox's.
    door : Door
        The way to AWS.
    deadline : datetime or None
        When the step times out.
    waiting : callable
        Shows the execution and the step as waiting, or as going on.
    inner : callable
        Runs the steps of a loop, given the number of its turn; tells whether the execution goes on.
    lookup : callable
        Gives the present value of a reference.
    """

    execution: Execution
    run: StepRun
    clock: Clock
    door: Door
    deadline: datetime | None
    waiting: Callable[[bool], None]
    inner: Callable[[int], bool]
    lookup: Callable[[str], Any]

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The step's inputs."""
        return self.run.inputs

    def pause(self, seconds: float) -> None:
        """Let time pass.

        Raises
        ------
        StepTimeoutError
            When the step's time is up; no more time than that passes.
        StepCancelledError, AbandonedError
            When the execution is stopped meanwhile.
        """
        now = self.clock.now()
        until = now + timedelta(seconds=seconds)
        late = self.deadline is not None and until > self.deadline
        end = self.deadline if late and self.deadline else until
        if self.clock.instant:
            self.clock.sleep((end - now).total_seconds())
            self._check()
        elif self.clock.wait(self._interrupted, end):
            self._check()
        if late:
            raise StepTimeoutError

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait, for as long as the step may, until people have done something.

        Raises
        ------
        StepTimeoutError, StepCancelledError, AbandonedError
            As in :meth:`pause`.
        """
        self.waiting(True)
        until = self.deadline or datetime.max.replace(tzinfo=self.clock.now().tzinfo)
        done = self.clock.wait(lambda: happened() or self._interrupted(), until)
        self.waiting(False)
        self._check()
        if not done:
            raise StepTimeoutError

    def _interrupted(self) -> bool:
        return self.execution.abandoned or self.execution.stop == "Cancel"

    def _check(self) -> None:
        if self.execution.abandoned:
            raise AbandonedError
        if self.execution.stop == "Cancel":
            raise StepCancelledError


@dataclass(frozen=True, kw_only=True)
class Done:
    """How an action ended well.

    Attributes
    ----------
    content : Any
        What the selectors of the step's outputs are applied to.
    outputs : mapping
        Outputs that the action has by itself.
    next_step : str or None
        Where a branch goes.
    """

    content: Any = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    next_step: str | None = None
