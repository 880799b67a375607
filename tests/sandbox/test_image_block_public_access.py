"""The account's block keeps AMIs from becoming public, for each account and Region by itself."""

import boto3
import pytest
from botocore.config import Config

from tests.sandbox.refusals import refused


def _state(ec2):
    return ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"]


@pytest.fixture
def ec2(local):
    client = local.client("ec2")
    yield client
    client.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")


@pytest.fixture
def ami(ec2):
    return ec2.register_image(Name="mine")["ImageId"]


def test_it_is_on_from_the_start_and_each_account_and_region_has_its_own(local, ec2):
    assert _state(ec2) == "block-new-sharing"
    assert ec2.disable_image_block_public_access()["ImageBlockPublicAccessState"] == "unblocked"
    assert _state(ec2) == "unblocked"
    assert _state(local.client("ec2", region="us-east-1")) == "block-new-sharing"
    assert _state(local.client("ec2", account="333333333333")) == "block-new-sharing"
    answer = ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert answer["ImageBlockPublicAccessState"] == _state(ec2) == "block-new-sharing"


PUBLIC = [
    {"LaunchPermission": {"Add": [{"Group": "all"}]}},
    {"OperationType": "add", "UserGroups": ["all"], "Attribute": "launchPermission"},
]


@pytest.mark.parametrize("public", PUBLIC)
def test_no_ami_becomes_public_while_it_is_on(ec2, ami, public):
    with refused("OperationNotPermitted", "block public access for AMIs is enabled for this account"):
        ec2.modify_image_attribute(ImageId=ami, **public)
    assert ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"] == []
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=ami, **public)
    found = ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"]
    assert found == [{"Group": "all"}]


def test_sharing_with_accounts_is_not_blocked(ec2, ami):
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": [{"UserId": "333333333333"}]})
    found = ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"]
    assert found == [{"UserId": "333333333333"}]


def test_a_dry_run_changes_nothing(ec2):
    with refused("DryRunOperation"):
        ec2.disable_image_block_public_access(DryRun=True)
    assert _state(ec2) == "block-new-sharing"


def test_a_wrong_or_missing_state_is_refused(local, ec2):
    with refused("InvalidParameterValue", "Value (on) for parameter ImageBlockPublicAccessState is invalid"):
        ec2.enable_image_block_public_access(ImageBlockPublicAccessState="on")
    unchecked = boto3.client(
        "ec2",
        region_name="eu-west-1",
        endpoint_url=local.url,
        aws_access_key_id="AKIA222222222222SBOX",
        aws_secret_access_key="x",
        config=Config(parameter_validation=False),
    )
    with refused("MissingParameter", "ImageBlockPublicAccessState"):
        unchecked.enable_image_block_public_access()
