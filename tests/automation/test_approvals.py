"""aws:approve and aws:pause: who may decide, what a decision does, and how the request reaches people."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox import automation
from tests.automation.conftest import ACCOUNT, Runbooks, allow, nap, script, step

ROLE = f"arn:aws:iam::{ACCOUNT}:role"


@pytest.fixture(scope="module")
def signaller(runbooks: Runbooks) -> str:
    """A role that may send signals."""
    return runbooks.role(allow("ssm:SendAutomationSignal"), service=None)


@pytest.fixture(scope="module")
def second(runbooks: Runbooks) -> str:
    return runbooks.role(allow("ssm:SendAutomationSignal"), service=None)


def ask(*approvers: str, **properties: Any) -> dict[str, Any]:
    inputs = {"Approvers": list(approvers)} | properties.pop("inputs", {})
    return step("ask", "approve", inputs, **properties)


def decide(person: Any, identifier: str, kind: str = "Approve", comment: str = "fine") -> None:
    person.send_automation_signal(AutomationExecutionId=identifier, SignalType=kind, Payload={"Comment": [comment]})
    automation.settle()


def refused(person: Any, identifier: str, kind: str = "Approve") -> str:
    with pytest.raises(ClientError) as caught:
        decide(person, identifier, kind)
    return str(caught.value.response["Error"]["Code"])


def test_an_approval_waits_and_then_goes_on(runbooks: Runbooks, signaller: str) -> None:
    """ "After the required number of approvals is reached, the automation resumes." "If you don't specify a value, the
    system defaults to one." "A JSON map that includes the approval decision of each approver." (aws:approve)
    """
    identifier = runbooks.begin(ask(signaller), nap("after"))
    seen = runbooks.see(identifier)
    assert (seen.status, seen.statuses) == ("Waiting", {"ask": "Waiting", "after": "Pending"})
    assert (seen.shown["CurrentStepName"], seen.shown["CurrentAction"]) == ("ask", "aws:approve")
    decide(runbooks.person(signaller), identifier)
    seen = runbooks.see(identifier)
    assert (seen.status, seen.ran) == ("Success", ["ask", "after"])
    assert seen.steps["ask"]["Outputs"]["ApprovalStatus"] == ["Approved"]
    (decision,) = map(json.loads, seen.steps["ask"]["Outputs"]["ApproverDecisions"])
    assert (decision["Approver"].endswith("/jo"), decision["Decision"], decision["Comment"]) == (
        True,
        "Approve",
        "fine",
    )


def test_a_quorum_takes_different_people(runbooks: Runbooks, signaller: str, second: str) -> None:
    """ "The minimum number of approvals required to resume the automation." (aws:approve) Whether somebody's second
    signal is refused, and whether two sessions of a role are two approvers, is not documented: here it is, and they
    are.
    """
    identifier = runbooks.begin(ask(signaller, second, inputs={"MinRequiredApprovals": 2}))
    decide(runbooks.person(signaller), identifier)
    assert runbooks.see(identifier).status == "Waiting"
    assert refused(runbooks.person(signaller), identifier) == "InvalidAutomationSignalException"
    assert runbooks.see(identifier).status == "Waiting"
    decide(runbooks.person(second), identifier)
    assert runbooks.see(identifier).status == "Success"


def test_one_rejection_is_enough(runbooks: Runbooks, signaller: str, second: str) -> None:
    """ "Temporarily pauses an automation until designated principals either approve or reject the action."
    (aws:approve)
    """
    identifier = runbooks.begin(ask(signaller, second, inputs={"MinRequiredApprovals": 2}), nap("after"))
    decide(runbooks.person(signaller), identifier)
    decide(runbooks.person(second), identifier, "Reject", "not yet")
    seen = runbooks.see(identifier)
    assert (seen.status, seen.statuses) == ("Failed", {"ask": "Failed", "after": "Pending"})
    assert seen.steps["ask"]["Outputs"]["ApprovalStatus"] == ["Rejected"]
    assert [json.loads(each)["Decision"] for each in seen.steps["ask"]["Outputs"]["ApproverDecisions"]] == [
        "Approve",
        "Reject",
    ]


@pytest.mark.parametrize("properties", [{}, {"timeoutSeconds": 3600}, {"timeoutSeconds": 2_592_000}])
def test_an_approval_expires(runbooks: Runbooks, signaller: str, properties: dict[str, int]) -> None:
    """ "The default timeout for this action is 7 days (604800 seconds) and the maximum value is 30 days (2592000
    seconds)." (aws:approve)
    """
    identifier = runbooks.begin(ask(signaller, **properties), nap("after"))
    runbooks.local.clock.advance(properties.get("timeoutSeconds", 604_800) - 60)
    assert runbooks.see(identifier).status == "Waiting"
    runbooks.local.clock.advance(61)
    seen = runbooks.see(identifier)
    assert (seen.status, seen.statuses) == ("TimedOut", {"ask": "TimedOut", "after": "Pending"})
    assert refused(runbooks.person(signaller), identifier) == "InvalidAutomationSignalException"


@pytest.mark.parametrize("jumps", [True, False])
@pytest.mark.parametrize("end", ["Failed", "TimedOut"])
@pytest.mark.parametrize("critical", [{}, {"isCritical": False}, {"isCritical": True}])
def test_after_a_denial_or_expiry_the_jump_comes_or_does_not(
    runbooks: Runbooks, signaller: str, jumps: bool, end: str, critical: dict[str, bool]
) -> None:
    """ "If the automation step reaches the timeout value before receiving all required approval decisions, then the
    step and the automation stop running and return a status of Timed Out." (aws:approve, as of 2023) "Indicates whether
    the automation should stop, continue, or go to a different step on failure." (Properties shared by all actions)

    Which of them wins is not documented: the engine has both.
    """
    automation.SETTINGS.behaviour.jumps_after_denial = jumps
    try:
        asks = ask(signaller, timeoutSeconds=3600, onFailure="step:tell", **critical)
        identifier = runbooks.begin(asks, nap("share", isEnd=True), nap("tell"))
        if end == "Failed":
            decide(runbooks.person(signaller), identifier, "Reject")
        else:
            runbooks.local.clock.advance(3601)
        seen = runbooks.see(identifier)
    finally:
        automation.SETTINGS.behaviour.jumps_after_denial = True
    assert seen.statuses["ask"] == end
    assert seen.ran == (["ask", "tell"] if jumps else ["ask"])
    assert seen.status == ("Success" if jumps and not critical.get("isCritical") else end)


@pytest.mark.parametrize(
    ("approver", "person", "may"),
    [
        ("ann", "user", True),
        (f"arn:aws:iam::{ACCOUNT}:user/staff/ann", "user", True),
        ("role", "role", True),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/{{name}}/jo", "role", True),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/{{name}}/bo", "role", False),
        ("{name}", "role", False),
        ("jo", "role", False),
        (f"{ROLE}/Another", "role", False),
        ("arn:aws:iam::333333333333:role/{name}", "role", False),
        ("bob", "user", False),
        (f"arn:aws:iam::{ACCOUNT}:user/ann", "user", False),
        (f"{ROLE}/ann", "user", False),
        ("ann", "root", False),
    ],
)
def test_only_who_is_named_decides(runbooks: Runbooks, signaller: str, ann: Any, approver, person, may) -> None:
    """ "You can specify principals by using any of the following formats": "An AWS Identity and Access Management (IAM)
    user name", "An IAM user ARN", "An IAM role ARN", "An IAM assume role user ARN" (aws:approve, Approvers)
    """
    named = signaller if approver == "role" else approver.format(name=signaller.rpartition("/")[2])
    identifier = runbooks.begin(ask(named))
    caller = {"user": ann, "role": runbooks.person(signaller), "root": runbooks.ssm}[person]
    if may:
        decide(caller, identifier)
        assert runbooks.see(identifier).status == "Success"
    else:
        assert refused(caller, identifier) == "InvalidAutomationSignalException"
        assert runbooks.see(identifier).status == "Waiting"


@pytest.fixture(scope="module")
def ann(runbooks: Runbooks) -> Any:
    """A user with a path, who may send signals by way of a group."""
    iam = runbooks.iam
    iam.create_user(UserName="ann", Path="/staff/")
    iam.create_group(GroupName="approvers")
    policy = {"Version": "2012-10-17", "Statement": [allow("ssm:SendAutomationSignal")]}
    made = iam.create_policy(PolicyName="signals", PolicyDocument=json.dumps(policy))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="approvers", PolicyArn=made)
    iam.add_user_to_group(GroupName="approvers", UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    session = runbooks.local.session(key["AccessKeyId"], key["SecretAccessKey"])
    return session.client("ssm", endpoint_url=runbooks.local.url)


def test_an_approver_needs_the_permission_to_send_signals(runbooks: Runbooks) -> None:
    """ "By default, all requests are implicitly denied." (Access management for AWS resources)"""
    approver = runbooks.role(service=None)
    identifier = runbooks.begin(ask(approver))
    assert refused(runbooks.person(approver), identifier) == "AccessDeniedException"
    assert runbooks.see(identifier).status == "Waiting"


def test_a_signal_may_be_confined_by_the_tags_of_the_execution(runbooks: Runbooks) -> None:
    condition = {"StringEquals": {"aws:ResourceTag/image": "web"}}
    approver = runbooks.role(allow("ssm:SendAutomationSignal", Condition=condition), service=None)
    name = runbooks.create(ask(approver))
    tagged = {tag: runbooks.start(name, Tags=[{"Key": "image", "Value": tag}]) for tag in ("web", "database")}
    assert refused(runbooks.person(approver), tagged["database"]) == "AccessDeniedException"
    decide(runbooks.person(approver), tagged["web"])
    assert runbooks.see(tagged["web"]).status == "Success"


@pytest.mark.parametrize(
    ("inputs", "properties", "message"),
    [
        ({"Approvers": [f"user{n}" for n in range(11)]}, {}, "11 approvers"),
        ({"Approvers": []}, {}, "0 approvers"),
        ({"MinRequiredApprovals": 2}, {}, "MinRequiredApprovals is 2"),
        ({"MinRequiredApprovals": 0}, {}, "MinRequiredApprovals is 0"),
        ({"Message": "x" * 4097}, {}, "4096 characters"),
        ({"NotificationArn": "arn:aws:sns:eu-west-1:222222222222:Approvals"}, {}, "begin with Automation"),
        ({}, {"timeoutSeconds": 2_592_001}, "2592000 seconds"),
    ],
)
def test_a_request_beyond_the_limits_fails(runbooks: Runbooks, inputs, properties, message: str) -> None:
    """ "The maximum number of approvers is 10." "The value for this parameter can't exceed the number of approvers
    defined by the `Approvers` parameter." "The maximum message length is 4096 characters." "The title of the Amazon SNS
    topic must be prefixed with "Automation"." "the maximum value is 30 days (2592000 seconds)" (aws:approve)
    """
    seen = runbooks.run(ask("ann", inputs=inputs, **properties))
    assert (seen.status, message in seen.message("ask")) == ("Failed", True), seen.message("ask")


def test_requests_at_the_limits_wait(runbooks: Runbooks) -> None:
    approvers = [f"user{n}" for n in range(10)]
    inputs = {"MinRequiredApprovals": 10, "Message": "x" * 4096}
    assert runbooks.run(ask(*approvers, inputs=inputs, timeoutSeconds=2_592_000)).status == "Waiting"


@pytest.mark.parametrize("may_publish", [True, False])
def test_the_request_reaches_who_has_subscribed(runbooks: Runbooks, may_publish: bool) -> None:
    """ "Automation sends a message to this topic letting principals know that they must either approve or reject an
    Automation step." (aws:approve)
    """
    sns, sqs = runbooks.local.client("sns"), runbooks.local.client("sqs")
    topic = sns.create_topic(Name=f"Automation-{may_publish}")["TopicArn"]
    queue = sqs.create_queue(QueueName=f"inbox-{may_publish}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    role = runbooks.role(*([allow("sns:Publish", resource=topic)] if may_publish else []))
    seen = runbooks.run(ask("ann", inputs={"NotificationArn": topic, "Message": "Please look."}), assumeRole=role)
    received = sqs.receive_message(QueueUrl=queue).get("Messages", [])
    if not may_publish:
        assert (seen.status, received) == ("Failed", [])
        assert "AuthorizationError" in seen.message("ask")
        return
    (message,) = received
    told = json.loads(message["Body"])["Message"]
    assert seen.status == "Waiting"
    assert all(part in told for part in ("Please look.", seen.shown["AutomationExecutionId"], "ask", "ann"))


def test_decisions_are_read_by_later_steps(runbooks: Runbooks, signaller: str) -> None:
    """ "The approval status of the step. The status can be one of the following: Approved, Rejected, or Waiting."
    (aws:approve)
    """
    payload = {"status": "{{ ask.ApprovalStatus }}", "decisions": "{{ ask.ApproverDecisions }}"}
    identifier = runbooks.begin(ask(signaller), script("read", "return events", payload))
    decide(runbooks.person(signaller), identifier)
    read = runbooks.see(identifier).payload("read")
    assert (read["status"], json.loads(read["decisions"][0])["Decision"]) == ("Approved", "Approve")
