"""The stacks beside the deployments as the real Terraform and the real AWS provider make them; in this order."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from golden_ami.sandbox.identifiers import MANAGEMENT_ACCOUNT
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.plan.conftest import Workspace

pytestmark = pytest.mark.terraform

BUCKET = "example-golden-ami-state"


class Management(Workspace):
    """A workspace of the management account."""

    @property
    def config(self) -> Path:
        return self.folder / "organization.yaml"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Management]:
    folder = tmp_path_factory.mktemp("organization")
    shutil.copy(Path(__file__).parent / "organization.yaml", folder)
    with LocalAws() as local:
        prepare_organization(local)
        isolated = local.isolated_environment(os.environ, account=MANAGEMENT_ACCOUNT)
        found = Management(folder=folder, environment=provider_environment(isolated, workdir=folder), local=local)
        found.synthesise()
        yield found


def _apply(workspace: Management, stack: str) -> None:
    workspace.stack = stack
    workspace.terraform("init", "-input=false", "-no-color")
    workspace.apply()


def test_the_bucket_of_states_is_versioned_encrypted_and_private(workspace: Management) -> None:
    _apply(workspace, "state-bootstrap")
    s3 = workspace.local.client("s3", account=MANAGEMENT_ACCOUNT)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    assert workspace.changes() == {}


def test_the_bucket_of_states_refuses_to_be_destroyed(workspace: Management) -> None:
    workspace.stack = "state-bootstrap"
    done = workspace.terraform("plan", "-destroy", "-input=false", "-no-color", check=False)
    assert done.returncode == 1
    assert "Instance cannot be destroyed" in done.stderr


def test_people_are_shown_what_the_organization_would_enforce_and_where(workspace: Management) -> None:
    workspace.stack = "organization"
    workspace.terraform("init", "-input=false", "-no-color")
    found = workspace.reviewed()
    assert found.judgement.findings == ()
    (stack,) = found.deployments
    assert stack.deployment == "organization"
    gained = {(each.section, each.subject): each.gained for each in stack.exposure}
    assert gained["Policies of the organization apply to", "golden-ami-ec2"] == ("444444444444", "ou-sbox-workloads1")
    assert "allowed_images_settings state: audit_mode" in gained["Enforced by the organization", "golden-ami-ec2"]
    assert any(
        "denied: ec2:ModifyImageAttribute" in each
        for each in gained["Enforced by the organization", "golden-ami-images"]
    )
    assert gained["Sharing inside the organization (RAM)", "the organization"] == ("on",)


def test_a_second_plan_of_the_organization_is_empty(workspace: Management) -> None:
    _apply(workspace, "organization")
    assert workspace.changes() == {}
    s3 = workspace.local.client("s3", account=MANAGEMENT_ACCOUNT)
    found = {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert found == {"golden-ami/organization.tfstate"}


def test_policies_are_attached_where_they_are_named_and_nowhere_else(workspace: Management) -> None:
    client = workspace.local.client("organizations", account=MANAGEMENT_ACCOUNT)
    attached: dict[str, set[str]] = {}
    for kind in ("SERVICE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2"):
        for policy in client.list_policies(Filter=kind)["Policies"]:
            if not policy["AwsManaged"]:
                targets = client.list_targets_for_policy(PolicyId=policy["Id"])["Targets"]
                attached[policy["Name"]] = {each["TargetId"] for each in targets}
    assert attached == {
        "golden-ami-ec2": {"ou-sbox-workloads1", "444444444444"},
        "golden-ami-images": {"r-sbox"},
        "golden-ami-runbooks": {"r-sbox"},
    }


def test_the_audit_of_images_ends_with_one_word(workspace: Management) -> None:
    workspace.stack = "organization"
    workspace.edit(workspace.config, '"444444444444"]', '"444444444444"]\n    allowed_images: enabled')
    assert workspace.changes() == {"aws_organizations_policy.golden-ami-ec2": ["update"]}
    workspace.apply()
    client = workspace.local.client("organizations", account=MANAGEMENT_ACCOUNT)
    (policy,) = client.list_policies(Filter="DECLARATIVE_POLICY_EC2")["Policies"]
    content = json.loads(client.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"])
    assert content["ec2_attributes"]["allowed_images_settings"]["state"] == {"@@assign": "enabled"}


def test_destroying_the_organizations_stack_leaves_no_policy(workspace: Management) -> None:
    workspace.stack = "organization"
    workspace.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    client = workspace.local.client("organizations", account=MANAGEMENT_ACCOUNT)
    for kind in ("SERVICE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2"):
        assert [each for each in client.list_policies(Filter=kind)["Policies"] if not each["AwsManaged"]] == []
