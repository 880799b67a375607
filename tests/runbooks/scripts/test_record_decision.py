"""Who decided what, when, and upon which evidence is written once, beside the evidence, whatever became of that."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.evidence import Decision
from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.bucket import BUCKET, KEY, NO_EVIDENCE, Bucket
from tests.runbooks.scripts.conftest import EXECUTION, IMAGE, Aws, error, load
from tests.runbooks.scripts.evidence import STARTER

ASK = "waitForAdministratorApproval"
RECORD = f"decisions/web-server/{EXECUTION}.json"
EVIDENCE = b'{\n "schema": "golden-ami-evidence/1"\n}\n'
YES = {"Approver": "ann", "Decision": "Approve", "Comment": "fine"}
NO = {"Approver": "bob", "Decision": "Reject", "Comment": "CVE-2026-0001 is not fine"}


class Asked(Aws):
    """An execution that has asked, with its evidence; the steps come one to a page."""

    def __init__(self, *decisions: str, status: str = "Success") -> None:
        super().__init__()
        self.bucket = Bucket(self)
        self.digest = self.bucket.keep(KEY, EVIDENCE)
        outputs = {"ApprovalStatus": ["-"], "ApproverDecisions": list(decisions)} if decisions else {}
        self.steps: dict[str, dict[str, Any]] = {
            "executeImageCreation": {"StepStatus": "Success", "Outputs": {"imageBuildVersionArn": [IMAGE]}},
            "readEvidence": {
                "StepStatus": "Success",
                "Outputs": {"Key": [KEY], "Digest": [self.digest], "Request": ["Please"], "OutputPayload": ["{}"]},
            },
            ASK: {"StepStatus": status, "Outputs": outputs, "ExecutionStartTime": datetime(2026, 3, 1, 12, tzinfo=UTC)},
            "assertApproval": {"StepStatus": "Pending"},
        }
        if status != "Waiting":
            self.steps[ASK]["ExecutionEndTime"] = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        execution = {"DocumentName": NAMES.approval.document, "DocumentVersion": "3", "ExecutedBy": STARTER}
        ended = {"ExecutionEndTime": datetime(2026, 3, 2, 10, tzinfo=UTC)}
        self.answers["ssm", "GetAutomationExecution"] = {"AutomationExecution": {**execution, **ended}}
        self.answers["ssm", "DescribeAutomationStepExecutions"] = self._page

    def record(self, outcome: str = "approved") -> Any:
        """Run the script."""
        events = {"execution": EXECUTION, "outcome": outcome, "bucket": BUCKET}
        found = load("record_decision", self).handler(events, {})["record"]
        if found != "none":
            Decision.parse(self.bucket.objects[found])
        return found

    def _page(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        found = [{"StepName": name, **step} for name, step in self.steps.items()]
        number = int(asked.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(found) else {}
        return {"StepExecutions": found[number : number + 1], **more}


def test_the_record_says_who_decided_what_when_and_upon_what() -> None:
    aws = Asked(json.dumps(YES))
    assert aws.record() == RECORD
    assert aws.bucket.document(RECORD) == {
        "schema": "golden-ami-decision/1",
        "execution": EXECUTION,
        "document": NAMES.approval.document,
        "document_version": "3",
        "started_by": STARTER,
        "outcome": "approved",
        "ended": "2026-03-02T10:00:00+00:00",
        "image": IMAGE,
        "asked": "2026-03-01T12:00:00+00:00",
        "decided": "2026-03-02T09:30:00+00:00",
        "decisions": [{"approver": "ann", "decision": "Approve", "comment": "fine"}],
        "evidence": {"key": KEY, "sha256": aws.digest, "sha256_now": aws.digest},
    }
    assert aws.bucket.objects[KEY] == EVIDENCE


@pytest.mark.parametrize(
    ("status", "outcome", "decisions"),
    [
        ("Failed", "denied", [YES, NO]),
        ("Rejected", "denied", [NO]),
        ("TimedOut", "expired", [YES]),
        ("TimedOut", "expired", []),
        ("Cancelled", "cancelled", []),
        ("Success", "sharing-failed", [YES]),
        ("Waiting", "cancelled", []),
    ],
)
def test_every_end_of_asking_is_recorded_with_all_that_was_said(
    status: str, outcome: str, decisions: list[dict[str, str]]
) -> None:
    aws = Asked(*(json.dumps(each) for each in decisions), status=status)
    assert aws.record(outcome) == RECORD
    record = aws.bucket.document(RECORD)
    assert record["outcome"] == outcome
    said = [{"approver": each["Approver"], "decision": each["Decision"]} for each in decisions]
    assert [{key: each[key] for key in ("approver", "decision")} for each in record["decisions"]] == said
    assert [each["comment"] for each in record["decisions"]] == [each["Comment"] for each in decisions]
    assert (record["decided"] is None) == (status == "Waiting")


@pytest.mark.parametrize(
    "decision",
    [
        json.dumps(NO),
        json.dumps({"approver": NO["Approver"], "decision": "Reject", "comment": NO["Comment"]}),
        json.dumps({key.upper(): value for key, value in NO.items()}),
        json.dumps([NO]),
    ],
    ids=["capitals", "no capitals", "only capitals", "a list"],
)
def test_a_decision_is_recorded_however_systems_manager_writes_it(decision: str) -> None:
    aws = Asked(decision, status="Failed")
    aws.record("denied")
    said = {"approver": "bob", "decision": "Reject", "comment": NO["Comment"]}
    assert aws.bucket.document(RECORD)["decisions"] == [said]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3), min_size=1, max_size=3))
def test_every_comment_is_recorded_as_it_was_written_in_its_order(comments: list[list[str]]) -> None:
    aws = Asked(*(json.dumps([{**NO, "Comment": each} for each in several]) for several in comments))
    aws.record("denied")
    found = [each["comment"] for each in aws.bucket.document(RECORD)["decisions"]]
    assert found == [each for several in comments for each in several]


@pytest.mark.parametrize("missing", [ASK, "executeImageCreation and the rest"])
def test_an_execution_that_does_not_ask_has_no_decision(missing: str) -> None:
    aws = Asked()
    aws.steps = {"inspectImage": {"StepStatus": "Failed"}} if missing != ASK else aws.steps
    aws.steps.pop(ASK, None)
    assert aws.record("retirement-refused") == "none"
    assert list(aws.bucket.objects) == [KEY]


@pytest.mark.parametrize("outputs", [{}, None])
@pytest.mark.parametrize("status", ["Pending", "Cancelled", "Failed"])
def test_an_execution_that_ended_before_it_asked_has_no_decision(status: str, outputs: Any) -> None:
    aws = Asked(status=status)
    aws.steps["readEvidence"] = {"StepStatus": status} | ({} if outputs is None else {"Outputs": outputs})
    assert aws.record("evidence-failed") == "none"
    assert list(aws.bucket.objects) == [KEY]


def test_an_execution_that_was_stopped_between_evidence_and_question_has_no_decision() -> None:
    aws = Asked(status="Pending")
    assert aws.record("cancelled") == "none"
    assert list(aws.bucket.objects) == [KEY]


@pytest.mark.parametrize("now", NO_EVIDENCE.values(), ids=NO_EVIDENCE)
def test_evidence_that_was_changed_is_recorded_and_then_told(now: bytes) -> None:
    aws = Asked(json.dumps(YES))
    changed = aws.bucket.keep(KEY, now)
    with pytest.raises(ValueError, match=f"{KEY} was {aws.digest}, and now is {changed}"):
        aws.record()
    record = aws.bucket.document(RECORD)
    assert record["evidence"] == {"key": KEY, "sha256": aws.digest, "sha256_now": changed}
    assert record["decisions"] == [{"approver": "ann", "decision": "Approve", "comment": "fine"}]


def test_evidence_that_was_lost_is_recorded_and_then_told() -> None:
    aws = Asked(json.dumps(YES))
    del aws.bucket.objects[KEY]
    with pytest.raises(ValueError, match="and now is gone"):
        aws.record()
    assert aws.bucket.document(RECORD)["evidence"]["sha256_now"] == "gone"


def test_a_second_run_changes_nothing() -> None:
    aws = Asked(json.dumps(YES))
    aws.record()
    before = dict(aws.bucket.objects)
    aws.steps[ASK]["Outputs"]["ApproverDecisions"] = [json.dumps(NO)]
    assert aws.record("denied") == RECORD
    assert aws.bucket.objects == before


def test_evidence_that_changes_after_the_record_is_told_by_the_next_run() -> None:
    aws = Asked(json.dumps(YES))
    aws.record()
    before = aws.bucket.objects[RECORD]
    aws.bucket.objects[KEY] = b"{}"
    with pytest.raises(ValueError, match="and now is"):
        aws.record()
    assert aws.bucket.objects[RECORD] == before


@given(st.integers(min_value=1, max_value=7), st.booleans())
def test_a_run_that_breaks_is_made_good_by_the_next_one(number: int, done_all_the_same: bool) -> None:
    whole, aws = Asked(json.dumps(YES)), Asked(json.dumps(YES))
    whole.record()
    aws.broken = {number: done_all_the_same}
    with pytest.raises(ClientError, match="InternalError"):
        aws.record()
    aws.broken = {}
    assert aws.record() == RECORD
    assert aws.bucket.objects == whole.bucket.objects


@pytest.mark.parametrize("code", ["AccessDenied", "InternalError"])
def test_evidence_that_cannot_be_read_is_not_lost(code: str) -> None:
    aws = Asked(json.dumps(YES))
    aws.answers["s3", "GetObject"] = error(code)
    with pytest.raises(ClientError, match=code):
        aws.record()
    assert RECORD not in aws.bucket.objects


@pytest.mark.parametrize("image", ["evidence", "decisions", "my-evidence"])
def test_the_record_has_the_name_of_the_evidence_in_the_other_folder(image: str) -> None:
    aws = Asked(json.dumps(YES))
    key = f"evidence/{image}/{EXECUTION}.json"
    aws.bucket.objects = {key: aws.bucket.objects[KEY]}
    aws.steps["readEvidence"]["Outputs"]["Key"] = [key]
    assert aws.record() == f"decisions/{image}/{EXECUTION}.json"


@pytest.mark.parametrize("now", [b"", b"not JSON", b"\xff\xfe"])
def test_evidence_that_is_no_json_any_more_is_recorded_and_then_told(now: bytes) -> None:
    aws = Asked(json.dumps(YES))
    changed = aws.bucket.keep(KEY, now)
    with pytest.raises(ValueError, match="and now is"):
        aws.record()
    assert aws.bucket.document(RECORD)["evidence"]["sha256_now"] == changed


@pytest.mark.parametrize(
    "decision",
    [NO, [NO], "plain text", '"text"', "null", '{"Approver": "bob", "Decision": "Reject", "Comment": "\\ud800"}'],
)
def test_a_decision_in_any_form_is_recorded(decision: Any) -> None:
    aws = Asked(decision, status="Failed")
    assert aws.record("denied") == RECORD
    assert len(aws.bucket.document(RECORD)["decisions"]) == 1


@pytest.mark.parametrize("step", [None, {"StepStatus": "Failed", "Outputs": {"OutputPayload": ["{}"]}}])
def test_without_evidence_there_is_no_decision(step: Any) -> None:
    aws = Asked(json.dumps(YES))
    aws.steps.pop("readEvidence")
    if step:
        aws.steps["readEvidence"] = step
    assert aws.record("failed") == "none"
