"""Tell everybody why nothing was shared, and what to do next."""

from typing import Any

from _aws import call

LONGEST_REASON = 1500
NEXT = {
    "executeImageCreation": "Check that the pipeline exists and is enabled, and start again.",
    "waitImageBuildingComplete": "The build took too long. Look at it in Image Builder; raise build_timeout_minutes.",
    "assertImageAvailable": "The build failed. Read its log in the log bucket, mend the component, and start again.",
    "waitImageScanComplete": "The scan did not end. Check that Amazon Inspector is activated for EC2 in this account.",
    "assertImageScanned": "The scan failed. Check Amazon Inspector, and start again.",
    "checkFindings": "Update the image's packages, or raise the limits in the configuration by review.",
    "inspectBuiltImage": "The image was not private, or not in every Region. Check who else changes it.",
    "waitForAdministratorApproval": "It was denied, or nobody answered in time. The image stays private.",
    "assertApproval": "The approval did not hold. Others than the starter must approve, and enough of them.",
}


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Publish the reason, from the first step that did not end well."""
    steps = _steps(events["execution"])
    bad = [step for step in steps if step["StepStatus"] in {"Failed", "TimedOut", "Cancelled"}]
    step = bad[0] if bad else {"StepName": "unknown", "StepStatus": "Failed"}
    name = step["StepName"]
    reason = f"{name} ended {step['StepStatus']}"
    if step.get("FailureMessage"):
        reason += f": {step['FailureMessage'][:LONGEST_REASON]}"
    message = "\n".join(
        [
            f"The automation runbook {events['execution']} in {events['home']} did not share its image.",
            f"Reason: {reason}",
            f"Next: {NEXT.get(name, 'Look at the execution in Systems Manager, and check that nothing is shared.')}",
        ]
    )
    call("sns", "Publish", TopicArn=events["topic"], Subject="Golden AMI not shared", Message=message)
    return {"reason": reason}


def _steps(execution: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    parameters: dict[str, Any] = {"AutomationExecutionId": execution}
    while True:
        page = call("ssm", "DescribeAutomationStepExecutions", **parameters)
        found += page["StepExecutions"]
        if not page.get("NextToken"):
            return found
        parameters["NextToken"] = page["NextToken"]
