"""Write down who decided, when and why, beside the digest of what they decided upon; nobody changes it afterwards."""

import json
from typing import Any

from _aws import call, pages
from _bucket import put_once, stored

SCHEMA = "golden-ami-decision/1"
ASKING = "waitForAdministratorApproval"
EVIDENCE = "readEvidence"
CHANGED = "golden-ami-change/1"
CHANGES = {"GoldenAmiRevocation": "inspectRevocation", "GoldenAmiRollback": "inspectRollback"}
REASONS = ("RevokeBecause", "RollbackBecause")


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Record the decision of an execution that has asked; return where, or that nobody was asked."""
    execution = events["execution"]
    found = call("ssm", "GetAutomationExecution", AutomationExecutionId=execution)["AutomationExecution"]
    steps = {
        step["StepName"]: step
        for step in pages(
            "ssm", "DescribeAutomationStepExecutions", "StepExecutions", "NextToken", AutomationExecutionId=execution
        )
    }
    if found["DocumentName"].partition("-")[0] in CHANGES:
        return _record_change(events, found, steps)
    evidence = {name: values[0] for name, values in steps.get(EVIDENCE, {}).get("Outputs", {}).items()}
    if steps.get(ASKING, {}).get("StepStatus", "Pending") == "Pending" or not {"Key", "Digest"} <= set(evidence):
        return {"record": "none"}
    now = _digest_now(events["bucket"], evidence["Key"])
    record = {
        "schema": SCHEMA,
        "execution": execution,
        "document": found["DocumentName"],
        "document_version": found["DocumentVersion"],
        "started_by": found["ExecutedBy"],
        "outcome": events["outcome"],
        "ended": _moment(found, "ExecutionEndTime"),
        "image": steps["executeImageCreation"]["Outputs"]["imageBuildVersionArn"][0],
        "asked": _moment(steps[ASKING], "ExecutionStartTime"),
        "decided": _moment(steps[ASKING], "ExecutionEndTime"),
        "decisions": _decisions(steps[ASKING]),
        "evidence": {"key": evidence["Key"], "sha256": evidence["Digest"], "sha256_now": now},
    }
    key = evidence["Key"].replace("evidence/", "decisions/", 1)
    put_once(events["bucket"], key, record)
    if now != evidence["Digest"]:
        raise ValueError(f"s3://{events['bucket']}/{evidence['Key']} was {evidence['Digest']}, and now is {now}")
    return {"record": key}


def _record_change(events: dict[str, Any], found: dict[str, Any], steps: dict[str, Any]) -> dict[str, str]:
    """Record a revocation or a rollback, whatever became of it: who, why, and who had access until then."""
    kind, _, image = found["DocumentName"].partition("-")
    outputs = steps.get(CHANGES[kind], {}).get("Outputs", {})
    given = found.get("Parameters", {})
    record = {
        "schema": CHANGED,
        "execution": events["execution"],
        "document": found["DocumentName"],
        "document_version": found["DocumentVersion"],
        "started_by": found["ExecutedBy"],
        "because": next((given[name][0] for name in REASONS if given.get(name)), None),
        "outcome": events["outcome"],
        "ended": _moment(found, "ExecutionEndTime"),
        "image": (outputs.get("Image") or given.get("ImageBuildVersionArn") or [None])[0],
        "instead_of": (outputs.get("Current") or [None])[0],
        "access_until_now": outputs.get("Access", []),
        "decisions": _decisions(steps.get(ASKING, {})),
    }
    key = f"decisions/{image}/{events['execution']}.json"
    put_once(events["bucket"], key, record)
    return {"record": key}


def _digest_now(bucket: str, key: str) -> str:
    try:
        return stored(bucket, key)[1]
    except FileNotFoundError:
        return "gone"


def _moment(described: dict[str, Any], key: str) -> str | None:
    return described[key].isoformat() if described.get(key) else None


def _decisions(step: dict[str, Any]) -> list[Any]:
    """Take over all that Systems Manager says of each decision, in whichever form; what cannot be read stays text."""
    said: list[Any] = []
    for decision in step.get("Outputs", {}).get("ApproverDecisions", []):
        try:
            value = json.loads(decision) if isinstance(decision, str) else decision
        except ValueError:
            value = decision
        for record in value if isinstance(value, list) else [value]:
            known = isinstance(record, dict)
            said.append({key.lower(): inner for key, inner in record.items()} if known else {"text": str(record)})
    return said
