"""What a committed configuration names exists: organization, units, accounts, roles; and what every account has."""

import json

import pytest

from golden_ami.sandbox.organization import prepare_organization
from tests.sandbox.refusals import refused


def test_it_has_the_identifiers_that_the_configuration_names(local, organization):
    client = local.client("organizations", account="111111111111")
    found = client.describe_organization()["Organization"]
    assert (found["Id"], found["Arn"], found["MasterAccountId"], found["FeatureSet"]) == (
        "o-sandbox00001",
        organization.organization_arn,
        "111111111111",
        "ALL",
    )
    units = client.list_organizational_units_for_parent(ParentId="r-sbox")["OrganizationalUnits"]
    assert {unit["Name"]: unit["Id"] for unit in units} == {
        "Workloads": "ou-sbox-workloads1",
        "Sandboxes": "ou-sbox-sandboxes1",
    }
    assert {unit["Name"]: unit["Arn"] for unit in units} == organization.unit_arns
    accounts = {account["Id"] for account in client.list_accounts()["Accounts"]}
    assert accounts == {"111111111111", "222222222222", "333333333333", "444444444444"}


@pytest.mark.parametrize(
    ("parent", "account"),
    [("ou-sbox-workloads1", "333333333333"), ("ou-sbox-sandboxes1", "444444444444"), ("r-sbox", "222222222222")],
)
def test_each_account_has_its_place(local, organization, parent, account):
    client = local.client("organizations", account="111111111111")
    assert account in {item["Id"] for item in client.list_accounts_for_parent(ParentId=parent)["Accounts"]}


def test_members_can_see_their_organization(local, organization):
    found = local.client("organizations").describe_organization()["Organization"]
    assert found["Id"] == organization.organization_id


def test_further_units_and_accounts_have_identifiers_of_their_own(local, organization):
    client = local.client("organizations", account="111111111111")
    unit = client.create_organizational_unit(ParentId="ou-sbox-workloads1", Name="Below")["OrganizationalUnit"]
    account = client.create_account(AccountName="further", Email="f@example.com")["CreateAccountStatus"]["AccountId"]
    client.move_account(AccountId=account, SourceParentId="r-sbox", DestinationParentId=unit["Id"])
    assert unit["Id"].startswith("ou-sbox-")
    ram = local.client("ram")
    ram.create_resource_share(name="deep", principals=[organization.unit_arns["Workloads"]])
    theirs = local.client("ram", account=account).get_resource_shares(resourceOwner="OTHER-ACCOUNTS")["resourceShares"]
    assert [share["name"] for share in theirs] == ["deep"]


def test_an_organization_that_is_there_already_is_told(local, organization):
    with refused("AlreadyInOrganizationException"):
        prepare_organization(local)


def test_credentials_name_their_account_and_unknown_ones_are_the_factorys(local, organization):
    for account in ("111111111111", "222222222222", "333333333333"):
        assert local.client("sts", account=account).get_caller_identity()["Account"] == account
    for key in ("test", "AKIAIOSFODNN7EXAMPLE"):
        sts = local.session(key, "x").client("sts", endpoint_url=local.url)
        assert sts.get_caller_identity()["Account"] == "222222222222"


def test_the_people_can_be_assumed(local, organization):
    assert set(organization.role_arns) == {"GoldenAmiApprover", "GoldenAmiSecondApprover", "GoldenAmiStarter"}
    for role in organization.role_arns.values():
        given = local.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        session = local.session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        found = session.client("sts", endpoint_url=local.url).get_caller_identity()
        assert found["Arn"] == role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/me"


def test_a_role_of_another_account_can_be_assumed_and_acts_there(local, organization):
    given = local.client("sts").assume_role(
        RoleArn="arn:aws:iam::333333333333:role/OrganizationAccountAccessRole", RoleSessionName="me"
    )["Credentials"]
    session = local.session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert session.client("sts", endpoint_url=local.url).get_caller_identity()["Account"] == "333333333333"
    session.client("ram", endpoint_url=local.url).create_resource_share(name="theirs")
    mine = local.client("ram").get_resource_shares(resourceOwner="SELF", name="theirs")["resourceShares"]
    assert mine == []


@pytest.mark.parametrize(
    ("account", "role"),
    [
        ("111111111111", "ram.amazonaws.com/AWSServiceRoleForResourceAccessManager"),
        ("222222222222", "imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"),
    ],
)
def test_service_linked_roles_have_the_names_that_policies_name(local, organization, account, role):
    found = local.client("iam", account=account).get_role(RoleName=role.rsplit("/", 1)[1])["Role"]
    assert found["Arn"] == f"arn:aws:iam::{account}:role/aws-service-role/{role}"


def test_aws_managed_policies_can_be_attached(local, organization):
    iam = local.client("iam")
    arn = "arn:aws:iam::aws:policy/EC2InstanceProfileForImageBuilder"
    iam.attach_role_policy(RoleName="GoldenAmiStarter", PolicyArn=arn)
    attached = iam.list_attached_role_policies(RoleName="GoldenAmiStarter")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arn]


def test_a_new_account_has_a_network_and_the_public_parameters(local, organization):
    ec2 = local.client("ec2")
    network = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    assert ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])["Subnets"]
    for architecture in ("x86_64", "arm64"):
        parameter = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
        value = local.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        assert value.startswith("ami-")


def test_the_scanner_is_on_in_every_region(local, organization):
    for region in ("eu-west-1", "us-east-1", "ap-southeast-2"):
        found = local.client("inspector2", region=region).batch_get_account_status(accountIds=["222222222222"])
        assert found["accounts"][0]["resourceState"]["ec2"]["status"] == "ENABLED"


def test_a_key_policy_may_name_the_service_linked_role(local, organization):
    role = "arn:aws:iam::222222222222:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert local.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
