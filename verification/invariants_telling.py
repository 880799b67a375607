"""What notices say, beside the outcome: why, who, and where; each law returns what breaks it."""

from collections.abc import Callable, Iterator
from typing import Final

from golden_ami.sandbox.automation import automation_backends
from verification.configurations import ACCOUNT, HOME
from verification.faults import REFUSALS
from verification.invariants import told, told_badly
from verification.meddling import STRANGERS
from verification.stage import Stage

_OUTCOME: Final = "Golden AMI: "
_OF_A_ROLLOUT: Final = "What is approved and shared stays so."
_SUMMARY: Final = "only its summary could not be sent"
_UNREASONED: Final = frozenset({"approved", "cancelled", "denied", "expired", "retired", "revoked", "rolled-back"})
"""Outcomes whose reason is in themselves."""

Law = Callable[[Stage], Iterator[str]]


def the_reason_is_true(stage: Stage) -> Iterator[str]:
    """Demand of each notice that it names the execution, and the reason of its outcome in the words of who gave it."""
    for each in told(stage):
        subject, text = each.get("Subject", ""), each["Message"]
        if subject.startswith(_OUTCOME):
            outcome = subject.removeprefix(_OUTCOME)
            document = automation_backends[ACCOUNT][HOME].executions[stage.played.execution].document.name
            if not text.startswith(f"Execution {stage.played.execution} of {document} in {HOME} ended: {outcome}\n"):
                yield f"the notice begins {text.splitlines()[0]}"
            if _OF_A_ROLLOUT in text:
                yield "the notice speaks of a rollout"
            yield from (f"the notice does not say {words!r}" for words in _reason(stage, outcome) if words not in text)


def _reason(stage: Stage, outcome: str) -> Iterator[str]:
    decisions = stage.played.decisions.get(stage.played.execution, [])
    if outcome == "denied":
        yield from (f"/{name} denied it: looked at it" for name, kind in decisions if kind == "Reject")
    elif outcome == "expired":
        yield "Nobody decided in time."
    elif outcome == "cancelled":
        steps = automation_backends[ACCOUNT][HOME].executions[stage.played.execution].steps()
        stopped = [run.step.name for run in steps if run.status == "Cancelled"]
        yield f"It was stopped at {stopped[0] if stopped else 'a step'}."
    elif outcome == "approved":
        # The summary tells more, and comes instead of this notice.
        yield "It was approved, and is shared as configured"
        yield _SUMMARY
    elif outcome == "retired":
        yield "The image, its AMIs and their snapshots are gone."
    elif outcome == "revoked":
        yield "Nobody else may launch it any more, and its AMIs say so."
    elif outcome == "rolled-back":
        yield "The image that was approved before is current and shared again."
    elif outcome not in _UNREASONED and not told_badly(stage):
        yield from (REFUSALS[fault.kind][2] for fault in stage.scenario.faults[:1] if fault.kind in REFUSALS)
    if stage.scenario.rolls_back and stage.scenario.history < 2 and outcome == "rollback-refused":
        yield "there is none to go back to"
    if stage.scenario.twist.startswith("for-"):
        yield STRANGERS[stage.scenario.twist.removeprefix("for-")]


def who_retires_is_told_what_it_was(stage: Stage) -> Iterator[str]:
    """Demand that who retires or revokes an image is told what it was to its consumers, and what they are given now."""
    scenario = stage.scenario
    which = scenario.retires or scenario.revokes
    if not which or stage.status(stage.played.execution) != "Success":
        return
    roles = {"current": "the approved image", "previous": "the image that was approved before"}
    steps = automation_backends[ACCOUNT][HOME].executions[stage.played.execution].steps()
    said = {run.step.name: run.outputs for run in steps}
    told_role = said["inspectImage" if scenario.retires else "inspectRevocation"].get("Role")
    if told_role != roles.get(which, "neither current nor previous"):
        yield f"the image was {which}, and it says {told_role}"
    if scenario.retires:
        now = stage.eyes.record().get("image", "none") if which == "current" else "unchanged"
        if (given := said["withdrawImage"].get("Given")) != now:
            yield f"consumers are given {now}, and it says {given}"


TELLING_LAWS: Final[tuple[Law, ...]] = (the_reason_is_true, who_retires_is_told_what_it_was)
