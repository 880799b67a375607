"""Every end is told exactly once, with its cause and the next action."""

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.runbook import load as read
from golden_ami.runbooks import APPROVAL, RETIREMENT, REVOCATION, ROLLBACK, ROLLOUT
from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.conftest import EXECUTION, Aws, load

EVENTS = {"execution": EXECUTION, "topic": NAMES.scope.topic_arn, "home": "eu-west-1"}
TAG = "golden-ami:outcome"
ASK = "waitForAdministratorApproval"
EVIDENCE = NAMES.evidence.document
SHARED = {"assertApproval": "Success", "publishApprovedAmi": "Success"}
TAKING_BACK_FAILED = {"takeBack": ("Failed", "parameter in us-east-1")}
Steps = dict[str, Any]


class Execution(Aws):
    """An execution that has ended, with its steps and tags; the steps come one to a page."""

    def __init__(self, steps: Steps, status: str = "InProgress", why: str = "") -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.mail: list[dict[str, str]] = []
        given_steps = [(name, *([value] if isinstance(value, str) else value)) for name, value in steps.items()]
        self.steps = [
            {"StepName": name, "StepStatus": ended, "FailureMessage": "".join(rest[:1]), "Outputs": dict(*rest[1:])}
            for name, ended, *rest in given_steps
        ]
        found = {"AutomationExecutionStatus": status, "DocumentName": NAMES.approval.document, "FailureMessage": why}
        self.answers = {
            ("ssm", "ListTagsForResource"): lambda *_: {
                "TagList": [{"Key": key, "Value": value} for key, value in self.tags.items()]
            },
            ("ssm", "GetAutomationExecution"): {"AutomationExecution": found},
            ("ssm", "DescribeAutomationStepExecutions"): self._page,
            ("ssm", "AddTagsToResource"): self._tag,
            ("sns", "Publish"): lambda _, asked: self.mail.append(asked) or {},
        }

    def tell(self) -> str:
        """Run the script, as the runbook and EventBridge do."""
        return str(load("tell_outcome", self).handler(EVENTS, {})["outcome"])

    def _page(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        number = int(asked.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.steps) else {}
        return {"StepExecutions": self.steps[number : number + 1], **more}

    def _tag(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.tags |= {tag["Key"]: tag["Value"] for tag in asked["Tags"]}
        return {}


def _denial(*records: dict[str, str], listed: bool = False) -> dict[str, list[str]]:
    texts = [json.dumps(list(records))] if listed else [json.dumps(record) for record in records]
    return {"ApprovalStatus": ["Rejected"], "ApproverDecisions": texts}


BY_ANN = {"Approver": "ann", "Decision": "Reject", "Comment": "too old"}
BY_BOB = {"approver": "bob", "decision": "Reject"}
YES = {"Approver": "eve", "Decision": "Approve", "Comment": "fine"}
ENDS: list[tuple[Steps, str, str]] = [
    ({ASK: "TimedOut"}, "expired", "Nobody decided in time."),
    ({ASK: ("Failed", "no", _denial(YES, BY_ANN))}, "denied", "ann denied it: too old"),
    ({ASK: ("Rejected", "no", _denial(BY_ANN, BY_BOB, listed=True))}, "denied", "too old; bob denied it: no comment"),
    ({ASK: ("Failed", "the topic is gone", _denial(YES))}, "failed", "ended Failed. the topic is gone"),
    ({ASK: ("Failed", "User is not authorized to perform: sns:Publish")}, "role-broken", "sns:Publish"),
    (
        {"readEvidence": ("Failed", f"checkFindings of {EVIDENCE} ended Failed. Too many findings")},
        "scan-failed",
        f"readEvidence ended Failed. checkFindings of {EVIDENCE} ended Failed. Too many findings",
    ),
    ({"readEvidence": ("Failed", f"checkKeys of {EVIDENCE} ended Failed. key")}, "evidence-failed", "checkKeys of"),
    ({"readEvidence": ("Failed", f"{EVIDENCE} ended Cancelled. ")}, "evidence-failed", "ended Cancelled"),
    ({"readEvidence": ("Failed", f"checkFindings of {EVIDENCE}: AccessDeniedException")}, "role-broken", EVIDENCE),
    ({"startEvidence": ("Failed", "no such document")}, "evidence-failed", "startEvidence ended Failed"),
    ({"waitEvidence": "TimedOut"}, "evidence-failed", "waitEvidence ended TimedOut"),
    ({"assertImageScanned": ("Failed", "TIMED_OUT")}, "scan-failed", "assertImageScanned ended Failed"),
    ({"assertApproval": ("Failed", "0 approvals"), "takeBack": "Pending"}, "approval-invalid", "0 approvals"),
    ({"assertApproval": "Success", "getBuiltImage": "TimedOut"}, "failed", "getBuiltImage ended TimedOut"),
    ({"shareEC2AMIImage": ("Failed", "throttled"), "takeBack": "Success"}, "sharing-failed", "throttled"),
    (
        {"waitImageShared": "TimedOut", **TAKING_BACK_FAILED},
        "sharing-failed",
        "TAKING BACK FAILED: parameter in us-east",
    ),
    ({"shareEC2AMIImage": ("Failed", "AccessDenied"), **TAKING_BACK_FAILED}, "role-broken", "TAKING BACK FAILED"),
    ({"waitImageShared": "Cancelled", **TAKING_BACK_FAILED}, "cancelled", "TAKING BACK FAILED"),
    ({"waitImageShared": "Cancelled", "takeBack": "Success"}, "cancelled", "It was stopped at waitImageShared."),
    ({**SHARED, "takeBack": "Success", "tellOutcome": "Cancelled"}, "cancelled", "It was stopped at tellOutcome."),
    ({**SHARED, "postProcessing": ("Failed", "AuthorizationError")}, "approved", "only its summary could not be sent"),
    ({**SHARED, "postProcessing": "Cancelled"}, "approved", "only its summary could not be sent"),
    ({**SHARED, "takeBack": "Pending", "postProcessing": "Pending"}, "approved", "only its summary could not be sent"),
    ({"removeImage": "Success", "assertNothingPending": "Success"}, "retired", "are gone"),
    ({"removeImage": "Success", "assertNothingPending": ("Failed", "ami-1")}, "retirement-pending", "ami-1"),
    ({"removeImage": "Success", "tellOutcome": ("Failed", "sns")}, "retired", "are gone"),
    ({"inspectImage": ("Failed", "name a reason")}, "retirement-refused", "name a reason"),
    ({}, "failed", "It ended InProgress."),
]


@pytest.mark.parametrize(("steps", "outcome", "reason"), ENDS, ids=[f"{end[1]}: {end[2]}" for end in ENDS])
def test_every_end_has_its_outcome_its_reason_and_the_next_action(steps: Steps, outcome: str, reason: str) -> None:
    execution = Execution({"executeImageCreation": "Success", **steps})
    assert execution.tell() == outcome
    (told,) = execution.mail
    assert told["Subject"] == f"Golden AMI: {outcome}"
    assert reason in told["Message"]
    assert f"Execution {EXECUTION} of {NAMES.approval.document} in eu-west-1 ended: {outcome}" in told["Message"]
    assert "\nNext: " in told["Message"]
    assert execution.tags == {TAG: outcome}


@pytest.mark.parametrize(
    ("status", "why", "outcome", "reason"),
    [
        ("Cancelled", "", "cancelled", "It was stopped at a step."),
        ("Cancelling", "", "cancelled", "It was stopped at a step."),
        ("Failed", "The defined assume role is unable to be assumed.", "role-broken", "unable to be assumed"),
        ("Failed", "the document is gone", "failed", "It ended Failed. the document is gone"),
        ("TimedOut", "", "failed", "It ended TimedOut."),
    ],
)
def test_an_end_without_a_step_that_failed_is_told_too(status: str, why: str, outcome: str, reason: str) -> None:
    execution = Execution({ASK: "Pending"}, status, why)
    assert execution.tell() == outcome
    assert reason in execution.mail[0]["Message"]


def test_an_approval_whose_summary_was_sent_is_not_told_again() -> None:
    execution = Execution({**SHARED, "postProcessing": "Success", "tellOutcome": "Cancelled"}, "Cancelled")
    assert execution.tell() == "approved"
    assert execution.mail == []
    assert execution.tags == {TAG: "approved"}


@given(st.sampled_from(ENDS), st.lists(st.sampled_from(["InProgress", "Failed", "Cancelled"]), min_size=1, max_size=5))
def test_an_end_is_told_exactly_once_however_often_and_in_whatever_order(end: Any, runs: list[str]) -> None:
    execution = Execution(end[0])
    outcomes = set()
    for status in runs:
        execution.answers["ssm", "GetAutomationExecution"]["AutomationExecution"]["AutomationExecutionStatus"] = status
        outcomes.add(execution.tell())
        execution.steps.append({"StepName": "tellOutcome", "StepStatus": "Success"})
    assert len(execution.mail) == 1
    assert len(outcomes) == 1


@given(st.sampled_from(ENDS), st.integers(min_value=1, max_value=12))
def test_a_run_that_breaks_is_made_good_by_the_other_one(end: Any, number: int) -> None:
    execution = Execution(end[0])
    execution.broken = {number: False}
    with suppress(ClientError):
        execution.tell()
    execution.broken = {}
    broke_at_the_tag = len(execution.requests) == number and execution.requests[-1][0] == "AddTagsToResource"
    execution.tell()
    assert len(execution.mail) == 1 + broke_at_the_tag, "telling twice is better than never"


@given(st.text(max_size=9000), st.text(max_size=9000))
def test_a_long_reason_still_fits_the_notice(why: str, kept: str) -> None:
    execution = Execution({"waitImageShared": ("Failed", why), "takeBack": ("Failed", kept)})
    execution.tell()
    assert len(execution.mail[0]["Message"]) < 4096
    assert len(execution.mail[0]["Subject"]) <= 100


ROLLED_OUT = {"readApprovedImage": "Success", "setDefaultVersion": "Success"}
ROLLOUT_ENDS: list[tuple[Steps, str, str, str]] = [
    (ROLLED_OUT, "Success", "rolled-out", "The launch template has the approved image"),
    ({"readApprovedImage": ("Failed", "not what it approved")}, "Failed", "rollout-failed", "not what it approved"),
    ({"assertRefreshed": ("Failed", "ended Failed: no capacity")}, "Failed", "rollout-failed", "no capacity"),
    ({"waitRefresh": "TimedOut"}, "TimedOut", "rollout-failed", "waitRefresh ended TimedOut"),
    ({"startRefresh": ("Failed", "AccessDenied")}, "Failed", "role-broken", "AccessDenied"),
    ({"waitRefresh": "Cancelled"}, "Cancelled", "cancelled", "It was stopped at waitRefresh."),
    ({}, "Failed", "failed", "It ended Failed."),
]


@pytest.mark.parametrize(("steps", "status", "outcome", "reason"), ROLLOUT_ENDS)
def test_every_end_of_a_rollout_says_that_what_is_approved_stays_so(
    steps: Steps, status: str, outcome: str, reason: str
) -> None:
    execution = Execution(steps, status)
    found = execution.answers["ssm", "GetAutomationExecution"]["AutomationExecution"]
    found["DocumentName"] = NAMES.rollout.document
    assert execution.tell() == outcome
    (told,) = execution.mail
    assert reason in told["Message"]
    assert ("What is approved and shared stays so." in told["Message"]) == (outcome != "rolled-out")
    assert execution.tags == {TAG: outcome}


def test_no_step_of_a_rollout_has_the_name_of_another_one() -> None:
    script = load("tell_outcome", Aws())
    assert not {step["name"] for step in read(ROLLOUT).content["mainSteps"]} & set(script.KINDS)


def test_every_step_that_can_fail_has_its_kind_and_every_kind_its_next_action() -> None:
    script = load("tell_outcome", Aws())
    apart = {ASK, "postProcessing", "takeBack", "tellOutcome", "publishApprovedAmi"}
    steps = [step for path in (APPROVAL, RETIREMENT, REVOCATION, ROLLBACK) for step in read(path).content["mainSteps"]]
    shares = {step["name"] for step in steps if step["onFailure"] == "step:takeBack"}
    assert {step["name"] for step in steps} - apart - shares == set(script.KINDS)
    others = {"approved", "cancelled", "denied", "expired", "failed", "retired", "role-broken", "sharing-failed"}
    others |= {"rolled-out", "rollout-failed", "revoked", "rolled-back"}
    assert set(script.NEXT) == {*script.KINDS.values(), *others}


def test_only_evidence_counts_findings() -> None:
    execution = Execution({"shareEC2AMIImage": ("Failed", "checkFindings of x"), "takeBack": "Success"})
    assert execution.tell() == "sharing-failed"


@pytest.mark.parametrize(("count", "named"), [(30, 30), (31, 30), (201, 30)])
def test_who_could_launch_it_is_named_and_whether_there_were_others(count: int, named: int) -> None:
    access = [f"eu-west-1 ami-1: {number:012}" for number in range(count)]
    execution = Execution(
        {"inspectRevocation": ("Success", "", {"Access": access}), "revokeImage": ("Failed", "no answer")}
    )
    execution.tell()
    text = execution.mail[0]["Message"]
    assert sum(each in text for each in access) == named
    assert ("and others: the record has more" in text) == (count > named)
