"""Where people are asked, nothing is taken back before enough others than the starter have said so."""

import json
from typing import Any

import pytest

from tests.runbooks.scripts.conftest import EXECUTION, Aws, Script

STS = "arn:aws:sts::222222222222:assumed-role"
ROLE = "arn:aws:iam::222222222222:role/Approver"
STARTER = f"{STS}/Revoker/rae"
EVENTS = {"execution": EXECUTION, "approvers": [ROLE], "required": 1}


def _decided(
    aws: Aws, *who: str, status: str = "Success", said: Any = ("Approved",), decision: str = "Approve"
) -> None:
    decisions = [json.dumps({"Approver": each, "Decision": decision, "Comment": ""}) for each in who]
    step = {
        "StepName": "waitForAdministratorApproval",
        "StepStatus": status,
        "Outputs": {"ApprovalStatus": list(said), "ApproverDecisions": decisions},
    }
    aws.answers["ssm", "DescribeAutomationStepExecutions"] = {"StepExecutions": [step]}
    aws.answers["ssm", "GetAutomationExecution"] = {"AutomationExecution": {"ExecutedBy": STARTER}}


def test_those_who_approved_are_named(aws: Aws, script: Script) -> None:
    _decided(aws, f"{STS}/Approver/bob", f"{STS}/Approver/ann")
    found = script("assert_revocation_approved").handler({**EVENTS, "required": 2}, {})
    assert found == {"approvers": [f"{STS}/Approver/ann", f"{STS}/Approver/bob"]}


@pytest.mark.parametrize(
    "who",
    [
        [],
        [f"{STS}/Approver/rae"],
        [f"{STS}/Other/ann"],
        [f"{STS}/Approver/ann", f"{STS}/Approver/ann"],
        [f"{STS}/Approver/ann", f"{STS}/Approver/rae"],
    ],
    ids=["nobody", "the starter", "an outsider", "one person twice", "one and the starter"],
)
def test_too_few_others_are_not_enough(aws: Aws, script: Script, who: list[str]) -> None:
    _decided(aws, *who)
    with pytest.raises(ValueError, match="are needed"):
        script("assert_revocation_approved").handler({**EVENTS, "required": max(1, len(who))}, {})


@pytest.mark.parametrize("status", ["Failed", "TimedOut", "Rejected", "Cancelled", "Pending"])
def test_a_request_that_did_not_end_well_is_no_approval(aws: Aws, script: Script, status: str) -> None:
    _decided(aws, f"{STS}/Approver/ann", status=status)
    with pytest.raises(ValueError, match="not Success"):
        script("assert_revocation_approved").handler(EVENTS, {})


@pytest.mark.parametrize(("said", "decision"), [(("Rejected",), "Approve"), (("Approved",), "Reject")])
def test_a_denial_is_no_approval(aws: Aws, script: Script, said: Any, decision: str) -> None:
    _decided(aws, f"{STS}/Approver/ann", said=said, decision=decision)
    with pytest.raises(ValueError, match=r"not Approved|decided Reject"):
        script("assert_revocation_approved").handler(EVENTS, {})
