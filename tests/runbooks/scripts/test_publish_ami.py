"""Consumers find the approved AMI in every Region, and the record says which image was approved before."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES, SHARE
from tests.runbooks.scripts.bucket import DIGEST
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, HOME, IMAGE, OLDER, Script, error, load
from tests.runbooks.scripts.world import AMI_PARAMETER, OLD_AMIS, PUBLISH, RECORD, World

SHARING = {**PUBLISH, "share": SHARE}
THIS = {"image": IMAGE, "created": "2026-03-01T00:00:00Z", "amis": AMIS, "execution": EXECUTION, "evidence": DIGEST}
BEFORE = {
    "image": OLDER,
    "created": "2026-02-01T00:00:00Z",
    "amis": OLD_AMIS,
    "execution": "before",
    "evidence": "0" * 64,
}


@pytest.fixture
def aws() -> World:
    return World()


@pytest.mark.parametrize("before", [True, False], ids=["with one before", "for the first time"])
def test_every_region_publishes_its_own_ami(aws: World, script: Script, before: bool) -> None:
    if before:
        aws.approved_before()
    assert script("publish_ami").handler(PUBLISH, {}) == {"parameter": AMI_PARAMETER, "ami": AMIS[HOME]}
    assert aws.visible()["published"] == AMIS
    assert {aws.parameters[region, AMI_PARAMETER]["DataType"] for region in AMIS} == {"aws:ec2:image"}
    assert aws.record() == (THIS | {"previous": BEFORE} if before else THIS)


def test_a_record_from_before_there_was_evidence_is_kept_as_it_is(aws: World, script: Script) -> None:
    aws.approved_before()
    old = {key: value for key, value in BEFORE.items() if key != "evidence"}
    aws.parameters[HOME, RECORD]["Value"] = json.dumps(old)
    script("publish_ami").handler(PUBLISH, {})
    assert aws.record() == THIS | {"previous": old}


def test_new_parameters_carry_the_tags(aws: World, script: Script) -> None:
    script("publish_ami").handler(PUBLISH, {})
    tags = [{"Key": "owner", "Value": "golden-ami-automation"}]
    assert [found["Tags"] for found in aws.parameters.values()] == [tags] * 3


@given(st.lists(st.sampled_from(["1.0.0", "1.0.1", "1.0.2"]), min_size=1, max_size=8))
def test_the_record_always_keeps_the_image_that_was_approved_before(versions: list[str]) -> None:
    aws = World()
    approved: list[str] = []
    for version in versions:
        image = NAMES.scope.arn("imagebuilder", f"image/golden-ami-web-server/{version}/1")
        load("publish_ami", aws).handler({**PUBLISH, "image": image}, {})
        if approved[-1:] != [image]:
            approved.append(image)
        record = aws.record()
        assert record["image"] == image
        assert [record[key]["image"] for key in record if key == "previous"] == approved[-2:-1]
        assert "previous" not in record.get("previous", {})


def test_the_record_is_written_last_so_that_it_never_names_what_is_not_published(aws: World, script: Script) -> None:
    aws.approved_before()
    script("publish_ami").handler(SHARING, {})
    *_, (last_api, _, asked), look = aws.requests
    assert (last_api, asked["Name"]) == ("PutParameter", RECORD)
    # A revocation that begins now finds the record; one that has begun is seen here.
    assert look[0] == "GetImage"


@pytest.mark.parametrize("number", range(1, 8))
def test_a_call_that_fails_leaves_the_record_as_it_was(aws: World, script: Script, number: int) -> None:
    aws.approved_before()
    aws.broken = {number: False}
    with pytest.raises(Exception, match="InternalError"):
        script("publish_ami").handler(PUBLISH, {})
    assert aws.record() == BEFORE


def test_a_parameter_that_is_shared_is_advanced_and_is_in_the_share(aws: World, script: Script) -> None:
    aws.approved_before()
    script("publish_ami").handler(SHARING, {})
    assert {region: aws.parameters[region, AMI_PARAMETER]["Tier"] for region in AMIS} == dict.fromkeys(AMIS, "Advanced")
    assert aws.parameters[HOME, RECORD]["Tier"] == "Standard"
    assert aws.associations == {f"arn:aws:ssm:{HOME}:222222222222:parameter{AMI_PARAMETER}": "ASSOCIATED"}


def test_a_parameter_that_is_no_longer_shared_stays_advanced(aws: World, script: Script) -> None:
    script("publish_ami").handler(SHARING, {})
    script("publish_ami").handler(PUBLISH, {})
    assert aws.parameters[HOME, AMI_PARAMETER]["Tier"] == "Advanced"


def test_an_ami_that_systems_manager_drops_is_not_published(aws: World, script: Script) -> None:
    aws.answers["ssm", "PutParameter"] = {}
    with pytest.raises(ValueError, match=f"in {HOME} did not become"):
        script("publish_ami").handler(PUBLISH, {})
    assert sum(aws.slept) == 120
    assert aws.parameters == {}


def test_publishing_waits_until_systems_manager_has_looked_at_the_ami(aws: World, script: Script) -> None:
    get: Any = aws.answers["ssm", "GetParameter"]

    def late(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if len(aws.slept) < 3:
            raise error("ParameterNotFound")
        return dict(get(region, asked))

    aws.answers["ssm", "GetParameter"] = late
    script("publish_ami").handler(PUBLISH, {})
    assert aws.slept == [5] * 3


@pytest.mark.parametrize("status", ["ASSOCIATING", "FAILED", "DISASSOCIATED", None])
def test_a_share_that_does_not_take_the_parameter_fails(aws: World, script: Script, status: str | None) -> None:
    found = [{"status": status}] if status else []
    aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": found}
    with pytest.raises(ValueError, match="did not become part of resource share"):
        script("publish_ami").handler(SHARING, {})
    assert sum(aws.slept) == 120
    assert aws.record() == {}


@pytest.mark.parametrize("api", ["PutParameter", "GetParameter"])
def test_an_error_of_systems_manager_is_no_reason_to_overwrite(aws: World, script: Script, api: str) -> None:
    aws.answers["ssm", api] = error("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        script("publish_ami").handler(PUBLISH, {})
    assert not any("Overwrite" in asked for asked in aws.requested("PutParameter"))


def test_the_record_fits_a_standard_parameter_with_twenty_regions(aws: World, script: Script) -> None:
    amis = {f"ap-southeast-{number}": f"ami-{number:017}" for number in range(20)}
    for image in (OLDER, IMAGE):
        script("publish_ami").handler({**PUBLISH, "image": image, "amis": amis}, {})
    assert len(json.dumps(aws.record())) <= 4096


def test_what_was_revoked_meanwhile_is_refused_so_that_it_is_taken_back(aws: World, script: Script) -> None:
    aws.approved_before()
    aws.image_tags[IMAGE] = {"golden-ami:outcome": "revoked"}
    with pytest.raises(ValueError, match="was revoked"):
        script("publish_ami").handler(PUBLISH, {})


@pytest.mark.parametrize("current", [OLDER, "another", ""])
def test_a_rollback_that_an_approval_has_overtaken_changes_no_record(aws: World, script: Script, current: str) -> None:
    aws.approved_before()
    events = {**PUBLISH, "current": current}
    if current == "another":
        with pytest.raises(ValueError, match="not the approved image any more"):
            script("publish_ami").handler(events, {})
        assert aws.record() == BEFORE
        return
    script("publish_ami").handler(events, {})
    assert aws.record() == THIS | {"previous": BEFORE}


def test_a_record_that_is_written_though_its_answer_is_lost_is_no_failure(aws: World, script: Script) -> None:
    put: Any = aws.answers["ssm", "PutParameter"]

    def loses(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        put(region, asked)
        if asked["Name"] == RECORD:
            raise error("InternalServerError")
        return {}

    aws.approved_before()
    aws.answers["ssm", "PutParameter"] = loses
    assert script("publish_ami").handler(PUBLISH, {})["ami"] == AMIS[HOME]
    assert aws.record() == THIS | {"previous": BEFORE}
