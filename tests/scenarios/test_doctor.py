"""What Terraform has made has nothing wrong with it, as its own readers see it, and whatever breaks of it is found."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from golden_ami.operate.doctor.registry import CHECKS
from tests.operate.conftest import Said, judged, run
from tests.scenarios.conftest import ACCOUNT, COPY, Factory

pytestmark = pytest.mark.terraform
READER = "GoldenAmiReader"
STRANGER = "999999999999"
Undo = Callable[[], Any]


@pytest.fixture(scope="module")
def reader(deployed: Factory) -> dict[str, str]:
    """Take a role that has the reader's policy, as Terraform made it, and nothing else."""
    iam, scope = deployed.client("iam"), deployed.images["web-server"].names.scope
    trust = {"Effect": "Allow", "Principal": {"AWS": scope.root}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    # On AWS, the first Auto Scaling group makes it.
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.create_role(RoleName=READER, AssumeRolePolicyDocument=document)
    iam.attach_role_policy(RoleName=READER, PolicyArn=scope.iam(f"policy/{scope.reader_policy}"))
    arn = f"arn:aws:iam::{ACCOUNT}:role/{READER}"
    taken = deployed.client("sts").assume_role(RoleArn=arn, RoleSessionName="rita")["Credentials"]
    return deployed.local.environment() | {
        "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
        "AWS_SESSION_TOKEN": taken["SessionToken"],
        "GOLDEN_AMI_CONFIG": str(deployed.workspace.config),
    }


def examine(factory: Factory, reader: dict[str, str], *options: str, **variables: str) -> Said:
    with judged(factory.local):
        return run(("doctor", *options), reader | variables)


def _a_rule_is_off(factory: Factory) -> Undo:
    events, rule = factory.client("events"), factory.images["web-server"].names.scope.outcome_rule
    events.disable_rule(Name=rule)
    return lambda: events.enable_rule(Name=rule)


def _the_share_is_open(factory: Factory) -> Undo:
    ram, name = factory.client("ram"), factory.images["web-server"].names.share
    (share,) = ram.get_resource_shares(resourceOwner="SELF", name=name)["resourceShares"]
    arn = share["resourceShareArn"]
    ram.update_resource_share(resourceShareArn=arn, allowExternalPrincipals=True)
    return lambda: ram.update_resource_share(resourceShareArn=arn, allowExternalPrincipals=False)


def _one_approval_is_enough(factory: Factory) -> Undo:
    ssm, name = factory.client("ssm"), factory.images["web-server"].names.approval.document
    found = ssm.describe_document(Name=name)["Document"]["DefaultVersion"]
    text = ssm.get_document(Name=name, DocumentFormat="YAML")["Content"]
    weaker = text.replace("MinRequiredApprovals: 2", "MinRequiredApprovals: 1")
    assert weaker != text
    made = ssm.update_document(Name=name, Content=weaker, DocumentVersion="$LATEST", DocumentFormat="YAML")
    version = made["DocumentDescription"]["DocumentVersion"]
    ssm.update_document_default_version(Name=name, DocumentVersion=version)

    def undo() -> None:
        ssm.update_document_default_version(Name=name, DocumentVersion=found)
        ssm.delete_document(Name=name, DocumentVersion=version)

    return undo


def _evidence_keeps_no_versions(factory: Factory) -> Undo:
    s3, bucket = factory.client("s3"), factory.images["web-server"].evidence_bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    return lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _a_role_is_powerless(factory: Factory) -> Undo:
    iam, role = factory.client("iam"), factory.images["web-server"].names.revocation.role
    policy = iam.get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    statements = [each for each in policy["Statement"] if "ec2:ModifyImageAttribute" not in each["Action"]]
    assert statements != policy["Statement"]

    def put(document: Any) -> None:
        iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(document))

    put(policy | {"Statement": statements})
    return lambda: put(policy)


def _a_stranger_launches(factory: Factory) -> Undo:
    path = f"{factory.images['web-server'].names.parameter}/approved"
    record = json.loads(factory.client("ssm").get_parameter(Name=path)["Parameter"]["Value"])
    ec2, ami, stranger = factory.client("ec2", region=COPY), record["amis"][COPY], [{"UserId": STRANGER}]
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": stranger})
    return lambda: ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Remove": stranger})


BREAKS: dict[str, tuple[Callable[[Factory], Undo], str, str]] = {
    "outcome-rules": (_a_rule_is_off, "is DISABLED, so that ends go unnoticed", "aws events enable-rule"),
    "resource-shares": (_the_share_is_open, "outside the organization", "--no-allow-external-principals"),
    "runbooks": (_one_approval_is_enough, "GoldenAmiApproval-web-server is not what", "golden-ami runbook render"),
    "evidence-bucket": (_evidence_keeps_no_versions, "keeps no versions", "deploy again"),
    "permissions": (_a_role_is_powerless, "::image/*", "deploy again"),
    "approved-images": (_a_stranger_launches, f"account {STRANGER}, NOT IN THE CONFIGURATION", "Remove="),
}
"""Check to what breaks, what must be said of it, and the remedy."""


@pytest.fixture
def broken(factory: Factory, reader: dict[str, str]) -> Iterator[Factory]:
    """The factory with an approved image, and six things broken that have nothing to do with each other."""
    factory.approve(factory.start())
    assert examine(factory, reader).code == 0
    with ExitStack() as undo:
        for breaks, _, _ in BREAKS.values():
            undo.callback(breaks(factory))
        yield factory
    assert examine(factory, reader).code == 0


def test_a_reader_finds_nothing_wrong_with_what_terraform_made(factory: Factory, reader: dict[str, str]) -> None:
    execution = factory.start()
    factory.approve(execution)
    said = examine(factory, reader, "--output", "json")
    with judged(factory.local):
        access = run(("who-can-launch", "web-server"), reader)
        images = run(("images", "--quiet"), reader)
    assert said.out, said.err
    assert [each for each in said.data if each["severity"] != "ok"] == []
    assert [each["check"] for each in said.data] == list(CHECKS)
    assert access.code == 0, access.out
    assert factory.image_of(execution) in images.out


def test_six_things_that_break_are_found_with_their_remedies_and_nothing_else_is(
    broken: Factory, reader: dict[str, str]
) -> None:
    said = examine(broken, reader, "--output", "json")
    assert said.code == 1
    wrong = [each for each in said.data if each["severity"] != "ok"]
    assert {each["check"] for each in wrong} == set(BREAKS), wrong
    assert {each["severity"] for each in wrong} == {"error"}
    for check, (_, what, remedy) in BREAKS.items():
        ours = [each for each in wrong if each["check"] == check]
        assert all(what in each["what"] and remedy in each["remedy"] for each in ours), ours
    fine = [each["check"] for each in said.data if each["severity"] == "ok"]
    assert fine == [name for name in CHECKS if name not in BREAKS]
    shown = examine(broken, reader, COLUMNS="100")
    assert (shown.code, shown.out.count("-> ")) == (1, len(wrong))
