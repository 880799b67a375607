"""An account that follows an image: it launches what is approved, is refreshed once, and counts what was taken back."""

import os
from dataclasses import dataclass
from typing import Any

import pytest

from golden_ami.sandbox import automation
from golden_ami.sandbox.autoscaling import RefreshScenario, next_refresh
from golden_ami.sandbox.identifiers import WORKLOAD_ACCOUNT
from golden_ami.terraform import provider_environment
from tests.plan.conftest import Workspace
from tests.scenarios.conftest import HOME, Factory

pytestmark = pytest.mark.terraform

NAME = "golden-ami-frontend"
HALF_AN_HOUR = 1800


@dataclass
class Consumer:
    """The deployed consumer of the web server, and what its schedule does."""

    factory: Factory

    def client(self, service: str) -> Any:
        return self.factory.local.client(service, account=WORKLOAD_ACCOUNT)

    def check(self) -> Any:
        """Start the runbook as the schedule does, and return the execution that has ended."""
        ssm = self.client("ssm")
        started = ssm.start_automation_execution(DocumentName="GoldenAmiConsumerCheck-frontend")
        automation.settle()
        found = ssm.get_automation_execution(AutomationExecutionId=started["AutomationExecutionId"])
        return found["AutomationExecution"]

    def checked(self) -> tuple[str, str]:
        """Check, and return what was done and how many instances run what was taken back."""
        execution = self.check()
        assert execution["AutomationExecutionStatus"] == "Success", execution
        outputs = execution["Outputs"]
        return outputs["refreshGroup.Done"][0], outputs["countRevoked.Instances"][0]

    def wants(self, count: int) -> None:
        self.client("autoscaling").set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=count)

    def running(self) -> list[str]:
        """AMIs of the group's instances."""
        filters = [
            {"Name": "tag:aws:autoscaling:groupName", "Values": [NAME]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        found = self.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return [str(instance["ImageId"]) for each in found for instance in each["Instances"]]

    def counted(self, statistic: str = "Maximum") -> float:
        """Count in CloudWatch of the last minute in which there was one."""
        now = self.factory.local.clock.now()
        found = self.client("cloudwatch").get_metric_data(
            StartTime=now.replace(year=now.year - 1),
            EndTime=now.replace(year=now.year + 1),
            ScanBy="TimestampDescending",
            MetricDataQueries=[
                {
                    "Id": "count",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "GoldenAmi",
                            "MetricName": "InstancesOfRevokedImages",
                            "Dimensions": [{"Name": "Consumer", "Value": "frontend"}],
                        },
                        "Period": 60,
                        "Stat": statistic,
                    },
                }
            ],
        )
        return float(found["MetricDataResults"][0]["Values"][0])


def _approved(factory: Factory) -> tuple[str, str]:
    """Approve a web server; return the image and its AMI."""
    execution = factory.start()
    factory.approve(execution)
    assert factory.status(execution) == "Success", factory.execution(execution)
    image = factory.image_of(execution)
    return image, factory.amis(image)[HOME]


@pytest.fixture(scope="module")
def made(deployed: Factory) -> Consumer:
    """Two instances, launched when an image had been approved."""
    _approved(deployed)
    local, folder = deployed.local, deployed.workspace.folder
    environment = provider_environment(
        local.isolated_environment(os.environ, account=WORKLOAD_ACCOUNT), workdir=folder / "consumer"
    )
    workspace = Workspace(folder=folder, environment=environment, local=local, stack="frontend")
    workspace.terraform("init", "-input=false", "-no-color")
    workspace.apply()
    return Consumer(deployed)


@pytest.fixture
def consumer(made: Consumer, factory: Factory) -> Consumer:
    """The consumer, with two instances of what is approved now."""
    made.wants(0)
    made.wants(2)
    assert made.running() == [factory.published()] * 2
    return made


def test_what_runs_is_what_was_approved_and_nothing_is_done(consumer: Consumer) -> None:
    assert consumer.checked() == ("nothing runs another AMI", "0")
    assert consumer.counted() == 0


def test_an_approval_refreshes_the_group_once(factory: Factory, consumer: Consumer) -> None:
    before = consumer.running()
    _, ami = _approved(factory)
    assert consumer.running() == before
    done, count = consumer.checked()
    assert done.startswith("refresh ")
    assert count == "0"
    assert consumer.checked()[0] == "it has been refreshed since the approval"
    factory.pass_time(HALF_AN_HOUR)
    assert consumer.running() == [ami] * 2
    assert consumer.checked()[0] == "nothing runs another AMI"


def test_a_refresh_that_fails_is_not_tried_again_until_another_approval(factory: Factory, consumer: Consumer) -> None:
    _approved(factory)
    next_refresh(RefreshScenario(ends="Failed", reason="Two instances were unhealthy."), account=WORKLOAD_ACCOUNT)
    assert consumer.checked()[0].startswith("refresh ")
    factory.pass_time(HALF_AN_HOUR)
    assert consumer.checked()[0] == "it has been refreshed since the approval"
    _, ami = _approved(factory)
    assert consumer.checked()[0].startswith("refresh ")
    factory.pass_time(HALF_AN_HOUR)
    assert consumer.running() == [ami] * 2


def test_instances_of_a_revoked_image_are_counted_until_they_are_replaced(factory: Factory, consumer: Consumer) -> None:
    before = factory.published()
    image, ami = _approved(factory)
    consumer.checked()
    factory.pass_time(HALF_AN_HOUR)
    assert consumer.running() == [ami] * 2
    revocation = factory.revoke(image)
    assert factory.status(revocation) == "Success", factory.execution(revocation)
    execution = consumer.check()
    assert execution["Outputs"]["countRevoked.Amis"] == [ami]
    assert consumer.counted() == 2
    factory.pass_time(HALF_AN_HOUR)
    assert consumer.running() == [before] * 2
    assert consumer.checked() == ("nothing runs another AMI", "0")
    # Both may be of the same minute.
    assert consumer.counted("Minimum") == 0


def test_a_parameter_that_is_shared_no_more_fails_the_check_and_is_counted_all_the_same(
    factory: Factory, consumer: Consumer
) -> None:
    ram, names = factory.client("ram"), factory.images["web-server"].names
    (share,) = ram.get_resource_shares(resourceOwner="SELF", name=names.share)["resourceShares"]
    parameter = f"arn:aws:ssm:{HOME}:222222222222:parameter{names.parameter}/ami"
    given = {"resourceShareArn": share["resourceShareArn"], "resourceArns": [parameter]}
    ram.disassociate_resource_share(**given)
    try:
        execution = consumer.check()
    finally:
        ram.associate_resource_share(**given)
        ram.get_resource_share_associations(associationType="RESOURCE")
    steps = {each["StepName"]: each["StepStatus"] for each in execution["StepExecutions"]}
    assert steps == {"refreshGroup": "Failed", "countRevoked": "Success"}
    assert execution["AutomationExecutionStatus"] == "Failed"
    assert "not authorized to perform: ssm:GetParameter" in execution["StepExecutions"][0]["FailureMessage"]
