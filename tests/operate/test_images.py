"""``golden-ami images``: every version, and nothing that could not be read counts as none."""

import json
from datetime import timedelta

import pytest

from golden_ami.names import OUTCOME_TAG
from golden_ami.permissions import Statement
from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from golden_ami.sandbox.inspector2.findings import become_known
from tests.operate.conftest import APPROVERS, READER, Floor
from verification.configurations import ACCOUNT, COPY, HOME, WAIVED

HIGH = Vulnerability(severity="HIGH", id="CVE-2026-0009", package="openssl")
LOW = Vulnerability(severity="LOW", id="CVE-2026-0008", package="bash")
EXCUSED = Vulnerability(severity="HIGH", id=WAIVED, package="bash")


def roles(floor: Floor) -> list[str]:
    said = floor.read("images", floor.name, "--output", "json")
    assert said.code == 0, said.err
    return [each["version"]["role"] for each in said.data]


def approved_amis(floor: Floor) -> dict[str, str]:
    value = floor.client("ssm").get_parameter(Name=f"{floor.image.names.parameter}/approved")["Parameter"]["Value"]
    return dict(json.loads(value)["amis"])


def test_every_version_says_what_it_is_to_people(floor: Floor) -> None:
    for _ in range(3):
        floor.approved()
    denied = floor.start()
    floor.signal(denied, "Reject", APPROVERS[0])
    floor.start(BuildScenario(minutes=1, ends="FAILED"))
    floor.start()
    assert roles(floor) == ["pending approval", "failed", "denied", "approved", "previous", "superseded"]


def test_nobody_having_decided_in_time_is_said(floor: Floor) -> None:
    floor.start()
    floor.local.clock.advance(timedelta(days=10).total_seconds())
    automation.settle()
    assert roles(floor) == ["expired"]


@pytest.mark.parametrize(
    ("outcome", "role"), [("revoked", "revoked"), ("sharing-failed", "failed"), ("cancelled", "cancelled")]
)
def test_an_outcome_is_read_from_the_image(floor: Floor, outcome: str, role: str) -> None:
    execution = floor.start()
    arn = floor.read("images", floor.name, "--quiet").out.strip()
    floor.signal(execution, "Reject", APPROVERS[0])
    floor.client("imagebuilder").tag_resource(resourceArn=arn, tags={OUTCOME_TAG: outcome})
    assert roles(floor) == [role]


def test_an_image_that_no_execution_built_was_never_asked_about(floor: Floor) -> None:
    floor.client("imagebuilder").start_image_pipeline_execution(imagePipelineArn=floor.image.pipeline_arn)
    floor.local.clock.advance(3600)
    assert roles(floor) == ["never asked"]


def test_a_retirement_that_has_to_wait_is_said(floor: Floor) -> None:
    for _ in range(3):
        floor.approved()
    oldest = floor.read("images", floor.name, "--quiet").out.split()[-1]
    ec2 = floor.client("ec2")
    (ami,) = ec2.describe_images(Filters=[{"Name": "tag:Ec2ImageBuilderArn", "Values": [oldest]}])["Images"]
    ec2.enable_image_deregistration_protection(ImageId=ami["ImageId"], WithCooldown=True)
    said = floor.read("retire", floor.name, "--version", oldest, "--apply", who=("GoldenAmiRetirer", "rob"))
    assert said.code == 1
    assert roles(floor)[-1] == "retired-pending"


def test_findings_are_those_of_the_decision_and_those_on_instances_now(floor: Floor) -> None:
    floor.approved(BuildScenario(minutes=1, findings=(HIGH, EXCUSED, LOW)))
    amis = approved_amis(floor)
    floor.client("ec2").run_instances(ImageId=amis[HOME], MinCount=2, MaxCount=2, InstanceType="t3.micro")
    become_known(amis[HOME], [HIGH], account=ACCOUNT, region=HOME)
    (entry,) = floor.read("images", floor.name, "--output", "json").data
    assert entry["at_approval"] == {"by_severity": {"high": 2, "low": 1}, "waived": 1}
    assert entry["running"][HOME]["instances"] == 2
    assert entry["running"][HOME]["findings"]["by_severity"] == {"high": 6, "low": 2}
    assert entry["running"][COPY] == {"ami": amis[COPY], "instances": 0, "findings": None}


def test_running_instances_without_findings_have_none(floor: Floor) -> None:
    floor.approved()
    floor.client("ec2").run_instances(ImageId=approved_amis(floor)[HOME], MinCount=1, MaxCount=1)
    said = floor.read("images", floor.name)
    assert "1 instance here  now: no findings" in said.out


def test_inspector_that_may_not_be_read_is_unknown_and_never_zero(floor: Floor) -> None:
    floor.approved()
    floor.client("ec2").run_instances(ImageId=approved_amis(floor)[HOME], MinCount=1, MaxCount=1)
    everything = (
        "ec2:DescribeInstances",
        "imagebuilder:ListImageBuildVersions",
        "imagebuilder:ListImages",
        "inspector2:BatchGetAccountStatus",
        "ssm:DescribeAutomationExecutions",
        "ssm:GetAutomationExecution",
        "ssm:GetParameter",
        "ssm:ListTagsForResource",
    )
    floor.let(READER[0], "reader", [Statement(sid="Some", actions=everything, resources=("*",))])
    said = floor.read("images", floor.name)
    assert said.code == 0
    assert "findings unknown: may not do inspector2:ListFindingAggregations" in said.out
    assert "findings unknown: may not do s3:GetObject" in said.out
    assert "no findings" not in said.out


def test_inspector_that_is_off_is_unknown_and_never_zero(floor: Floor) -> None:
    floor.approved()
    floor.client("ec2").run_instances(ImageId=approved_amis(floor)[HOME], MinCount=1, MaxCount=1)
    inspector = floor.client("inspector2")
    inspector.disable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    try:
        said = floor.read("images", floor.name)
    finally:
        inspector.enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    assert "unknown: Inspector does not scan instances in eu-west-1 (DISABLED)" in said.out


def test_more_than_a_page_of_versions_is_listed(floor: Floor) -> None:
    for _ in range(27):
        floor.client("imagebuilder").start_image_pipeline_execution(imagePipelineArn=floor.image.pipeline_arn)
    floor.local.clock.advance(3600)
    assert len(roles(floor)) == 27


def test_hostile_tags_print_inert(floor: Floor) -> None:
    floor.client("imagebuilder").start_image_pipeline_execution(
        imagePipelineArn=floor.image.pipeline_arn, tags={OUTCOME_TAG: "[red]x[/red]"}
    )
    floor.local.clock.advance(3600)
    said = floor.read("images", floor.name)
    assert "failed ([red]x[/red])" in said.out


def test_before_the_first_build_it_says_how_to_make_one(floor: Floor) -> None:
    said = floor.read("images", floor.name)
    assert (said.code, said.err) == (0, "")
    assert "golden-ami start" in said.out
