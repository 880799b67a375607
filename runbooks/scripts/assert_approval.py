"""Make sure that the image was approved: read the decision from Systems Manager, and trust no jump."""

import json
from datetime import datetime
from typing import Any

from _aws import call, parameter
from _bucket import stored
from _scan import is_fresh
from _share import reaches_only

APPROVAL_STEP = "waitForAdministratorApproval"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
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
    if stored(events["bucket"], events["key"])[1] != events["digest"]:
        raise ValueError(f"{events['key']} is not the evidence that the approvers were asked upon")
    image = _is_unchanged(events["image"], events["amis"])
    _is_not_superseded(events["record"], image)
    if events.get("oldest"):
        is_fresh(image, events["today"], events["oldest"])
    if events.get("share"):
        reaches_only(events["share"], events["receivers"])
    return {"approvers": approved, "summary": ", ".join(approved)}


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


def _is_unchanged(image: str, amis: dict[str, str]) -> dict[str, Any]:
    found = dict(call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"])
    if found["state"]["status"] != "AVAILABLE":
        raise ValueError(f"{image} is {found['state']['status']} since it was approved")
    now = {ami["region"]: ami["image"] for ami in found["outputResources"]["amis"]}
    if now != amis:
        raise ValueError(f"The AMIs are {now}, and those approved were {amis}")
    return found


def _is_not_superseded(record: str, image: dict[str, Any]) -> None:
    """Refuse an image that is older than the one that was approved last."""
    latest = json.loads(parameter(record) or "null")
    if latest and latest["image"] != image["arn"] and _moment(latest["created"]) > _moment(image["dateCreated"]):
        raise ValueError(f"{latest['image']} is newer, and was approved meanwhile")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
