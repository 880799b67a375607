"""Organizations keeps policies with AWS's limits, and a service control policy denies to whom it is attached."""

import json

import pytest

from golden_ami.sandbox.access import Need, Principal
from tests.sandbox.refusals import refused

MANAGEMENT = "111111111111"
DENIAL = {"Sid": "No", "Effect": "Deny", "Action": "ec2:ModifyImageAttribute", "Resource": "*"}
EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/GoldenAmiStarter"}}
SHARING = Need(action="ec2:ModifyImageAttribute", resource="arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0")
EC2 = {"ec2_attributes": {"image_block_public_access": {"state": {"@@assign": "block_new_sharing"}}}}


@pytest.fixture
def client(local, organization):
    found = local.client("organizations", account=MANAGEMENT)
    yield found
    for kind in ("SERVICE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2"):
        for policy in found.list_policies(Filter=kind)["Policies"]:
            if not policy["AwsManaged"]:
                for target in found.list_targets_for_policy(PolicyId=policy["Id"])["Targets"]:
                    found.detach_policy(PolicyId=policy["Id"], TargetId=target["TargetId"])
                found.delete_policy(PolicyId=policy["Id"])


def _create(client, content, kind="SERVICE_CONTROL_POLICY", name="test"):
    text = content if isinstance(content, str) else json.dumps(content)
    return client.create_policy(Content=text, Description="", Name=name, Type=kind)["Policy"]["PolicySummary"]


def _scp(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_a_declarative_policy_has_an_arn_and_a_type_of_its_own(client):
    made = _create(client, EC2, "DECLARATIVE_POLICY_EC2")
    assert made["Type"] == "DECLARATIVE_POLICY_EC2"
    assert (
        made["Arn"] == f"arn:aws:organizations::{MANAGEMENT}:policy/o-sandbox00001/declarative_policy_ec2/{made['Id']}"
    )
    assert [each["Id"] for each in client.list_policies(Filter="DECLARATIVE_POLICY_EC2")["Policies"]] == [made["Id"]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("no JSON", "SERVICE_CONTROL_POLICY"),
        (_scp({**DENIAL, "Principal": "*"}), "SERVICE_CONTROL_POLICY"),
        (_scp({key: value for key, value in DENIAL.items() if key != "Action"}), "SERVICE_CONTROL_POLICY"),
        ({"ec2_attributes": {"allowed_images": {}}}, "DECLARATIVE_POLICY_EC2"),
        (
            {"ec2_attributes": {"allowed_images_settings": {"state": {"@@assign": "audit-mode"}}}},
            "DECLARATIVE_POLICY_EC2",
        ),
    ],
)
def test_a_text_that_is_no_policy_of_its_type_is_refused(client, content, kind):
    with refused("MalformedPolicyDocumentException"):
        _create(client, content, kind)


def test_limits_are_those_of_aws(client):
    with refused("ConstraintViolationException"):
        _create(client, _scp({**DENIAL, "Sid": "x" * 5_120}))
    policies = [_create(client, _scp(DENIAL), name=f"test-{number}")["Id"] for number in range(5)]
    # FullAWSAccess is the fifth.
    for policy in policies[:4]:
        client.attach_policy(PolicyId=policy, TargetId="ou-sbox-workloads1")
    with refused("ConstraintViolationException"):
        client.attach_policy(PolicyId=policies[4], TargetId="ou-sbox-workloads1")
    with refused("DuplicatePolicyAttachmentException"):
        client.attach_policy(PolicyId=policies[0], TargetId="ou-sbox-workloads1")
    with refused("PolicyNotAttachedException"):
        client.detach_policy(PolicyId=policies[4], TargetId="ou-sbox-workloads1")


def test_a_type_that_is_switched_off_attaches_nothing(client):
    client.disable_policy_type(RootId="r-sbox", PolicyType="DECLARATIVE_POLICY_EC2")
    policy = _create(client, EC2, "DECLARATIVE_POLICY_EC2")["Id"]
    with refused("PolicyTypeNotEnabledException"):
        client.attach_policy(PolicyId=policy, TargetId="r-sbox")
    client.enable_policy_type(RootId="r-sbox", PolicyType="DECLARATIVE_POLICY_EC2")
    client.attach_policy(PolicyId=policy, TargetId="r-sbox")


@pytest.mark.parametrize("target", ["r-sbox", "222222222222"])
def test_a_service_control_policy_denies_to_all_but_the_exempt(client, organization, target):
    policy = _create(client, _scp({**DENIAL, "Condition": EXEMPT}))["Id"]
    approver = Principal.of_role(organization.role_arns["GoldenAmiApprover"], session="a")
    starter = Principal.of_role(organization.role_arns["GoldenAmiStarter"], session="a")
    assert "no identity-based policy allows" in approver.refusal(SHARING)
    client.attach_policy(PolicyId=policy, TargetId=target)
    assert "explicit deny in a service control policy" in approver.refusal(SHARING)
    assert "no identity-based policy allows" in starter.refusal(SHARING)


def test_it_reaches_no_other_unit(client, organization):
    client.attach_policy(PolicyId=_create(client, _scp(DENIAL))["Id"], TargetId="ou-sbox-sandboxes1")
    approver = Principal.of_role(organization.role_arns["GoldenAmiApprover"], session="a")
    assert "service control policy" not in approver.refusal(SHARING)
