"""How an execution ended: in a word, why, and what to do next."""

from typing import Final

from golden_ami.operate.decisions import REJECT, decided
from golden_ami.operate.executions import APPROVE, Execution, Step

_BAD: Final = frozenset({"Failed", "TimedOut", "Rejected"})
_TELLING: Final = "tellOutcome"
_AGAIN: Final = "and start again: golden-ami start {image}"
NEXT: Final = {
    "approved": "Nothing: it is shared and published as configured.",
    "approval-invalid": f"Let others than the starter approve, enough of them, the newest image, {_AGAIN}",
    "build-failed": f"Read the build's log in the log bucket, mend the component or the pipeline, {_AGAIN}",
    "cancelled": "CloudTrail has who stopped it (StopAutomationExecution). If it was a mistake, start again: "
    "golden-ami start {image}",
    "denied": "Talk to who denied it. The image stays private.",
    "evidence-failed": f"Nobody was asked. Mend what the reason names, {_AGAIN}",
    "expired": f"Make sure that an approver sees the request, {_AGAIN}. The image stays private.",
    "failed": "Look at the execution in the console of Systems Manager.",
    "not-private": "Find out who changed the pipeline, the share or the AMI. Nothing goes on before it is private.",
    "retired": "Nothing: it is gone.",
    "retirement-failed": "Mend the cause, and start the retirement again: it goes on where it stopped.",
    "retirement-pending": "Start the retirement again after the time that is named.",
    "retirement-refused": "Name the reason in RetireApprovedBecause, or retire another image.",
    "revocation-failed": "Start it again: it goes on with what the reason names, which is shared until then.",
    "revocation-refused": "Nothing was taken back. Mend what the reason names, and start again.",
    "revoked": "Find the instances that run it: golden-ami images {image}. Build another one, or roll back.",
    "role-broken": "Deploy the factory again (cdktf deploy): the runbook's role has lost a permission.",
    "rollback-failed": "Start it again: it goes on where it stopped. Consumers may have either image until then.",
    "rollback-refused": "Nothing was changed. Mend what the reason names, or build and approve another image.",
    "rolled-back": "To roll it out, start its rollout with the ExecutionId that approved it. Another one undoes it.",
    "rolled-out": "Nothing: the launch template has the approved image.",
    "rollout-failed": "Mend the cause, and start the rollout again with its ExecutionId. What is approved stays so.",
    "scan-failed": f"Update the image's packages, or check Amazon Inspector, {_AGAIN}",
    "sharing-failed": f"Check that nothing is shared (takeBack says so), mend the cause, {_AGAIN}",
}
"""What to do after each outcome that ``runbooks/scripts/tell_outcome.py`` knows."""


def outcome(execution: Execution) -> str:
    """Name how it ended: as it was told, or else as Systems Manager says."""
    return execution.outcome or execution.status


def reason(execution: Execution) -> str:
    """Say why it ended; empty when it has done what it is for."""
    if execution.is_good or not execution.has_ended:
        return ""
    bad = [step for step in execution.steps if step.status in _BAD and step.name != _TELLING]
    stayed = [f" TAKING BACK FAILED: {step.failure}" for step in bad if step.name == "takeBack"]
    if not bad:
        return execution.failure or f"It ended {execution.status}."
    return _why(bad[0]) + "".join(stayed)


def next_step(execution: Execution) -> str:
    """Say what to do next."""
    if execution.outcome in NEXT:
        return NEXT[execution.outcome].format(image=execution.image)
    if execution.is_good:
        return "Nothing."
    return NEXT["failed"]


def _why(step: Step) -> str:
    if step.action == APPROVE:
        denials = [each for each in decided(step) if each.decision == REJECT]
        if denials:
            return "; ".join(f"{each.who} denied it: {each.comment or 'no comment'}" for each in denials)
        if step.status == "TimedOut":
            return "Nobody decided in time."
    return f"{step.name} ended {step.status}. {step.failure}".strip()
