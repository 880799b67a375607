"""What happens with the nine steps as they were first published: why this project's runbook is longer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, next_build
from tests.scenarios.conftest import ACCOUNT, COPY, HOME, Factory

pytestmark = pytest.mark.terraform

TEXT = Path(__file__).with_name("nine_steps.yaml").read_text()
TYPED = TEXT.replace("Selector: $.image.state.status }", "Selector: $.image.state.status, Type: String }")
"""The first fault mended, so that the next ones can show."""

SELECTOR = TYPED.replace("PropertySelector: image.", "PropertySelector: $.image.")
"""The second fault mended as well."""

UNNESTED = SELECTOR.replace("UserIds: ['{{ AMIPrincipals }}']", "UserIds: '{{ AMIPrincipals }}'")
"""And the last one, too."""

ALLOWED = [
    "imagebuilder:StartImagePipelineExecution",
    "imagebuilder:GetImage*",
    "ec2:ModifyImageAttribute",
    "ram:AssociateResourceShare",
    "sns:Publish",
    "kms:*",
]


@pytest.fixture(scope="module", autouse=True)
def _role(deployed: Factory) -> Iterator[None]:
    iam = deployed.client("iam")
    service = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(
        RoleName="NineSteps", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [service]})
    )
    # As published: without imagebuilder:PutImagePolicy, which sharing an image through RAM needs.
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Action": ALLOWED, "Resource": "*"}],
    }
    iam.put_role_policy(RoleName="NineSteps", PolicyName="role", PolicyDocument=json.dumps(policy))
    yield
    iam.delete_role_policy(RoleName="NineSteps", PolicyName="role")
    iam.delete_role(RoleName="NineSteps")


@pytest.fixture
def ssm(factory: Factory) -> Iterator[Any]:
    ssm = factory.client("ssm")
    yield ssm
    if ssm.list_documents(Filters=[{"Key": "Name", "Values": ["NineSteps"]}])["DocumentIdentifiers"]:
        ssm.delete_document(Name="NineSteps")


def _start(factory: Factory, text: str, *, build: BuildScenario | None = None, approver: str = "Approver") -> str:
    ssm = factory.client("ssm")
    ssm.create_document(Name="NineSteps", Content=text, DocumentType="Automation", DocumentFormat="YAML")
    names = factory.images["web-server"].names
    if build:
        next_build(build)
    (share,) = [
        each["resourceShareArn"]
        for each in factory.client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]
        if each["name"] == names.share
    ]
    parameters = {
        "ImageBuilderPipelineArn": [names.pipeline_arn],
        "PipelineApproverArn": [f"arn:aws:iam::{ACCOUNT}:role/GoldenAmi{approver}"],
        "SnsNotificationArn": [names.scope.topic_arn],
        "ResourceShareArn": [share],
        "AMIPrincipals": ["333333333333", "444444444444"],
    }
    started = ssm.start_automation_execution(
        DocumentName="NineSteps",
        Parameters=parameters,
        Tags=[{"Key": "golden-ami:image", "Value": "web-server"}],
    )
    automation.settle()
    return str(started["AutomationExecutionId"])


def test_an_output_without_a_type_is_refused_when_the_document_is_created(factory: Factory, ssm: Any) -> None:
    with pytest.raises(ClientError, match=r"getBuildStatus lacks .* Type"):
        _start(factory, TEXT)


def test_the_selector_without_its_dollar_ends_it_at_the_second_step(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, TYPED)
    assert factory.status(execution) == "Failed"
    assert "Invalid selector" in factory.steps(execution)["waitImageBuildingComplete"]["FailureMessage"]
    assert factory.notices() == []


def test_a_failed_build_ends_in_success_and_says_completed(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, SELECTOR, build=BuildScenario(ends="FAILED"))
    assert factory.status(execution) == "Success"
    assert factory.notices() == ["Automation ended"]


def test_a_cancelled_build_is_polled_to_the_timeout_twice_and_nobody_is_told(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, SELECTOR, build=BuildScenario(ends="CANCELLED"))
    step = factory.steps(execution)["waitImageBuildingComplete"]
    assert step["StepStatus"] == "TimedOut"
    assert (step["ExecutionEndTime"] - step["ExecutionStartTime"]).total_seconds() >= 2 * 7200
    assert factory.notices() == []


def test_a_denial_asks_again_and_a_second_one_ends_in_silence(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, SELECTOR)
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))
    assert factory.status(execution) == "Waiting"
    assert len(factory.mail()) == 2
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))
    assert factory.status(execution) == "Failed"
    assert factory.mail() == []


def test_an_expiry_ends_in_silence(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, SELECTOR)
    factory.pass_time(86_400 + 60)
    assert factory.status(execution) == "Waiting"
    factory.pass_time(86_400 + 60)
    assert factory.status(execution) == "TimedOut"
    assert factory.notices() == []


def test_who_starts_it_may_name_himself_as_approver(factory: Factory, ssm: Any) -> None:
    names = factory.images["web-server"].names
    policy = f"arn:aws:iam::{ACCOUNT}:policy/{names.approver_policy}"
    factory.client("iam").attach_role_policy(RoleName="GoldenAmiStarter", PolicyArn=policy)
    try:
        execution = _start(factory, SELECTOR, approver="Starter")
        factory.decide(execution, "Approve", ("GoldenAmiStarter", "sam"))
    finally:
        factory.client("iam").detach_role_policy(RoleName="GoldenAmiStarter", PolicyArn=policy)
    assert factory.steps(execution)["waitForAdministratorApproval"]["StepStatus"] == "Success"


def test_ram_fails_and_launch_permissions_fail_and_the_mail_says_completed(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, SELECTOR)
    factory.decide(execution, "Approve", ("GoldenAmiApprover", "ann"))
    steps = factory.steps(execution)
    assert "imagebuilder:PutImagePolicy" in steps["shareEC2BuilderImage"]["FailureMessage"]
    assert "Invalid type for parameter UserIds[0]" in steps["shareEC2AMIImage"]["FailureMessage"]
    assert factory.status(execution) == "Success"
    assert factory.notices() == ["Automation ended"]


def test_ram_fails_and_the_ami_is_shared_all_the_same_in_one_region_at_most(factory: Factory, ssm: Any) -> None:
    execution = _start(factory, UNNESTED)
    factory.decide(execution, "Approve", ("GoldenAmiApprover", "ann"))
    image = factory.image_of(execution)
    permissions = factory.permissions(image)
    built = factory.client("imagebuilder").get_image(imageBuildVersionArn=image)["image"]
    # It takes the first AMI, and Terraform's order of the Regions hangs on the keys' ids.
    first = built["outputResources"]["amis"][0]["region"]
    assert len(permissions[HOME]) == (2 if first == HOME else 0)
    assert permissions[COPY] == []
    assert (factory.steps(execution)["shareEC2AMIImage"]["StepStatus"] == "Success") == (first == HOME)
    assert factory.steps(execution)["shareEC2BuilderImage"]["StepStatus"] == "Failed"
    assert factory.status(execution) == "Success"
