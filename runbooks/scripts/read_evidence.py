"""Take over what the evidence runbook has collected, or fail for its reason."""

from typing import Any

from _aws import call


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return the request, and where the evidence is, unless they were made for another configuration."""
    found = call("ssm", "GetAutomationExecution", AutomationExecutionId=events["collection"])["AutomationExecution"]
    if found["AutomationExecutionStatus"] != "Success":
        raise ValueError(_why(found))
    outputs = {name: values[0] for name, values in found["Outputs"].items()}
    if outputs["collectEvidence.Configuration"] != events["configuration"]:
        raise ValueError("The evidence is for another configuration: a deployment came between, so start again")
    return {
        "request": outputs["wordRequest.Request"],
        "key": outputs["collectEvidence.Key"],
        "digest": outputs["collectEvidence.Digest"],
    }


def _why(found: dict[str, Any]) -> str:
    """Name the step that ended it; what is told of this step depends on that one."""
    for step in found.get("StepExecutions", []):
        if step["StepStatus"] in {"Failed", "TimedOut", "Cancelled"}:
            why = step.get("FailureMessage", "")
            return f"{step['StepName']} of {found['DocumentName']} ended {step['StepStatus']}. {why}"
    status = found["AutomationExecutionStatus"]
    return f"{found['DocumentName']} ended {status}. {found.get('FailureMessage', '')}"
