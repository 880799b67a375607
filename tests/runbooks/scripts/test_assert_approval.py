"""Nothing is shared unless enough others than the starter approved exactly this image."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, SHARE
from tests.runbooks.scripts.bucket import BUCKET, KEY, NO_EVIDENCE, Bucket
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, IMAGE, OLDER, SESSION, Aws, Script, built, error, load

STS = "arn:aws:sts::222222222222:assumed-role"
IAM = "arn:aws:iam::222222222222"
ALICE, BOB = f"{STS}/Approver/alice", f"{STS}/Approver/bob"
ROLE, STARTER = f"{IAM}:role/Approver", f"{STS}/Starter/carol"
RECORD = "/golden-ami/web-server/approved"
STEP = "waitForAdministratorApproval"
STATUSES = SESSION.get_service_model("ssm").shape_for("AutomationExecutionStatus").enum
EVIDENCE = b'{\n "schema": "golden-ami-evidence/1"\n}\n'
EVENTS = {
    "execution": EXECUTION,
    "approvers": [ROLE],
    "required": 1,
    "image": IMAGE,
    "amis": AMIS,
    "record": RECORD,
    "bucket": BUCKET,
    "key": KEY,
    "digest": hashlib.sha256(EVIDENCE).hexdigest(),
}


def _text(who: str, decision: str = "Approve") -> str:
    return json.dumps({"Approver": who, "Decision": decision, "Comment": ""})


def _decide(aws: Aws, *decisions: Any, status: str = "Success", said: Any = ("Approved",), name: str = STEP) -> Bucket:
    outputs = {"ApprovalStatus": list(said), "ApproverDecisions": list(decisions)}
    step = {"StepName": name, "StepStatus": status, "Outputs": outputs}
    aws.answers["ssm", "DescribeAutomationStepExecutions"] = {"StepExecutions": [step]}
    aws.answers["ssm", "GetAutomationExecution"] = {"AutomationExecution": {"ExecutedBy": STARTER}}
    aws.answers["ssm", "GetParameter"] = error("ParameterNotFound")
    aws.answers["imagebuilder", "GetImage"] = built()
    bucket = Bucket(aws)
    bucket.keep(KEY, EVIDENCE)
    return bucket


def _record(aws: Aws, image: str, created: str) -> None:
    value = json.dumps({"image": image, "created": created})
    aws.answers["ssm", "GetParameter"] = {"Parameter": {"Value": value}}


def test_two_people_of_one_role_are_two_and_are_named(aws: Aws, script: Script) -> None:
    _decide(aws, _text(BOB), _text(ALICE))
    found = script("assert_approval").handler({**EVENTS, "required": 2}, {})
    assert found == {"approvers": [ALICE, BOB], "summary": f"{ALICE}, {BOB}"}


@pytest.mark.parametrize(
    "decision",
    [
        _text(ALICE),
        json.dumps({"approver": ALICE, "decision": "Approve"}),
        json.dumps({"APPROVER": ALICE, "DECISION": "Approve"}),
        json.dumps([{"approver": ALICE, "decision": "Approve"}]),
        {"Approver": ALICE, "Decision": "Approve"},
        [{"Approver": ALICE, "Decision": "Approve"}],
    ],
    ids=["capitals", "no capitals", "only capitals", "a list", "an object", "a list of objects"],
)
def test_a_decision_is_read_however_systems_manager_writes_it(aws: Aws, script: Script, decision: Any) -> None:
    _decide(aws, decision)
    assert script("assert_approval").handler(EVENTS, {})["approvers"] == [ALICE]


@pytest.mark.parametrize(
    ("named", "who", "counts"),
    [
        (f"{IAM}:role/Approver", ALICE, True),
        (f"{IAM}:role/security/on-call/Approver", ALICE, True),
        (f"{IAM}:role/aws-reserved/sso.amazonaws.com/Approver", ALICE, True),
        (ALICE, ALICE, True),
        (f"{IAM}:user/alice", f"{IAM}:user/alice", True),
        (f"{IAM}:user/team/alice", f"{IAM}:user/team/alice", True),
        (ALICE, BOB, False),
        (f"{IAM}:user/Approver", ALICE, False),
        (f"{IAM}:role/alice", ALICE, False),
        (f"{IAM}:role/Approver", ALICE.replace("Approver", "Other"), False),
        (f"{IAM}:role/Approver", ALICE.replace("222222222222", "333333333333"), False),
        (f"{IAM}:role/Approver", ALICE.replace("arn:aws:", "arn:aws-cn:"), False),
        (f"{IAM}:role/Approver", f"{IAM}:root", False),
    ],
)
def test_only_who_is_named_counts(aws: Aws, script: Script, named: str, who: str, counts: bool) -> None:
    _decide(aws, _text(who))
    events = {**EVENTS, "approvers": [named]}
    if counts:
        assert script("assert_approval").handler(events, {})["approvers"] == [who]
        return
    with pytest.raises(ValueError, match="0 approvals by others"):
        script("assert_approval").handler(events, {})


@given(
    st.lists(st.tuples(st.sampled_from(["Approver", "Second", "Other"]), st.sampled_from(["ann", "bob", "carol"]))),
    st.integers(min_value=1, max_value=3),
)
def test_a_quorum_is_of_distinct_named_people_without_the_starter(who: list[tuple[str, str]], required: int) -> None:
    aws = Aws()
    _decide(aws, *(_text(f"{STS}/{role}/{session}") for role, session in who))
    people = {session for role, session in who if role != "Other" and session != "carol"}
    events = {**EVENTS, "approvers": [ROLE, f"{IAM}:role/Second"], "required": str(required)}
    if len(people) >= required:
        approvers = load("assert_approval", aws).handler(events, {})["approvers"]
        assert {approver.rpartition("/")[2] for approver in approvers} == people
    else:
        with pytest.raises(ValueError, match="are needed"):
            load("assert_approval", aws).handler(events, {})


@pytest.mark.parametrize("decision", ["Reject", "Revoke", ""])
def test_any_other_decision_is_refused_whatever_the_rest_says(aws: Aws, script: Script, decision: str) -> None:
    _decide(aws, _text(ALICE), _text(BOB, decision))
    with pytest.raises(ValueError, match="bob decided"):
        script("assert_approval").handler(EVENTS, {})


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "Success"])
def test_a_step_that_did_not_succeed_is_refused(aws: Aws, script: Script, status: str) -> None:
    _decide(aws, _text(ALICE), status=status)
    with pytest.raises(ValueError, match="not Success"):
        script("assert_approval").handler(EVENTS, {})


@pytest.mark.parametrize("said", [("Rejected",), ("Waiting",), (), ("Approved", "Rejected")])
def test_a_status_other_than_approved_is_refused(aws: Aws, script: Script, said: Any) -> None:
    _decide(aws, _text(ALICE), said=said)
    with pytest.raises(ValueError, match="not Approved"):
        script("assert_approval").handler(EVENTS, {})


def test_a_step_that_is_not_there_is_refused(aws: Aws, script: Script) -> None:
    _decide(aws, _text(ALICE), name="another")
    with pytest.raises(ValueError, match="unpack"):
        script("assert_approval").handler(EVENTS, {})


@pytest.mark.parametrize(
    "answer",
    [built(status="DISABLED"), built({**AMIS, "eu-west-1": "ami-other"}), built({}), built({"us-east-1": "x"})],
)
def test_an_image_that_changed_since_is_refused(aws: Aws, script: Script, answer: Any) -> None:
    _decide(aws, _text(ALICE))
    aws.answers["imagebuilder", "GetImage"] = answer
    with pytest.raises(ValueError, match="approved"):
        script("assert_approval").handler(EVENTS, {})


@pytest.mark.parametrize(
    ("image", "created", "superseded"),
    [
        (OLDER, "2026-02-28T23:59:59.999Z", False),
        (OLDER, "2026-03-01T00:00:00+00:00", False),
        (OLDER, "2026-03-01T00:00:00.001Z", True),
        (IMAGE, "2026-03-01T00:00:00.001Z", False),
    ],
    ids=["an older one", "one of the same moment", "a newer one", "this one"],
)
def test_an_image_is_refused_exactly_when_a_newer_one_was_approved_meanwhile(
    aws: Aws, script: Script, image: str, created: str, superseded: bool
) -> None:
    _decide(aws, _text(ALICE))
    _record(aws, image, created)
    if superseded:
        with pytest.raises(ValueError, match="is newer, and was approved meanwhile"):
            script("assert_approval").handler(EVENTS, {})
        return
    assert script("assert_approval").handler(EVENTS, {})
    assert aws.requested("GetParameter") == [{"Name": RECORD}]


@pytest.mark.parametrize(
    ("principal", "reached"), [(ORGANIZATION, False), ("999999999999", True)], ids=["a receiver", "a foreigner"]
)
def test_after_days_of_waiting_the_share_must_still_reach_only_its_receivers(
    aws: Aws, script: Script, principal: str, reached: bool
) -> None:
    _decide(aws, _text(ALICE))
    aws.answers["ram", "GetResourceShares"] = {
        "resourceShares": [{"allowExternalPrincipals": False, "status": "ACTIVE"}]
    }
    aws.answers["ram", "GetResourceShareAssociations"] = {
        "resourceShareAssociations": [{"associatedEntity": principal, "status": "ASSOCIATED"}]
    }
    events = {**EVENTS, "share": SHARE, "receivers": [ORGANIZATION]}
    if reached:
        with pytest.raises(ValueError, match="reaches 999999999999"):
            script("assert_approval").handler(events, {})
        return
    assert script("assert_approval").handler(events, {})["approvers"] == [ALICE]


@pytest.mark.parametrize("now", [*NO_EVIDENCE.values(), b"", b"not JSON", EVIDENCE[:-1], EVIDENCE + b"\n", None])
def test_evidence_that_was_changed_or_lost_since_the_approvers_were_asked_is_refused(
    aws: Aws, script: Script, now: bytes | None
) -> None:
    bucket = _decide(aws, _text(ALICE))
    assert script("assert_approval").handler(EVENTS, {})
    bucket.objects = {} if now is None else {KEY: now}
    with pytest.raises((ValueError, FileNotFoundError)):
        script("assert_approval").handler(EVENTS, {})


def test_not_being_able_to_read_the_evidence_is_no_reason_to_share(aws: Aws, script: Script) -> None:
    _decide(aws, _text(ALICE))
    aws.answers["s3", "GetObject"] = error("AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        script("assert_approval").handler(EVENTS, {})


def test_not_being_able_to_read_the_record_is_no_reason_to_share(aws: Aws, script: Script) -> None:
    _decide(aws, _text(ALICE))
    aws.answers["ssm", "GetParameter"] = error("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        script("assert_approval").handler(EVENTS, {})


@pytest.mark.parametrize(("today", "fresh"), [("2026-12-08", True), ("2026-12-09", False)])
def test_an_approval_does_not_make_an_old_scan_fresh(aws: Aws, script: Script, today: str, fresh: bool) -> None:
    _decide(aws, _text(ALICE))
    aws.answers["imagebuilder", "GetImage"] = built(created="2026-11-24T00:00:00.000Z")
    events = {**EVENTS, "today": today, "oldest": 14}
    if fresh:
        assert script("assert_approval").handler(events, {})["approvers"] == [ALICE]
        return
    with pytest.raises(ValueError, match="was scanned 15 days ago"):
        script("assert_approval").handler(events, {})


def test_what_was_revoked_while_people_decided_is_refused(aws: Aws, script: Script) -> None:
    _decide(aws, _text(ALICE))
    answer = built()
    answer["image"]["tags"] = {"golden-ami:outcome": "revoked"}
    aws.answers["imagebuilder", "GetImage"] = answer
    with pytest.raises(ValueError, match="was revoked"):
        script("assert_approval").handler(EVENTS, {})
