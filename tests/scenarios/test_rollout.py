"""What is approved is rolled out, by a role of its own; a rollout that fails takes nothing back."""

import json

import pytest

from golden_ami.sandbox.autoscaling import RefreshScenario, next_refresh
from tests.scenarios.conftest import HOME, Factory

pytestmark = pytest.mark.terraform

SUMMARY = f"Golden Image Automation Runbook Ended in {HOME}"
ORGANIZATION = [{"OrganizationArn": "arn:aws:organizations::111111111111:organization/o-sandbox00001"}]


def _approved(factory: Factory) -> tuple[str, str, str]:
    """Approve an image; return the execution, the image and its AMI."""
    execution = factory.start("fleet")
    factory.mail()
    factory.decide(execution, "Approve", ("GoldenAmiApprover", "ann"))
    assert factory.status(execution) == "Success", factory.execution(execution)
    image = factory.image_of(execution)
    return execution, image, factory.amis(image)[HOME]


def _is_approved_and_shared(factory: Factory, image: str) -> bool:
    record = json.loads(factory.published(image="fleet", leaf="approved") or "{}")
    return record.get("image") == image and all(each == ORGANIZATION for each in factory.permissions(image).values())


def test_an_approved_image_is_rolled_out_by_itself_and_that_is_told_once(factory: Factory) -> None:
    execution, image, ami = _approved(factory)
    (rollout, *_) = factory.rollouts()
    assert factory.status(rollout) == "Success", factory.execution(rollout)
    assert factory.execution(rollout)["Parameters"]["ExecutionId"] == [execution]
    assert set(factory.fleet.instances().values()) == {ami}
    default = factory.fleet.default()
    assert default["LaunchTemplateData"]["ImageId"] == ami
    assert default["LaunchTemplateData"]["IamInstanceProfile"] == {"Name": "fleet"}
    assert factory.outcome(rollout) == "rolled-out"
    assert sorted(factory.notices()) == ["Golden AMI: rolled-out", SUMMARY]
    assert _is_approved_and_shared(factory, image)


def test_rolling_out_again_replaces_nothing_and_makes_no_version(factory: Factory) -> None:
    execution, _, _ = _approved(factory)
    instances, versions = factory.fleet.instances(), factory.fleet.versions()
    again = factory.roll_out(execution)
    assert factory.status(again) == "Success", factory.execution(again)
    assert (factory.fleet.instances(), factory.fleet.versions()) == (instances, versions)


def test_a_rollout_that_fails_leaves_the_image_approved_and_shared_and_says_so(factory: Factory) -> None:
    _, _, before = _approved(factory)
    default = factory.fleet.default()
    factory.mail()
    next_refresh(RefreshScenario(ends="Failed", reason="Two instances were unhealthy."))
    execution, image, ami = _approved(factory)
    rollout = factory.rollouts()[0]
    assert factory.status(rollout) == "Failed"
    assert factory.outcome(rollout) == "rollout-failed"
    assert factory.outcome(execution) == "approved"
    assert _is_approved_and_shared(factory, image)
    assert factory.published(image="fleet") == ami
    assert factory.fleet.refreshes()[0]["Status"] == "RollbackSuccessful"
    assert set(factory.fleet.instances().values()) == {before}
    assert factory.fleet.default() == default
    mail = factory.mail()
    assert sorted(each["Subject"] for each in mail) == ["Golden AMI: rollout-failed", SUMMARY]
    (notice,) = [each["Message"] for each in mail if "rollout" in each["Subject"]]
    assert "Two instances were unhealthy. The group runs what it ran before." in notice
    assert "What is approved and shared stays so." in notice
    again = factory.roll_out(execution)
    assert factory.status(again) == "Success", factory.execution(again)
    assert set(factory.fleet.instances().values()) == {ami}
    assert factory.notices() == ["Golden AMI: rolled-out"]


def test_a_refresh_that_takes_too_long_is_told_and_taken_over_by_the_next_rollout(factory: Factory) -> None:
    next_refresh(RefreshScenario(minutes=45))
    execution, image, ami = _approved(factory)
    rollout = factory.rollouts()[0]
    assert factory.status(rollout) == "TimedOut"
    assert "Golden AMI: rollout-failed" in factory.notices()
    assert _is_approved_and_shared(factory, image)
    (running, *_) = factory.fleet.refreshes()
    again = factory.roll_out(execution)
    assert factory.status(again) == "Success", factory.execution(again)
    assert factory.steps(again)["startRefresh"]["Outputs"]["Refresh"] == [running["InstanceRefreshId"]]
    assert set(factory.fleet.instances().values()) == {ami}


def test_an_execution_that_approved_another_image_rolls_out_nothing(factory: Factory) -> None:
    older, first, _ = _approved(factory)
    newer, image, ami = _approved(factory)
    refreshes = factory.fleet.refreshes()
    factory.mail()
    refused = factory.roll_out(older)
    assert factory.status(refused) == "Failed"
    assert factory.notices() == ["Golden AMI: rollout-failed"]
    assert factory.fleet.refreshes() == refreshes
    assert set(factory.fleet.instances().values()) == {ami}
    assert factory.status(factory.retire(image, "fleet", RetireApprovedBecause="a regression")) == "Success"
    back = factory.roll_out(older)
    assert factory.status(back) == "Success", factory.execution(back)
    assert set(factory.fleet.instances().values()) == {factory.amis(first)[HOME]}
    assert factory.status(factory.roll_out(newer)) == "Failed"
