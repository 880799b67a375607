"""``golden-ami who-can-launch``: nobody has access unseen, and nothing that could not be read counts as nobody."""

import json

import pytest

from golden_ami.permissions import Statement
from tests.operate.conftest import READER, Floor
from verification.configurations import COPY, HOME

STRANGER = "999999999999"
FOREIGN = "arn:aws:organizations::999999999999:organization/o-elsewhere01"


def record(floor: Floor) -> dict[str, object]:
    value = floor.client("ssm").get_parameter(Name=f"{floor.image.names.parameter}/approved")["Parameter"]["Value"]
    return dict(json.loads(value))


def amis(floor: Floor) -> dict[str, str]:
    return dict(record(floor)["amis"])  # type: ignore[call-overload]


def give(floor: Floor, region: str, **permission: str) -> None:
    floor.client("ec2", region=region).modify_image_attribute(
        ImageId=amis(floor)[region], LaunchPermission={"Add": [permission]}
    )


def test_an_approved_image_is_with_those_whom_the_configuration_names(floor: Floor) -> None:
    floor.approved()
    said = floor.read("who-can-launch", floor.name, "--output", "json")
    assert said.code == 0, said.err
    assert {ami["region"] for ami in said.data["amis"]} == {HOME, COPY}
    for ami in said.data["amis"]:
        assert [each["principal"] for each in ami["receivers"]] == list(floor.image.launch_principals)
        assert all(each["is_named"] for each in ami["receivers"])
        assert (ami["instances"], ami["public_block"]) == (0, "block-new-sharing")
        assert [key["refuses"] for key in ami["keys"]] == [[]]
    assert [each["principal"] for each in said.data["builders"]] == list(floor.image.image_builder_principals)


def test_a_person_reads_units_by_their_names_in_the_configuration(floor: Floor) -> None:
    floor.approved()
    said = floor.read("who-can-launch", floor.name, COLUMNS="80")
    assert "unit workloads (ou-sbox-workloads1)" in said.out
    assert "Nobody has access whom the configuration does not name." in said.out
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize("region", [HOME, COPY])
def test_an_account_that_the_configuration_does_not_name_is_named_in_every_region(floor: Floor, region: str) -> None:
    floor.approved()
    give(floor, region, UserId=STRANGER)
    said = floor.read("who-can-launch", floor.name)
    assert said.code == 1
    assert "NOT IN THE CONFIGURATION" in said.out
    assert f"account {STRANGER}" in said.out
    assert f"{amis(floor)[region]} in {region}" in said.out


def test_a_foreign_organization_is_called_so(floor: Floor) -> None:
    floor.approved()
    give(floor, HOME, OrganizationArn=FOREIGN)
    said = floor.read("who-can-launch", floor.name)
    assert said.code == 1
    assert "FOREIGN organization o-elsewhere01" in said.out


def test_a_public_image_is_public_in_capitals(floor: Floor) -> None:
    floor.approved()
    ec2 = floor.client("ec2")
    ec2.disable_image_block_public_access()
    try:
        give(floor, HOME, Group="all")
        said = floor.read("who-can-launch", floor.name)
    finally:
        ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert said.code == 1
    assert "PUBLIC: everybody" in said.out
    assert "NOT BLOCKED (unblocked)" in said.out


def test_a_key_that_does_not_let_a_receiver_launch_is_named_with_what_it_lacks(floor: Floor) -> None:
    floor.approved()
    kms, key = floor.client("kms"), floor.factory.keys[HOME]
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy.replace("kms:CreateGrant", "kms:Verify"))
    try:
        said = floor.read("who-can-launch", floor.name, "--output", "json")
    finally:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    refused = {ami["region"]: ami["keys"][0]["refuses"] for ami in said.data["amis"]}
    assert refused[COPY] == []
    assert len(refused[HOME]) == 2
    assert all("(kms:CreateGrant)" in each for each in refused[HOME])


def test_somebody_who_may_build_upon_it_unnamed_is_a_stranger(floor: Floor) -> None:
    floor.approved()
    ram = floor.client("ram")
    ram.associate_resource_share(resourceShareArn=floor.factory.share_arn, principals=["333333333333"])
    said = floor.read("who-can-launch", floor.name)
    assert said.code == 1
    assert "account 333333333333, NOT IN THE CONFIGURATION: the resource share" in said.out


def test_instances_of_this_account_are_counted(floor: Floor) -> None:
    floor.approved()
    floor.client("ec2").run_instances(ImageId=amis(floor)[HOME], MinCount=2, MaxCount=2, InstanceType="t3.micro")
    said = floor.read("who-can-launch", floor.name, "--output", "json")
    assert {ami["region"]: ami["instances"] for ami in said.data["amis"]} == {HOME: 2, COPY: 0}


@pytest.mark.parametrize("named", ["ami", "arn"])
def test_an_image_is_found_by_its_ami_and_by_its_arn(floor: Floor, named: str) -> None:
    floor.approved()
    what = amis(floor)[COPY] if named == "ami" else str(record(floor)["image"])
    said = floor.read("who-can-launch", what, "--output", "json")
    assert said.data["image"] == record(floor)["image"]


def test_an_ami_that_has_lost_its_tag_is_still_seen(floor: Floor) -> None:
    floor.approved()
    give(floor, HOME, UserId=STRANGER)
    floor.client("ec2").delete_tags(Resources=[amis(floor)[HOME]], Tags=[{"Key": "Ec2ImageBuilderArn"}])
    assert floor.read("who-can-launch", floor.name).code == 1


def test_what_may_not_be_read_is_unknown_and_no_proof(floor: Floor) -> None:
    floor.approved()
    looking = Statement(
        sid="Look",
        actions=("ec2:DescribeImages", "imagebuilder:GetImage", "ssm:GetParameter"),
        resources=("*",),
    )
    floor.let(READER[0], "reader", [looking])
    said = floor.read("who-can-launch", floor.name)
    assert said.code == 1
    assert "may not do ec2:DescribeImageAttribute" in said.out
    assert "may not do ram:GetResourceShares" in said.out
    assert "Nobody has access" not in said.out


def test_without_an_approved_version_it_says_so(floor: Floor) -> None:
    said = floor.read("who-can-launch", floor.name)
    assert said.code == 2
    assert f"no version of {floor.name} is approved" in said.err


def test_an_ami_of_somebody_else_is_none_of_the_deployment(floor: Floor) -> None:
    said = floor.read("who-can-launch", "ami-0123456789abcdef0")
    assert said.code == 2
    assert said.err.count("\n") == 1
