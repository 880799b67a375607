"""State in S3: one object a deployment, locked by Terraform's own lock object."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.plan.conftest import ROOT, Workspace

pytestmark = pytest.mark.terraform

BUCKET = "example-state"
KEY = "golden-ami/sandbox.tfstate"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder: Path = tmp_path_factory.mktemp("state")
    shutil.copytree(ROOT / "config", folder / "config")
    with LocalAws() as local:
        prepare_organization(local)
        local.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": local.region})
        environment = provider_environment(local.isolated_environment(os.environ), workdir=folder)
        found = Workspace(folder=folder, environment=environment, local=local)
        state = f"state: {{ backend: s3, bucket: {BUCKET}, region: {local.region} }}"
        found.edit(found.config, "\nimages:\n", f"\n{state}\n\nimages:\n")
        found.terraform("init", "-input=false", "-no-color")
        yield found


def test_a_state_is_one_object_and_the_lock_is_gone_afterwards(workspace: Workspace) -> None:
    topic = "-target=aws_ec2_image_block_public_access.block-public-images"
    workspace.terraform("apply", "-auto-approve", "-input=false", "-no-color", topic)
    found = workspace.local.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [each["Key"] for each in found] == [KEY]


def test_a_held_lock_stops_a_second_run(workspace: Workspace) -> None:
    s3 = workspace.local.client("s3")
    held = {"ID": "1", "Operation": "OperationTypeApply", "Who": "somebody", "Created": "2026-11-24T00:00:00Z"}
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=json.dumps(held))
    done = workspace.terraform("plan", "-input=false", "-no-color", check=False)
    assert done.returncode == 1
    assert "Error acquiring the state lock" in done.stderr
    assert "somebody" in done.stderr
    s3.delete_object(Bucket=BUCKET, Key=f"{KEY}.tflock")
