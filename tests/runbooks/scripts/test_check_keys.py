"""Nobody is asked about an image that its receivers could not launch."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import KEY, NAMES, ORGANIZATION, UNIT
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, Aws, Script, built, error, load

AWS_OWN = NAMES.scope.arn("kms", "alias/aws/ebs")
KEYS = {region: KEY.replace(HOME, region) for region in AMIS}
ACCOUNT = "333333333333"
ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ReEncryptFrom")
EVENTS = {"image": IMAGE, "keys": KEYS, "organization": "o-a1b2c3d4e5"}
IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
IN_UNIT = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-c3d4e5f6/*"}}
OF_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": ["444444444444", ACCOUNT]}}
GRANTING = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
OWNER = {"Effect": "Allow", "Principal": {"AWS": NAMES.scope.root}, "Action": "kms:*", "Resource": "*"}


class Images(Aws):
    """AMIs with two disks and a device without one; the snapshots are of the configured keys.

    Attributes
    ----------
    snapshots : dict of str to dict
        What differs from that, by the snapshot's id.
    statements : list of dict
        Of the policy of every key, beside the one for its own account.
    """

    def __init__(self) -> None:
        super().__init__()
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.statements: Any = []
        self.answers = {
            ("imagebuilder", "GetImage"): built(),
            ("ec2", "DescribeImages"): self._image,
            ("ec2", "DescribeSnapshots"): self._snapshots,
            ("kms", "GetKeyPolicy"): lambda *_: {"Policy": json.dumps({"Statement": self.statements})},
        }

    def check(self, *receivers: str) -> Any:
        """Run the script."""
        return load("check_keys", self).handler(EVENTS | ({"receivers": list(receivers)} if receivers else {}), {})

    def _image(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        disks = [{"Ebs": {"SnapshotId": f"{ami}-{number}"}} for ami in asked["ImageIds"] for number in (1, 2)]
        return {"Images": [{"BlockDeviceMappings": [*disks, {"VirtualName": "ephemeral0"}, {"Ebs": {}}]}]}

    def _snapshots(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        usual = {"Encrypted": True, "KmsKeyId": KEYS[region]}
        found = [{"SnapshotId": each, **usual, **self.snapshots.get(each, {})} for each in asked["SnapshotIds"]]
        return {"Snapshots": found}


@pytest.fixture
def aws() -> Images:
    return Images()


def _allow(principal: Any, condition: Any = None, action: Any = ACTIONS) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return statement | ({"Condition": condition} if condition else {})


def test_every_region_has_the_key_that_is_configured_for_it(aws: Images) -> None:
    assert aws.check() == {"keys": KEYS}


@pytest.mark.parametrize("disk", [f"{ami}-{number}" for ami in AMIS.values() for number in (1, 2)])
@pytest.mark.parametrize(
    "key",
    [
        AWS_OWN,
        NAMES.scope.arn("kms", "key/aaaaaaaa-2222-3333-4444-555555555555"),
        KEY.replace(HOME, "eu-north-1"),
        KEY.replace("222222222222", ACCOUNT),
        KEY[:-1],
        KEY + "0",
        "",
        None,
    ],
)
def test_one_disk_with_another_key_is_refused_and_named(aws: Images, disk: str, key: str | None) -> None:
    aws.snapshots[disk] = {"KmsKeyId": key}
    with pytest.raises(ValueError, match=f"{disk} of {disk[:-2]} in .* is encrypted with {key}, not with arn:"):
        aws.check()


@pytest.mark.parametrize("not_encrypted", [{"Encrypted": False}, {"Encrypted": None}])
def test_what_is_not_encrypted_needs_no_key_and_no_policy(aws: Images, not_encrypted: dict[str, Any]) -> None:
    aws.snapshots = {f"{ami}-{number}": not_encrypted for ami in AMIS.values() for number in (1, 2)}
    assert aws.check(ORGANIZATION) == {"keys": {}}
    assert not aws.requested("GetKeyPolicy")


def test_one_encrypted_disk_is_enough_to_need_the_key(aws: Images) -> None:
    aws.snapshots = {f"{ami}-1": {"Encrypted": False} for ami in AMIS.values()}
    assert aws.check() == {"keys": KEYS}


def test_an_image_without_disks_asks_for_no_snapshots(aws: Images) -> None:
    aws.answers["ec2", "DescribeImages"] = {"Images": [{"BlockDeviceMappings": []}]}
    assert aws.check(ORGANIZATION) == {"keys": {}}
    assert not aws.requested("DescribeSnapshots")


def test_without_receivers_no_policy_is_read(aws: Images) -> None:
    aws.answers["kms", "GetKeyPolicy"] = error("AccessDeniedException")
    assert aws.check() == {"keys": KEYS}


@pytest.mark.parametrize(
    ("receiver", "principal", "condition"),
    [
        (ACCOUNT, ROOT, None),
        (ACCOUNT, {"AWS": ["arn:aws:iam::444444444444:root", ROOT["AWS"]]}, None),
        (ACCOUNT, {"AWS": ACCOUNT}, None),
        (ACCOUNT, "*", IN_ORGANIZATION),
        (ACCOUNT, {"AWS": "*"}, {"StringEquals": IN_ORGANIZATION["StringEquals"] | OF_ACCOUNT["StringEquals"]}),
        (ACCOUNT, {"AWS": ["*"]}, OF_ACCOUNT),
        (ACCOUNT, "*", {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}),
        (ORGANIZATION, "*", IN_ORGANIZATION),
        (ORGANIZATION, {"AWS": "*"}, IN_ORGANIZATION | GRANTING),
        (ORGANIZATION, {"AWS": "*"}, {"StringLike": {"aws:PrincipalOrgID": ["o-zzzzzzzzzz", "o-a1b2c3d4e5"]}}),
        (ORGANIZATION, "*", None),
        (UNIT, {"AWS": ["*"]}, IN_ORGANIZATION),
        (UNIT, {"AWS": "*"}, IN_UNIT),
        (UNIT, "*", None),
        (UNIT, "*", {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}),
        (ORGANIZATION, "*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
        (UNIT, "*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
        (ACCOUNT, "*", {"StringEquals": {"kms:CallerAccount": [ACCOUNT, "444444444444"]}}),
    ],
)
def test_a_policy_that_admits_the_receiver_passes(aws: Images, receiver: str, principal: Any, condition: Any) -> None:
    aws.statements = [OWNER, _allow(principal, condition)]
    assert aws.check(receiver) == {"keys": KEYS}


@pytest.mark.parametrize(
    ("receiver", "principal", "condition"),
    [
        (ACCOUNT, {"AWS": "arn:aws:iam::444444444444:root"}, None),
        (ACCOUNT, {"Service": "ec2.amazonaws.com"}, None),
        (ACCOUNT, "*", {"StringEquals": {"aws:PrincipalAccount": "444444444444"}}),
        (ORGANIZATION, ROOT, None),
        (ORGANIZATION, {"AWS": "arn:aws:iam::111111111111:root"}, None),
        (ORGANIZATION, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}),
        (ORGANIZATION, "*", {"StringEquals": IN_ORGANIZATION["StringEquals"] | OF_ACCOUNT["StringEquals"]}),
        (ORGANIZATION, {"Service": "ec2.amazonaws.com"}, IN_ORGANIZATION),
        (UNIT, ROOT, None),
        (UNIT, "*", OF_ACCOUNT),
        (UNIT, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}),
        (UNIT, "*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-zzzzzzzz/*"}}),
        (ORGANIZATION, "*", IN_UNIT),
        (ACCOUNT, {"AWS": "*"}, {"StringEquals": {"kms:CallerAccount": "222222222222", "kms:ViaService": "ec2"}}),
        (ACCOUNT, "*", {"StringEquals": {"aws:principalaccount": "444444444444"}}),
        (ACCOUNT, "*", {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444444444444:role/Other"}}),
        (ORGANIZATION, "*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        (ORGANIZATION, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5zz"}}),
        (ORGANIZATION, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:principalaccount": ACCOUNT}}),
        (ACCOUNT, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/OnlyThisOne"}, None),
    ],
)
def test_a_policy_that_admits_others_only_is_refused(
    aws: Images, receiver: str, principal: Any, condition: Any
) -> None:
    aws.statements = [OWNER, _allow(principal, condition)]
    with pytest.raises(ValueError, match=f"does not allow kms:Decrypt to {receiver}, which could not launch"):
        aws.check(receiver)


def test_every_receiver_must_be_admitted(aws: Images) -> None:
    aws.statements = [_allow(ROOT)]
    aws.check(ACCOUNT)
    with pytest.raises(ValueError, match="to 444444444444, which"):
        aws.check(ACCOUNT, "444444444444")


@pytest.mark.parametrize(
    "change", [{"Effect": "Deny"}, {"Action": []}, {"Action": "s3:*"}, {"Action": "kms:"}, {"Action": "kms:decrypt?"}]
)
def test_a_statement_that_allows_nothing_admits_nobody(aws: Images, change: dict[str, Any]) -> None:
    aws.statements = [_allow(ROOT) | change]
    with pytest.raises(ValueError, match="does not allow kms:Decrypt"):
        aws.check(ACCOUNT)


def test_a_statement_without_actions_or_principal_admits_nobody(aws: Images) -> None:
    aws.statements = [{"Effect": "Allow", "NotAction": "kms:Put*", "Principal": ROOT}, {**OWNER, "Principal": {}}]
    with pytest.raises(ValueError, match="does not allow"):
        aws.check(ACCOUNT)


@given(st.sets(st.sampled_from(ACTIONS)), st.booleans())
def test_each_needed_action_that_is_missing_is_refused_and_named(allowed: set[str], each_alone: bool) -> None:
    aws = Images()
    alone = [_allow(ROOT, action=action) for action in sorted(allowed)]
    aws.statements = alone if each_alone else [_allow(ROOT, action=sorted(allowed))]
    missing = [action for action in ACTIONS if action not in allowed]
    if not missing:
        assert aws.check(ACCOUNT) == {"keys": KEYS}
        return
    with pytest.raises(ValueError, match=f"does not allow {missing[0]} to"):
        aws.check(ACCOUNT)


@pytest.mark.parametrize(
    "actions",
    ["*", "kms:*", "KMS:*", [*ACTIONS[:3], "kms:ReEncrypt*"], ["kms:De*", "kms:?reateGrant", "kms:*From"]],
)
def test_actions_may_be_allowed_by_wildcards_in_any_case(aws: Images, actions: Any) -> None:
    aws.statements = _allow(ROOT, action=actions)
    assert aws.check(ACCOUNT) == {"keys": KEYS}


def test_the_policy_of_each_region_counts(aws: Images) -> None:
    aws.answers["kms", "GetKeyPolicy"] = lambda region, _: {
        "Policy": json.dumps({"Statement": [_allow(ROOT) if region == HOME else OWNER]})
    }
    with pytest.raises(ValueError, match=f"policy of {KEYS['us-east-1']} in us-east-1 does not"):
        aws.check(ACCOUNT)


@pytest.mark.parametrize(
    "api",
    [("imagebuilder", "GetImage"), ("ec2", "DescribeImages"), ("ec2", "DescribeSnapshots"), ("kms", "GetKeyPolicy")],
)
def test_not_being_able_to_look_is_no_usable_key(aws: Images, api: tuple[str, str]) -> None:
    aws.statements = [_allow(ROOT)]
    aws.answers[api] = error("AccessDenied")
    with pytest.raises(Exception, match="AccessDenied"):
        aws.check(ACCOUNT)


def test_a_region_without_a_configured_key_and_an_ami_that_is_gone_are_refused(aws: Images, script: Script) -> None:
    with pytest.raises(KeyError, match="us-east-1"):
        script("check_keys").handler({**EVENTS, "keys": {HOME: KEY}}, {})
    aws.answers["ec2", "DescribeImages"] = {"Images": []}
    with pytest.raises(ValueError, match="unpack"):
        aws.check()
