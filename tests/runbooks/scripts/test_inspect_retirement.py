"""What consumers still get is not retired without a reason, and whatever is left of an image is found."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Aws, Script, error, load

OLDEST = OLDER.replace("1.0.0", "0.9.0")
EVENTS = {
    "image": IMAGE,
    "images": NAMES.images_arn().removesuffix("*"),
    "because": "none",
    "parameter": NAMES.parameter,
    "regions": list(AMIS),
}
NO_REASON = ["none", "", " ", "None", " NONE\n"]
records = st.sampled_from([None, {"image": IMAGE}, {"image": IMAGE, "previous": {"image": OLDER}}])


def _answer(aws: Aws, record: dict[str, Any] | None) -> Aws:
    found = {"Parameter": {"Value": json.dumps(record)}} if record else error("ParameterNotFound")
    aws.answers = {
        ("ssm", "GetParameter"): found,
        ("ec2", "DescribeImages"): {"Images": []},
        ("ec2", "DescribeSnapshots"): {"Snapshots": []},
    }
    return aws


@pytest.fixture(autouse=True)
def _nothing_approved(aws: Aws) -> None:
    _answer(aws, None)


@given(records, st.sampled_from([IMAGE, OLDER, OLDEST]), st.one_of(st.sampled_from(NO_REASON), st.text()))
def test_the_current_and_the_previous_image_are_retired_only_with_a_reason(
    record: dict[str, Any] | None, image: str, because: str
) -> None:
    aws = _answer(Aws(), record)
    current, previous = (record or {}).get("image"), (record or {}).get("previous", {}).get("image")
    events = {**EVENTS, "image": image, "because": because}
    if image in {current, previous} and because.strip().lower() in {"", "none"}:
        with pytest.raises(ValueError, match="name a reason in RetireApprovedBecause"):
            load("inspect_retirement", aws).handler(events, {})
        assert {api for api, _, _ in aws.requests} == {"GetParameter"}
        return
    words = {current: "the approved image", previous: "the image that was approved before"}
    role = load("inspect_retirement", aws).handler(events, {})["role"]
    assert role == words.get(image, "neither current nor previous")


@pytest.mark.parametrize(
    "image",
    [
        IMAGE.replace("web-server", "web-server2"),
        IMAGE.replace("web-server", "database"),
        IMAGE.replace("222222222222", "333333333333"),
        IMAGE.replace("eu-west-1", "us-east-1"),
    ],
)
def test_an_image_of_another_runbook_is_refused_unseen(aws: Aws, script: Script, image: str) -> None:
    with pytest.raises(ValueError, match="is not an image of this runbook"):
        script("inspect_retirement").handler({**EVENTS, "image": image}, {})
    assert aws.requests == []


def test_amis_and_their_snapshots_are_found_in_every_region(aws: Aws, script: Script) -> None:
    devices = [{"Ebs": {"SnapshotId": "snap-1"}}, {"VirtualName": "ephemeral0"}, {"Ebs": {}}]
    amis = {
        HOME: [{"ImageId": "ami-2", "BlockDeviceMappings": devices}, {"ImageId": "ami-1"}],
        "us-east-1": [{"ImageId": "ami-3"}],
    }
    tagged = {HOME: [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-0"}], "us-east-1": []}
    aws.answers["ec2", "DescribeImages"] = lambda region, _: {"Images": amis[region]}
    aws.answers["ec2", "DescribeSnapshots"] = lambda region, _: {"Snapshots": tagged[region]}
    found = script("inspect_retirement").handler(EVENTS, {})
    assert found["amis"] == {HOME: "ami-1,ami-2", "us-east-1": "ami-3"}
    assert found["snapshots"] == {HOME: "snap-0,snap-1"}


def test_what_a_stopped_run_left_is_found_though_the_amis_are_gone(aws: Aws, script: Script) -> None:
    aws.answers["ec2", "DescribeSnapshots"] = {"Snapshots": [{"SnapshotId": "snap-1"}]}
    found = script("inspect_retirement").handler(EVENTS, {})
    assert found["amis"] == {}
    assert found["snapshots"] == dict.fromkeys(AMIS, "snap-1")


@pytest.mark.parametrize(
    ("api", "items", "key"), [("DescribeImages", "Images", "ImageId"), ("DescribeSnapshots", "Snapshots", "SnapshotId")]
)
def test_a_later_page_is_not_forgotten(aws: Aws, script: Script, api: str, items: str, key: str) -> None:
    aws.answers["ec2", api] = lambda _, asked: (
        {items: [{key: "last"}]} if "NextToken" in asked else {items: [{key: "first"}], "NextToken": "more"}
    )
    found = script("inspect_retirement").handler(EVENTS, {})
    assert found["amis" if items == "Images" else "snapshots"] == dict.fromkeys(AMIS, "first,last")


def test_only_what_this_account_owns_and_this_image_tagged_is_asked_for(aws: Aws, script: Script) -> None:
    script("inspect_retirement").handler(EVENTS, {})
    of_image = [{"Name": "tag:Ec2ImageBuilderArn", "Values": [IMAGE]}]
    amis = {"Owners": ["self"], "Filters": of_image, "IncludeDisabled": True}
    assert aws.requested("DescribeImages") == [amis] * len(AMIS)
    assert aws.requested("DescribeSnapshots") == [{"OwnerIds": ["self"], "Filters": of_image}] * len(AMIS)


def test_not_being_able_to_read_the_record_is_no_reason_to_retire(aws: Aws, script: Script) -> None:
    aws.answers["ssm", "GetParameter"] = error("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        script("inspect_retirement").handler({**EVENTS, "because": "it is broken"}, {})
