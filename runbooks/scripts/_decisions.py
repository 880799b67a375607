"""Who has approved, as Systems Manager says."""

import json
from typing import Any

from _aws import call

APPROVAL_STEP = "waitForAdministratorApproval"


def by_enough(execution: str, approvers: list[str], required: int) -> list[str]:
    """Name those who have approved, or raise: the step has to have ended so, and enough others than the starter."""
    step = step_of(execution)
    if step["StepStatus"] != "Success":
        raise ValueError(f"{APPROVAL_STEP} ended {step['StepStatus']}, not Success")
    status = step["Outputs"]["ApprovalStatus"]
    if status != ["Approved"]:
        raise ValueError(f"{APPROVAL_STEP} says {status}, not Approved")
    starter = execution_of(execution)["ExecutedBy"]
    found = approved(step["Outputs"]["ApproverDecisions"], approvers, starter)
    if len(found) < int(required):
        raise ValueError(f"{len(found)} approvals by others than {starter}, and {required} are needed: {found}")
    return found


def step_of(execution: str) -> dict[str, Any]:
    """Read the approval step."""
    found = call(
        "ssm",
        "DescribeAutomationStepExecutions",
        AutomationExecutionId=execution,
        Filters=[{"Key": "StepName", "Values": [APPROVAL_STEP]}],
    )["StepExecutions"]
    (step,) = [each for each in found if each["StepName"] == APPROVAL_STEP]
    return dict(step)


def execution_of(execution: str) -> dict[str, Any]:
    """Read the execution."""
    return dict(call("ssm", "GetAutomationExecution", AutomationExecutionId=execution)["AutomationExecution"])


def approved(decisions: list[Any], approvers: list[str], starter: str) -> list[str]:
    """Name the distinct approvers; the starter, and anybody not on the list, do not count."""
    people = {}
    # A session that is named is that session only, and not its role.
    named = {*approvers, *(_role_or_user(each) for each in approvers if ":assumed-role/" not in each)}
    for decision in _records(decisions):
        who = decision["approver"]
        if decision["decision"] != "Approve":
            raise ValueError(f"{who} decided {decision['decision']}")
        if _person(who) != _person(starter) and {who, _role_or_user(who)} & named:
            people[_person(who)] = who
    return sorted(people.values())


def _records(decisions: list[Any]) -> list[dict[str, str]]:
    """Read the decisions, which Systems Manager gives as text of JSON objects, or of lists of them."""
    records: list[dict[str, str]] = []
    for decision in decisions:
        value = json.loads(decision) if isinstance(decision, str) else decision
        for record in value if isinstance(value, list) else [value]:
            records.append({key.lower(): inner for key, inner in record.items()})
    return records


def _role_or_user(arn: str) -> str:
    """Name the role or user of a principal by account and name: the ARN of a session does not have the role's path."""
    prefix, _, resource = arn.rpartition(":")
    kind, _, name = resource.partition("/")
    if kind == "assumed-role":
        return f"{prefix.replace(':sts:', ':iam:')}:role/{name.partition('/')[0]}"
    return f"{prefix}:{kind}/{name.rpartition('/')[2]}"


def _person(arn: str) -> str:
    """Name the person behind a principal.

    A session of an assumed role is a person by its session name; with single sign-on that is the user's name, whichever
    role was taken, so two roles do not make one person two.
    """
    return arn.rpartition("/")[2]
