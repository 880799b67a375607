"""One real apply, and people who start, approve and deny on it; every scenario of this folder runs on that factory."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from golden_ami.config import ImageFactory, load, resolve
from golden_ami.sandbox import automation
from golden_ami.sandbox.identifiers import WORKLOAD_ACCOUNT
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, next_build
from golden_ami.sandbox.keys import create_key_for
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.plan.conftest import ROOT, Workspace
from tests.scenarios.fleet import Fleet

ACCOUNT = "222222222222"
HOME = "eu-west-1"
COPY = "eu-north-1"
QUEUE = "what-people-read"


@dataclass
class Factory:
    """The deployed factory, and what people do with it."""

    workspace: Workspace
    local: LocalAws
    images: dict[str, ImageFactory]
    queue_url: str
    fleet: Fleet

    def client(self, service: str, **options: Any) -> Any:
        return self.local.client(service, **options)

    def person(self, role: str, name: str) -> Any:
        """Systems Manager as somebody who has taken a role."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        taken = self.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
        keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
        return self.local.session(*keys).client("ssm", endpoint_url=self.local.url)

    def start(self, image: str = "web-server", *, build: BuildScenario | None = None, who: str = "sam") -> str:
        """Start the approval runbook, and return when it waits for people or has ended."""
        if build:
            next_build(build)
        names = self.images[image].names
        tags = [{"Key": "golden-ami:image", "Value": image}]
        starter = self.person("GoldenAmiStarter", who)
        started = starter.start_automation_execution(DocumentName=names.approval.document, Tags=tags)
        automation.settle()
        return str(started["AutomationExecutionId"])

    def decide(self, execution: str, kind: str, *people: tuple[str, str], comment: str = "looked at it") -> None:
        for role, name in people:
            self.person(role, name).send_automation_signal(
                AutomationExecutionId=execution, SignalType=kind, Payload={"Comment": [comment]}
            )
        automation.settle()

    def approve(self, execution: str) -> None:
        self.decide(execution, "Approve", ("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "bob"))

    def retire(self, image_arn: str, image: str = "web-server", **parameters: str) -> str:
        given = {"ImageBuildVersionArn": [image_arn]} | {name: [value] for name, value in parameters.items()}
        document = self.images[image].names.retirement.document
        started = self.client("ssm").start_automation_execution(DocumentName=document, Parameters=given)
        automation.settle()
        return str(started["AutomationExecutionId"])

    def revoke(self, image_arn: str, image: str = "web-server", *, because: str = "It holds a key") -> str:
        """Start the revocation of an image, as somebody who may; return when it has ended or asks."""
        given = {"ImageBuildVersionArn": image_arn, "RevokeBecause": because}
        return self._change(self.images[image].names.revocation.document, image, given)

    def roll_back(self, image: str = "web-server", *, because: str = "It does not boot") -> str:
        """Start the rollback of an image, as somebody who may."""
        return self._change(self.images[image].names.rollback.document, image, {"RollbackBecause": because})

    def _change(self, document: str, image: str, given: dict[str, str]) -> str:
        started = self.person("GoldenAmiRevoker", "rae").start_automation_execution(
            DocumentName=document,
            Parameters={name: [value] for name, value in given.items()},
            Tags=[{"Key": "golden-ami:image", "Value": image}],
        )
        automation.settle()
        return str(started["AutomationExecutionId"])

    def roll_out(self, approval: str, image: str = "fleet") -> str:
        """Start the rollout runbook again, as somebody who may."""
        names = self.images[image].names
        started = self.client("ssm").start_automation_execution(
            DocumentName=names.rollout.document, Parameters={"ExecutionId": [approval]}
        )
        automation.settle()
        return str(started["AutomationExecutionId"])

    def rollouts(self, image: str = "fleet") -> list[str]:
        """Executions of the rollout runbook, the last one first."""
        filters = [{"Key": "DocumentNamePrefix", "Values": [self.images[image].names.rollout.document]}]
        found = self.client("ssm").describe_automation_executions(Filters=filters)["AutomationExecutionMetadataList"]
        return [str(each["AutomationExecutionId"]) for each in found]

    def pass_time(self, seconds: float) -> None:
        self.local.clock.advance(seconds)
        automation.settle()

    def execution(self, identifier: str) -> Any:
        return self.client("ssm").get_automation_execution(AutomationExecutionId=identifier)["AutomationExecution"]

    def status(self, identifier: str) -> str:
        return str(self.execution(identifier)["AutomationExecutionStatus"])

    def steps(self, identifier: str) -> dict[str, Any]:
        return {step["StepName"]: step for step in self.execution(identifier)["StepExecutions"]}

    def outcome(self, identifier: str) -> str | None:
        tags = self.client("ssm").list_tags_for_resource(ResourceType="Automation", ResourceId=identifier)["TagList"]
        return {tag["Key"]: tag["Value"] for tag in tags}.get("golden-ami:outcome")

    def image_of(self, identifier: str) -> str:
        return str(self.steps(identifier)["executeImageCreation"]["Outputs"]["imageBuildVersionArn"][0])

    def amis(self, image_arn: str) -> dict[str, str]:
        """AMIs of an image by Region, as EC2 has them."""
        found = {}
        for region in (HOME, COPY):
            filters = [{"Name": "tag:Ec2ImageBuilderArn", "Values": [image_arn]}]
            ec2 = self.client("ec2", region=region)
            for ami in ec2.describe_images(Owners=["self"], Filters=filters, IncludeDisabled=True)["Images"]:
                found[region] = str(ami["ImageId"])
        return found

    def permissions(self, image_arn: str) -> dict[str, list[Any]]:
        """Launch permissions by Region."""
        return {
            region: self.client("ec2", region=region).describe_image_attribute(
                ImageId=ami, Attribute="launchPermission"
            )["LaunchPermissions"]
            for region, ami in self.amis(image_arn).items()
        }

    def collection_of(self, identifier: str) -> str:
        """The execution that collected the evidence of one that asks."""
        return str(self.steps(identifier)["startEvidence"]["Outputs"]["Collection"][0])

    def stored(self, folder: str, identifier: str, image: str = "web-server") -> Any:
        """What the evidence bucket has of an execution."""
        found = self.client("s3").get_object(
            Bucket=self.images[image].evidence_bucket, Key=f"{folder}/{image}/{identifier}.json"
        )
        return json.loads(found["Body"].read())

    def lose_evidence(self) -> None:
        """Delete every evidence, as nobody may."""
        s3, bucket = self.client("s3"), self.images["web-server"].evidence_bucket
        for each in s3.list_objects_v2(Bucket=bucket, Prefix="evidence/").get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=each["Key"])

    def shared(self, image_arn: str) -> list[str]:
        """Shares that the image is in."""
        found = self.client("ram").get_resource_share_associations(associationType="RESOURCE", resourceArn=image_arn)
        present = {"ASSOCIATING", "ASSOCIATED"}
        return [each["resourceShareArn"] for each in found["resourceShareAssociations"] if each["status"] in present]

    def is_private(self, image_arn: str) -> bool:
        """Whether nobody else can use the image, its AMIs or find them."""
        published = [self.published(region) for region in (HOME, COPY)]
        amis = self.amis(image_arn)
        return (
            not any(self.permissions(image_arn).values())
            and not self.shared(image_arn)
            and not set(published) & set(amis.values())
        )

    def published(self, region: str = HOME, image: str = "web-server", leaf: str = "ami") -> str | None:
        ssm = self.client("ssm", region=region)
        found = ssm.get_parameters(Names=[f"{self.images[image].names.parameter}/{leaf}"])["Parameters"]
        return str(found[0]["Value"]) if found else None

    def mail(self) -> list[dict[str, str]]:
        """Read everything that has arrived since the last time."""
        sqs, found = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def notices(self) -> list[str]:
        """Subjects of everything that has arrived but requests for approval."""
        return [each["Subject"] for each in self.mail() if each["Subject"] != "Automation approval requested"]


@pytest.fixture(scope="package")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    folder = tmp_path_factory.mktemp("scenarios")
    shutil.copytree(ROOT / "config", folder / "config")
    with LocalAws() as local:
        prepare_organization(local)
        key = create_key_for(local, COPY, "o-sandbox00001")
        text = Path(__file__).with_name("factory.yaml").read_text()
        fleet = Fleet.create(local)
        text = text.replace("KEY-OF-EU-NORTH-1", key).replace("TEMPLATE-OF-THE-FLEET", fleet.template)
        subnet = local.client("ec2", account=WORKLOAD_ACCOUNT).describe_subnets()["Subnets"][0]["SubnetId"]
        text = text.replace("SUBNET-OF-THE-CONSUMER", subnet)
        (folder / "config" / "sandbox.yaml").write_text(text)
        environment = provider_environment(local.isolated_environment(os.environ), workdir=folder)
        workspace = Workspace(folder=folder, environment=environment, local=local)
        workspace.synthesise()
        workspace.terraform("init", "-input=false", "-no-color")
        workspace.apply()
        images = {image.names.image: image for image in resolve(load(workspace.config), "sandbox")}
        local.clock.instant = True
        factory = Factory(
            workspace=workspace, local=local, images=images, queue_url=_listen(local, images), fleet=fleet
        )
        _let_people_in(factory)
        yield factory


@pytest.fixture
def factory(deployed: Factory) -> Iterator[Factory]:
    """The factory, with an empty mailbox and AWS's documented behaviour."""
    automation.settle()
    deployed.mail()
    yield deployed
    automation.SETTINGS.behaviour.jumps_after_denial = True


def _listen(local: LocalAws, images: dict[str, ImageFactory]) -> str:
    sqs = local.client("sqs")
    url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    topic = images["web-server"].names.scope.topic_arn
    local.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{HOME}:{ACCOUNT}:{QUEUE}")
    return str(url)


def _let_people_in(factory: Factory) -> None:
    """Attach the policies that Terraform made, as a platform team does."""
    iam = factory.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    iam.create_role(
        RoleName="GoldenAmiRevoker",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    for image in factory.images.values():
        for role, policy in (
            ("GoldenAmiStarter", image.names.starter_policy),
            ("GoldenAmiApprover", image.names.approver_policy),
            ("GoldenAmiSecondApprover", image.names.approver_policy),
        ):
            iam.attach_role_policy(RoleName=role, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/{policy}")
        iam.attach_role_policy(
            RoleName="GoldenAmiRevoker", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/{image.names.revoker_policy}"
        )
