"""The engine: runs an execution of a document, step by step, as Systems Manager documents it.

It executes the documented subset, and does not simulate Systems Manager: what the pages leave open is either refused,
or has both answers (:class:`Behaviour`).

Source: "Properties shared by all actions", "Systems Manager Automation actions reference" (Systems Manager User Guide).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from golden_ami.sandbox.automation.actions import ACTIONS
from golden_ami.sandbox.automation.context import Context, Done
from golden_ami.sandbox.automation.document import Step
from golden_ami.sandbox.automation.door import Door
from golden_ami.sandbox.automation.execution import Execution, StepRun
from golden_ami.sandbox.automation.failure import AbandonedError, StepCancelledError, StepError, StepTimeoutError
from golden_ami.sandbox.automation.references import lookup
from golden_ami.sandbox.automation.values import converted, resolved, select
from golden_ami.sandbox.clock import Clock

log = logging.getLogger(__name__)

_CANCELLATION: Final = timedelta(minutes=2)
"""How long the steps after ``onCancel`` may take."""


@dataclass
class Behaviour:
    """What AWS does not document, to be tried both ways.

    Attributes
    ----------
    jumps_after_denial : bool
        Whether ``onFailure: step:X`` of an approval is followed after a denial and after its timeout. The page of
        aws:approve says that "the step and the automation stop running"; onFailure is said to be shared by all actions.
    """

    jumps_after_denial: bool = True


@dataclass(kw_only=True)
class Engine:
    """One execution on its way.

    Attributes
    ----------
    execution : Execution
        What runs.
    clock : Clock
        The sandbox's.
    open_door : callable
        Assumes the execution's role, and returns the way to AWS; it is opened anew for each try of each step.
    announce : callable
        Told after every change of a step's or the execution's status.
    behaviour : Behaviour
        See there.
    """

    execution: Execution
    clock: Clock
    open_door: Callable[[Execution], Door]
    announce: Callable[[Execution, StepRun | None], None]
    behaviour: Behaviour
    _cancelled_by: datetime | None = None

    def run(self) -> None:
        """Run to the end; what goes wrong is in the execution's status and message."""
        execution = self.execution
        try:
            verdict = "Success"
            if not execution.stop:
                self._show("InProgress")
                self._walk(execution.document.steps)
            critical = [run for run in execution.runs if run.status in {"Failed", "TimedOut"} and self._spoils(run)]
            if execution.stop:
                verdict = "Cancelled"
            elif critical:
                verdict = critical[0].status
                execution.failure = f"Step {critical[0].step.name} ended {verdict}. {critical[0].failure}".strip()
            self._put_out()
            self._end(verdict)
        except AbandonedError:
            return
        except Exception as error:
            log.exception("execution %s", execution.identifier)
            execution.failure = f"The sandbox's engine failed: {type(error).__name__}: {error}"
            self._end("Failed")

    def _walk(self, steps: Sequence[Step], parent: StepRun | None = None, turn: int = 0) -> bool:
        """Run steps from the first one on, and tell whether the execution goes on after the last one."""
        position = {step.name: index for index, step in enumerate(steps)}
        index: int | None = 0
        while index is not None and index < len(steps):
            step = steps[index]
            run, jump = self._run(step, parent, turn)
            if self.execution.stop == "Complete":
                return False
            target: str | None = None
            if self.execution.stop == "Cancel":
                if step.on_cancel is None:
                    return False
                target = step.on_cancel
                self.execution.stop = "Cancelling"
                self._cancelled_by = self.clock.now() + _CANCELLATION
                self._show("Cancelling")
            elif run.status == "Success":
                if step.is_end and jump is None:
                    return False
                target = jump or step.next_step
            elif run.status == "Cancelled" or not self._goes_on(run):
                return False
            elif step.jumps_on_failure:
                target = step.on_failure
            else:
                target = step.next_step
            index = index + 1 if target is None else position.get(target)
        return True

    def _goes_on(self, run: StepRun) -> bool:
        """Tell whether anything runs after a step that failed."""
        step = run.step
        if run.aborts or step.is_end or (step.on_failure == "Abort" and not step.jumps_on_failure):
            return False
        asked = step.action == "aws:approve" and bool(run.outputs or run.status == "TimedOut")
        return self.behaviour.jumps_after_denial or not asked

    def _spoils(self, run: StepRun) -> bool:
        """Tell whether a step's failure is the execution's."""
        return bool(run.step.is_critical) or not self._goes_on(run)

    def _run(self, step: Step, parent: StepRun | None, turn: int) -> tuple[StepRun, str | None]:
        run = StepRun(step=step, parent=parent, iteration=turn)
        run.started = self.clock.now()
        self.execution.runs.append(run)
        self._show("InProgress", run)
        jump = None
        for attempt in range(1, step.max_attempts + 1):
            try:
                done = self._try(run)
                run.outputs |= dict(done.outputs) | self._selected(step, done.content)
                run.failure = ""
                jump = done.next_step
                status = "Success"
            except StepCancelledError:
                status = "Cancelled"
            except (StepTimeoutError, StepError, NotImplementedError) as error:
                status = "TimedOut" if isinstance(error, StepTimeoutError) else "Failed"
                run.failure = str(error) or "Step timed out."
                if attempt < step.max_attempts and not self.execution.stop:
                    continue
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                log.exception("step %s of execution %s", step.name, self.execution.identifier)
                status = "Failed"
                run.failure = f"The inputs are not valid: {type(error).__name__}: {error}"
            break
        run.ended = self.clock.now()
        self._show(status, run)
        return run, jump

    def _try(self, run: StepRun) -> Done:
        step, execution = run.step, self.execution
        if execution.abandoned:
            raise AbandonedError
        if execution.stop == "Cancel":
            raise StepCancelledError
        if self._cancelled_by and self.clock.now() >= self._cancelled_by:
            raise StepTimeoutError
        door = self.open_door(execution)
        inputs = {name: value for name, value in step.inputs.items() if name not in {"Steps", "LoopCondition"}}
        context = Context(
            execution=execution,
            run=run,
            clock=self.clock,
            door=door,
            deadline=self._deadline(step),
            waiting=lambda waits: self._wait(run, waits),
            inner=lambda turn: self._turn(run, turn),
            lookup=lambda name: lookup(name, execution, self.clock.now()),
        )
        run.inputs = resolved(inputs, context.lookup)
        done = ACTIONS[step.action](context)
        if context.deadline and self.clock.now() > context.deadline and step.action != "aws:approve":
            raise StepTimeoutError
        return done

    def _deadline(self, step: Step) -> datetime | None:
        ends = [self.clock.now() + timedelta(seconds=step.timeout)] if step.timeout is not None else []
        ends += [self._cancelled_by] if self._cancelled_by else []
        return min(ends, default=None)

    def _turn(self, run: StepRun, turn: int) -> bool:
        """Run a loop's steps once; a step that fails inside, and does not go on, fails the loop.

        The loop inherits ``onFailure`` where a step inside of it writes one. How a loop's own ``onFailure`` and a
        step without one go together is not documented: the loop's decides.
        """
        before = len(self.execution.runs)
        steps = tuple(Step.read(content) for content in run.step.inputs["Steps"])
        goes_on = self._walk(steps, run, turn)
        if self.execution.stop in {"Cancel", "Cancelling"}:
            raise StepCancelledError
        bad = [each for each in self.execution.runs[before:] if each.status in {"Failed", "TimedOut"}]
        if not goes_on and bad:
            last = bad[-1]
            run.aborts = last.aborts or last.step.writes_on_failure or last.step.action == "aws:approve"
            raise StepError(f"Step {last.step.name} ended {last.status}. {last.failure}")
        return goes_on

    def _selected(self, step: Step, content: Any) -> dict[str, Any]:
        found = {}
        for output in step.outputs:
            value = select(output["Selector"], content)
            if value is not None:
                name = output["Name"]
                found[name] = converted(value, output.get("Type", "String"), f"Output {step.name}.{name}")
        return found

    def _put_out(self) -> None:
        for name in self.execution.document.outputs:
            owner, _, output = name.partition(".")
            for run in self.execution.runs:
                if run.step.name == owner and output in run.outputs:
                    self.execution.outputs[name] = run.outputs[output]

    def _wait(self, run: StepRun, waits: bool) -> None:
        status = "Waiting" if waits else "InProgress"
        self._show(status, run)
        self._show("Cancelling" if self._cancelled_by and not waits else status)

    def _show(self, status: str, run: StepRun | None = None) -> None:
        shown = run or self.execution
        if shown.status != status:
            shown.status = status
            self.announce(self.execution, run)

    def _end(self, status: str) -> None:
        self.execution.ended = self.clock.now()
        self._show(status)
        self.clock.notify()
