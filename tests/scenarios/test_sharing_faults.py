"""An image is shared whole or not at all: what fails, or is stopped, half-way is taken back everywhere."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from golden_ami.sandbox import automation
from golden_ami.sandbox.ram.models import ram_backends
from tests.scenarios.conftest import ACCOUNT, COPY, HOME, Factory

pytestmark = pytest.mark.terraform

Break = Callable[[Factory], Any]


@contextmanager
def without(factory: Factory, role: str, sid: str, **changes: Any) -> Iterator[None]:
    """Take a statement out of a role's policy, or change it, for a while."""
    iam = factory.client("iam")
    known = iam.get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    statements = [
        {**each, **changes} if each["Sid"] == sid else each
        for each in known["Statement"]
        if changes or each["Sid"] != sid
    ]
    assert statements != known["Statement"]
    iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps({**known, "Statement": statements}))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(known))


def _told_once(factory: Factory, execution: str, outcome: str) -> str:
    automation.settle()
    assert factory.outcome(execution) == outcome, factory.execution(execution)
    told = [each for each in factory.mail() if each["Subject"] != "Automation approval requested"]
    assert [each["Subject"] for each in told] == [f"Golden AMI: {outcome}"]
    return told[0]["Message"]


@pytest.mark.parametrize(
    ("end", "status", "says"), [("FAILED", "Failed", "assertImageShared"), (None, "TimedOut", "waitImageShared")]
)
def test_an_association_that_does_not_come_about_is_taken_back(
    factory: Factory, end: str | None, status: str, says: str
) -> None:
    before = factory.published()
    execution = factory.start()
    ram_backends[ACCOUNT][HOME].next_ends.append(end)
    factory.approve(execution)
    assert factory.status(execution) == status
    assert says in _told_once(factory, execution, "sharing-failed")
    assert factory.is_private(factory.image_of(execution))
    assert factory.published() == before


def test_a_second_region_that_fails_takes_the_first_one_back(factory: Factory) -> None:
    before = factory.published()
    role = factory.images["web-server"].names.approval.role
    execution = factory.start()
    only_home = [f"arn:aws:ec2:{HOME}::image/*"]
    with without(factory, role, "ShareAmisOfThisRecipe", Resource=only_home):
        factory.approve(execution)
    assert factory.status(execution) == "Failed"
    assert factory.steps(execution)["takeBack"]["StepStatus"] == "Success"
    _told_once(factory, execution, "role-broken")
    assert factory.is_private(factory.image_of(execution))
    assert factory.published() == before


def test_a_parameter_that_cannot_be_set_takes_permissions_and_share_back(factory: Factory) -> None:
    first = factory.start()
    factory.approve(first)
    factory.mail()
    published = {region: factory.published(region) for region in (HOME, COPY)}
    role = factory.images["web-server"].names.approval.role
    name = factory.images["web-server"].names.parameter
    home = [f"arn:aws:ssm:{HOME}:{ACCOUNT}:parameter{name}/{leaf}" for leaf in ("ami", "approved")]
    second = factory.start()
    with without(factory, role, "PublishTheApprovedImage", Resource=home):
        factory.approve(second)
    assert factory.status(second) == "Failed"
    assert factory.steps(second)["publishApprovedAmi"]["StepStatus"] == "Failed"
    _told_once(factory, second, "role-broken")
    assert factory.is_private(factory.image_of(second))
    assert {region: factory.published(region) for region in (HOME, COPY)} == published


def test_what_cannot_be_taken_back_is_named(factory: Factory) -> None:
    role = factory.images["web-server"].names.approval.role
    execution = factory.start()
    ram_backends[ACCOUNT][HOME].next_ends.append(None)
    with without(factory, role, "TakeOutOfThisShare"):
        factory.approve(execution)
    assert "TAKING BACK FAILED" in _told_once(factory, execution, "sharing-failed")
    assert factory.status(execution) == "TimedOut"
    assert factory.shared(factory.image_of(execution))


def test_stopping_while_people_decide_shares_nothing(factory: Factory) -> None:
    execution = factory.start()
    factory.client("ssm").stop_automation_execution(AutomationExecutionId=execution)
    automation.settle()
    assert factory.status(execution) == "Cancelled"
    assert "waitForAdministratorApproval" in _told_once(factory, execution, "cancelled")
    assert factory.is_private(factory.image_of(execution))


def test_stopping_while_it_is_shared_takes_everything_back(factory: Factory) -> None:
    before = factory.published()
    execution = factory.start()
    ram_backends[ACCOUNT][HOME].next_ends.append(None)
    factory.local.clock.instant = False
    try:
        factory.approve(execution)
        assert factory.steps(execution)["waitImageShared"]["StepStatus"] == "InProgress"
        factory.client("ssm").stop_automation_execution(AutomationExecutionId=execution)
        automation.settle()
    finally:
        factory.local.clock.instant = True
    assert factory.status(execution) == "Cancelled"
    assert factory.steps(execution)["takeBack"]["StepStatus"] == "Success"
    assert "waitImageShared" in _told_once(factory, execution, "cancelled")
    assert factory.is_private(factory.image_of(execution))
    assert factory.published() == before


def test_a_role_that_can_no_longer_be_assumed_is_told_by_the_outcome_runbook(factory: Factory) -> None:
    iam, role = factory.client("iam"), factory.images["web-server"].names.approval.role
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    execution = factory.start()
    nobody = {**trust, "Statement": [{**trust["Statement"][0], "Effect": "Deny"}]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(nobody))
    try:
        factory.approve(execution)
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    assert factory.status(execution) == "Failed"
    assert factory.steps(execution)["tellOutcome"]["StepStatus"] == "Failed"
    assert "unable to be assumed" in _told_once(factory, execution, "role-broken")
    assert factory.is_private(factory.image_of(execution))


def test_an_outcome_runbook_that_fails_is_told_by_eventbridge_itself(factory: Factory) -> None:
    names = factory.images["web-server"].names.scope
    execution = factory.start()
    with without(factory, names.outcome.role, "ReadExecutions"):
        factory.client("ssm").stop_automation_execution(AutomationExecutionId=execution)
        automation.settle()
    assert factory.outcome(execution) is None
    told = [each for each in factory.mail() if each.get("Subject") != "Automation approval requested"]
    assert len(told) == 1
    assert f"{names.outcome.document} " in told[0]["Message"]
    assert "could not be told" in told[0]["Message"]


def test_an_end_that_eventbridge_cannot_deliver_is_kept(factory: Factory) -> None:
    names = factory.images["web-server"].names.scope
    sqs = factory.client("sqs")
    execution = factory.start()
    with without(factory, names.outcome_starter_role, "StartTheOutcomeRunbook"):
        factory.client("ssm").stop_automation_execution(AutomationExecutionId=execution)
        automation.settle()
    url = sqs.get_queue_url(QueueName=names.outcome_dead_letter_queue)["QueueUrl"]
    (kept,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(kept["Body"])["detail"]["ExecutionId"] == execution
    sqs.delete_message(QueueUrl=url, ReceiptHandle=kept["ReceiptHandle"])
