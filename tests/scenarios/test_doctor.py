"""What Terraform has made has nothing wrong with it, as its own readers see it."""

import json

import pytest

from golden_ami.operate.doctor.registry import CHECKS
from tests.operate.conftest import judged, run
from tests.scenarios.conftest import ACCOUNT, Factory

pytestmark = pytest.mark.terraform
READER = "GoldenAmiReader"


def _reader(factory: Factory) -> dict[str, str]:
    """Take a role that has the reader's policy, as Terraform made it, and nothing else."""
    iam, scope = factory.client("iam"), factory.images["web-server"].names.scope
    trust = {"Effect": "Allow", "Principal": {"AWS": scope.root}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    # On AWS, the first Auto Scaling group makes it.
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.create_role(RoleName=READER, AssumeRolePolicyDocument=document)
    iam.attach_role_policy(RoleName=READER, PolicyArn=scope.iam(f"policy/{scope.reader_policy}"))
    taken = factory.client("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{READER}", RoleSessionName="rita")[
        "Credentials"
    ]
    return factory.local.environment() | {
        "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
        "AWS_SESSION_TOKEN": taken["SessionToken"],
        "GOLDEN_AMI_CONFIG": str(factory.workspace.config),
    }


def test_a_reader_finds_nothing_wrong_with_what_terraform_made(factory: Factory) -> None:
    execution = factory.start()
    factory.approve(execution)
    reader = _reader(factory)
    with judged(factory.local):
        said = run(("doctor", "--output", "json"), reader)
        access = run(("who-can-launch", "web-server"), reader)
        images = run(("images", "--quiet"), reader)
    assert said.out, said.err
    assert [each for each in said.data if each["severity"] != "ok"] == []
    assert [each["check"] for each in said.data] == list(CHECKS)
    assert access.code == 0, access.out
    assert factory.image_of(execution) in images.out
