"""A retired image is gone with its AMIs and snapshots, and what has to wait is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import HOME, IMAGE, Aws, Script, error, load

AMIS = {HOME: "ami-1,ami-2", "us-east-1": "ami-3"}
SNAPSHOTS = {HOME: "snap-1", "us-east-1": "snap-2,snap-3"}
EVENTS = {"image": IMAGE, "amis": AMIS, "snapshots": SNAPSHOTS}
GONE = ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidSnapshot.NotFound", "ResourceNotFoundException"]
DELETING = [("ec2", "DeregisterImage"), ("ec2", "DeleteSnapshot"), ("imagebuilder", "DeleteImage")]


def _answer(aws: Aws) -> Aws:
    aws.answers = {
        ("ec2", "DescribeImages"): {"Images": [{}]},
        ("ec2", "DisableImageDeregistrationProtection"): {},
        **{api: {} for api in DELETING},
    }
    return aws


@pytest.fixture(autouse=True)
def _answering(aws: Aws) -> None:
    _answer(aws)


def _deleted(aws: Aws) -> set[str]:
    keys = ("ImageId", "SnapshotId", "imageBuildVersionArn")
    names = {api for _, api in DELETING}
    return {asked[key] for api, _, asked in aws.requests if api in names for key in keys if key in asked}


def test_everything_is_deleted_the_image_last(aws: Aws, script: Script) -> None:
    assert script("remove_image").handler(EVENTS, {}) == {"pending": "nothing", "done": True}
    assert _deleted(aws) == {"ami-1", "ami-2", "ami-3", "snap-1", "snap-2", "snap-3", IMAGE}
    assert aws.requests[-1] == ("DeleteImage", None, {"imageBuildVersionArn": IMAGE})
    assert {region for api, region, asked in aws.requests if "ami-3" in asked.values()} == {"us-east-1"}


def test_an_image_without_ami_or_snapshot_is_deleted(aws: Aws, script: Script) -> None:
    assert script("remove_image").handler({"image": IMAGE, "amis": {}, "snapshots": {}}, {})["done"]
    assert _deleted(aws) == {IMAGE}


@pytest.mark.parametrize(
    ("protection", "ends"),
    [
        ({}, False),
        ({"DeregistrationProtection": "disabled"}, False),
        ({"DeregistrationProtection": "disabled until 2026-03-02T00:00:00Z"}, False),
        ({"DeregistrationProtection": "enabled-without-cooldown"}, True),
        ({"DeregistrationProtection": "enabled-with-cooldown"}, True),
    ],
)
def test_only_protection_that_is_on_is_ended(aws: Aws, script: Script, protection: Any, ends: bool) -> None:
    aws.answers["ec2", "DescribeImages"] = {"Images": [protection]}
    script("remove_image").handler(EVENTS, {})
    assert len(aws.requested("DisableImageDeregistrationProtection")) == 3 * ends


@given(st.sets(st.sampled_from(["ami-1", "ami-2", "ami-3"]), min_size=1))
def test_an_ami_that_must_wait_keeps_snapshots_and_image_and_is_named(waiting: set[str]) -> None:
    aws = _answer(Aws())

    def deregister(_: str, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["ImageId"] in waiting:
            raise error("OperationNotPermitted", "protected until tomorrow")
        return {}

    aws.answers["ec2", "DeregisterImage"] = deregister
    found = load("remove_image", aws).handler(EVENTS, {})
    assert found["done"] is False
    assert {ami for ami in ("ami-1", "ami-2", "ami-3") if ami in found["pending"]} == waiting
    assert "protected until tomorrow" in found["pending"]
    assert len(aws.requested("DeregisterImage")) == 3
    assert not aws.requested("DeleteSnapshot")
    assert not aws.requested("DeleteImage")


@pytest.mark.parametrize("code", GONE)
@pytest.mark.parametrize("api", [("ec2", "DescribeImages"), *DELETING])
def test_what_is_gone_already_does_not_stop_a_second_run(
    aws: Aws, script: Script, api: tuple[str, str], code: str
) -> None:
    aws.answers[api] = error(code)
    assert script("remove_image").handler(EVENTS, {}) == {"pending": "nothing", "done": True}
    assert IMAGE in {asked.get("imageBuildVersionArn") for asked in aws.requested("DeleteImage")}


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidSnapshot.InUse", "ResourceDependencyException"])
@pytest.mark.parametrize("api", [("ec2", "DescribeImages"), *DELETING])
def test_any_other_error_is_not_hidden(aws: Aws, script: Script, api: tuple[str, str], code: str) -> None:
    aws.answers[api] = error(code)
    with pytest.raises(Exception, match=code):
        script("remove_image").handler(EVENTS, {})
