"""Make sure that the image was approved: read the decision from Systems Manager, and trust no jump."""

import json
from typing import Any

from _aws import call

APPROVAL_STEP = "waitForAdministratorApproval"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, list[str]]:
    """Return who approved, or raise."""
    step = _step(events["execution"])
    if step["StepStatus"] != "Success":
        raise ValueError(f"{APPROVAL_STEP} ended {step['StepStatus']}, not Success")
    status = step["Outputs"]["ApprovalStatus"]
    if status != ["Approved"]:
        raise ValueError(f"{APPROVAL_STEP} says {status}, not Approved")
    starter = _execution(events["execution"])["ExecutedBy"]
    approved = _approved(step["Outputs"]["ApproverDecisions"], events["approvers"], starter)
    if len(approved) < int(events["required"]):
        raise ValueError(
            f"{len(approved)} approvals by others than {starter}, and {events['required']} are needed: {approved}"
        )
    _is_unchanged(events["image"], events["amis"])
    return {"approvers": approved}


def _step(execution: str) -> dict[str, Any]:
    found = call(
        "ssm",
        "DescribeAutomationStepExecutions",
        AutomationExecutionId=execution,
        Filters=[{"Key": "StepName", "Values": [APPROVAL_STEP]}],
    )["StepExecutions"]
    (step,) = [each for each in found if each["StepName"] == APPROVAL_STEP]
    return dict(step)


def _execution(execution: str) -> dict[str, Any]:
    return dict(call("ssm", "GetAutomationExecution", AutomationExecutionId=execution)["AutomationExecution"])


def _approved(decisions: list[Any], approvers: list[str], starter: str) -> list[str]:
    """Name the distinct approvers; the starter, and anybody not on the list, do not count."""
    people = {}
    for decision in _records(decisions):
        who = decision["Approver"]
        role, person = _identity(who)
        if decision["Decision"] != "Approve":
            raise ValueError(f"{who} decided {decision['Decision']}")
        if person != _identity(starter)[1] and ({who, role} & set(approvers)):
            people[person] = who
    return sorted(people.values())


def _records(decisions: list[Any]) -> list[dict[str, str]]:
    """Read the decisions, which Systems Manager gives as text of JSON objects, or of lists of them."""
    records: list[dict[str, str]] = []
    for decision in decisions:
        value = json.loads(decision) if isinstance(decision, str) else decision
        records += value if isinstance(value, list) else [value]
    return records


def _identity(arn: str) -> tuple[str, str]:
    """Split a principal into the role or user that it is, and the person behind it.

    A session of an assumed role is a person by its session name; with single sign-on that is the user's name, whichever
    role was taken, so two roles do not make one person two.
    """
    prefix, _, resource = arn.rpartition(":")
    kind, _, name = resource.partition("/")
    if kind != "assumed-role":
        return arn, name.rpartition("/")[2]
    role, _, session = name.partition("/")
    return f"{prefix.replace(':sts:', ':iam:')}:role/{role}", session


def _is_unchanged(image: str, amis: dict[str, str]) -> None:
    found = call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"]
    if found["state"]["status"] != "AVAILABLE":
        raise ValueError(f"{image} is {found['state']['status']} since it was approved")
    now = {ami["region"]: ami["image"] for ami in found["outputResources"]["amis"]}
    if now != amis:
        raise ValueError(f"The AMIs are {now}, and those approved were {amis}")
