"""Tell how an execution ended, once, over the topic and by a tag on it."""

import json
import re
from typing import Any

from _aws import call, pages

LONGEST_REASON = 1500
TAG = "golden-ami:outcome"
ROLLOUT = "GoldenAmiRollout"
REVOCATION = "GoldenAmiRevocation"
TOLD_BY_ITSELF = "postProcessing"
THIS_STEP = "tellOutcome"
COLLECTED = "readEvidence"
SHARED = "publishApprovedAmi"
BAD = {"Failed", "TimedOut", "Rejected"}
# Where a script was; what is wrong is in the line after that.
TRACE = re.compile(r"Traceback \(most recent call last\):\n([ \t].*\n)*")
ROLE_BROKEN = ("unable to be assumed", "AccessDenied", "UnauthorizedOperation", "AuthorizationError", "not authorized")


def tell(events: dict[str, Any], kinds: dict[str, str], following: dict[str, str], also: Any = None) -> dict[str, str]:
    """Publish the outcome unless that has been done, and what else there is to say of the steps."""
    execution = events["execution"]
    tags = call("ssm", "ListTagsForResource", ResourceType="Automation", ResourceId=execution)["TagList"]
    told = {tag["Key"]: tag["Value"] for tag in tags}.get(TAG)
    if told:
        return {"outcome": told}
    found = call("ssm", "GetAutomationExecution", AutomationExecutionId=execution)["AutomationExecution"]
    steps = pages(
        "ssm", "DescribeAutomationStepExecutions", "StepExecutions", "NextToken", AutomationExecutionId=execution
    )
    for each in [found, *steps]:
        each["FailureMessage"] = TRACE.sub("", each.get("FailureMessage", ""))
    outcome, reason = _outcome(found, steps, kinds)
    if _rolls_out(found) and outcome != "rolled-out":
        reason += "\nWhat is approved and shared stays so."
    reason += also(steps) if also else ""
    if not any(step["StepName"] == TOLD_BY_ITSELF and step["StepStatus"] == "Success" for step in steps):
        _publish(events, found["DocumentName"], outcome, reason, following[outcome])
    tag = {"Key": TAG, "Value": outcome}
    call("ssm", "AddTagsToResource", ResourceType="Automation", ResourceId=execution, Tags=[tag])
    return {"outcome": outcome}


def _outcome(execution: dict[str, Any], steps: list[dict[str, Any]], kinds: dict[str, str]) -> tuple[str, str]:
    """Name the outcome and its reason, from the first step that did not end well."""
    ended = {step["StepName"]: step["StepStatus"] for step in steps}
    if ended.get(SHARED) == "Success" and ended.get("takeBack", "Pending") == "Pending":
        summary = "." if ended.get(TOLD_BY_ITSELF) == "Success" else "; only its summary could not be sent."
        return "approved", f"It was approved, and is shared as configured{summary}"
    bad = [step for step in steps if step["StepStatus"] in BAD and step["StepName"] != THIS_STEP]
    stopped = [step["StepName"] for step in steps if step["StepStatus"] == "Cancelled"]
    if stopped or execution["AutomationExecutionStatus"] in {"Cancelled", "Cancelling"}:
        return "cancelled", f"It was stopped at {stopped[0] if stopped else 'a step'}." + _what_stayed(bad)
    if not bad:
        return _without_a_bad_step(execution, ended)
    step = bad[0]
    why = step["FailureMessage"]
    reason = f"{step['StepName']} ended {step['StepStatus']}. {why[:LONGEST_REASON]}{_what_stayed(bad)}"
    if _is_of_the_role(why):
        return "role-broken", reason
    if step["StepName"] == "waitForAdministratorApproval":
        outcome, said = _not_approved(step, reason)
        # A revocation that nobody wants leaves what was approved as it is.
        return ("revocation-refused" if str(execution["DocumentName"]).startswith(REVOCATION) else outcome), said
    # The evidence runbook counts the findings. What comes after the approval's assertion shares, and is taken back.
    counted = step["StepName"] == COLLECTED and "checkFindings of " in why
    otherwise = "rollout-failed" if _rolls_out(execution) else "sharing-failed"
    return "scan-failed" if counted else kinds.get(step["StepName"], otherwise), reason


def _without_a_bad_step(execution: dict[str, Any], ended: dict[str, str]) -> tuple[str, str]:
    if ended.get("removeImage") == "Success":
        return "retired", "The image, its AMIs and their snapshots are gone."
    if ended.get("revokeImage") == "Success":
        return "revoked", "Nobody else may launch it any more, and its AMIs say so."
    if ended.get("publishRestoredImage") == "Success":
        return "rolled-back", "The image that was approved before is current and shared again."
    if ended.get("setDefaultVersion") == "Success":
        return "rolled-out", "The launch template has the approved image, and so has its group where there is one."
    why = execution["FailureMessage"]
    reason = f"It ended {execution['AutomationExecutionStatus']}. {why[:LONGEST_REASON]}"
    return "role-broken" if _is_of_the_role(why) else "failed", reason


def _rolls_out(execution: dict[str, Any]) -> bool:
    return str(execution["DocumentName"]).startswith(ROLLOUT)


def _is_of_the_role(failure: str) -> bool:
    return any(words in failure for words in ROLE_BROKEN)


def _not_approved(step: dict[str, Any], reason: str) -> tuple[str, str]:
    if step["StepStatus"] == "TimedOut":
        return "expired", "Nobody decided in time."
    denials = []
    for text in step.get("Outputs", {}).get("ApproverDecisions", []):
        value = json.loads(text)
        for record in value if isinstance(value, list) else [value]:
            said = {key.lower(): inner for key, inner in record.items()}
            if said.get("decision") == "Reject":
                denials.append(f"{said.get('approver')} denied it: {said.get('comment') or 'no comment'}")
    return ("denied", "; ".join(denials)) if denials else ("failed", reason)


def _what_stayed(bad: list[dict[str, Any]]) -> str:
    kept = [step["FailureMessage"] for step in bad if step["StepName"] in {"takeBack", "putCurrentBack"}]
    return f"\nTAKING BACK FAILED: {kept[0][:LONGEST_REASON]}" if kept else ""


def _publish(events: dict[str, Any], document: str, outcome: str, reason: str, following: str) -> None:
    message = "\n".join(
        [
            f"Execution {events['execution']} of {document} in {events['home']} ended: {outcome}",
            f"Reason: {reason}",
            f"Next: {following}",
        ]
    )
    call("sns", "Publish", TopicArn=events["topic"], Subject=f"Golden AMI: {outcome}", Message=message)
