"""The stack of a consumer as the real Terraform and the real AWS provider make it; in this order."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from golden_ami.sandbox.identifiers import WORKLOAD_ACCOUNT
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.plan.conftest import Workspace

pytestmark = pytest.mark.terraform

PARAMETER = "arn:aws:ssm:eu-west-1:222222222222:parameter/golden-ami/sandbox/web-server/ami"


class Workload(Workspace):
    """A workspace of an account that receives images."""

    @property
    def config(self) -> Path:
        return self.folder / "consumer.yaml"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workload]:
    folder = tmp_path_factory.mktemp("consumer")
    with LocalAws() as local:
        prepare_organization(local)
        subnet = local.client("ec2", account=WORKLOAD_ACCOUNT).describe_subnets()["Subnets"][0]["SubnetId"]
        text = (Path(__file__).parent / "consumer.yaml").read_text().replace("[SUBNET]", f"[{subnet}]")
        (folder / "consumer.yaml").write_text(text)
        isolated = local.isolated_environment(os.environ, account=WORKLOAD_ACCOUNT)
        environment = provider_environment(isolated, workdir=folder)
        found = Workload(folder=folder, environment=environment, local=local, stack="web-frontend")
        found.synthesise()
        found.terraform("init", "-input=false", "-no-color")
        found.apply()
        yield found


def test_a_second_plan_of_a_consumer_is_empty(workspace: Workload) -> None:
    assert workspace.changes() == {}


def test_the_review_understands_a_consumer(workspace: Workload) -> None:
    found = workspace.reviewed()
    assert found.judgement.findings == ()
    (stack,) = found.deployments
    (launches,) = [each.kept for each in stack.shifts if each.section == "Launches"]
    assert launches == (f"resolve:ssm:{PARAMETER} on t3.micro",)


def test_the_launch_template_follows_the_factorys_parameter(workspace: Workload) -> None:
    ec2 = workspace.local.client("ec2", account=WORKLOAD_ACCOUNT)
    (version,) = ec2.describe_launch_template_versions(
        LaunchTemplateName="golden-ami-web-frontend", Versions=["$Default"]
    )["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert data["ImageId"] == f"resolve:ssm:{PARAMETER}"
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    tagged = {
        each["ResourceType"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in data["TagSpecifications"]
    }
    assert tagged["instance"]["golden-ami:image"] == "web-server"


def test_what_looks_after_it_is_started_and_watched(workspace: Workload) -> None:
    schedule = workspace.local.client("scheduler", account=WORKLOAD_ACCOUNT).get_schedule(
        Name="golden-ami-web-frontend"
    )
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert "GoldenAmiConsumerCheck-web-frontend" in schedule["Target"]["Input"]
    cloudwatch = workspace.local.client("cloudwatch", account=WORKLOAD_ACCOUNT)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["golden-ami-web-frontend-revoked"])["MetricAlarms"]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] == 1800


def test_destroying_a_consumer_leaves_nothing(workspace: Workload) -> None:
    workspace.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    ec2 = workspace.local.client("ec2", account=WORKLOAD_ACCOUNT)
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    groups = workspace.local.client("autoscaling", account=WORKLOAD_ACCOUNT).describe_auto_scaling_groups()
    assert groups["AutoScalingGroups"] == []
