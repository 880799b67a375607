"""Consumers find the image that was approved before, and never one that is about to go."""

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Script, error, load
from tests.runbooks.scripts.world import AMI_PARAMETER, OLD_AMIS, PUBLISH, RECORD, World

EVENTS = {"image": IMAGE, "parameter": NAMES.parameter}


def _approved(amis_before: dict[str, str] | None) -> World:
    world = World()
    if amis_before:
        world.approved_before(amis_before)
    load("publish_ami", world).handler(PUBLISH, {})
    world.requests.clear()
    return world


@pytest.fixture
def aws() -> World:
    return _approved(OLD_AMIS)


@pytest.mark.parametrize(
    "amis_before", [OLD_AMIS, dict(list(OLD_AMIS.items())[:1])], ids=["everywhere", "only at home"]
)
def test_retiring_the_approved_image_gives_the_one_before(amis_before: dict[str, str]) -> None:
    world = _approved(amis_before)
    assert load("withdraw_image", world).handler(EVENTS, {}) == {"given": OLDER}
    assert world.visible()["published"] == amis_before
    assert world.record()["image"] == OLDER
    assert "previous" not in world.record()


def test_retiring_the_only_image_gives_none() -> None:
    world = _approved(None)
    assert load("withdraw_image", world).handler(EVENTS, {}) == {"given": "none"}
    assert world.parameters == {}


def test_retiring_the_image_before_leaves_consumers_what_they_have(aws: World, script: Script) -> None:
    assert script("withdraw_image").handler({**EVENTS, "image": OLDER}, {}) == {"given": "unchanged"}
    assert aws.visible()["published"] == AMIS
    assert aws.record()["image"] == IMAGE
    assert "previous" not in aws.record()


@pytest.mark.parametrize("approved", [True, False], ids=["another one is approved", "nothing is approved"])
def test_an_image_that_nobody_finds_changes_nothing(approved: bool) -> None:
    world = _approved(OLD_AMIS) if approved else World()
    before = dict(world.parameters)
    other = IMAGE.replace("1.0.1", "0.9.0")
    assert load("withdraw_image", world).handler({**EVENTS, "image": other}, {}) == {"given": "unchanged"}
    assert world.parameters == before
    assert {api for api, _, _ in world.requests} == {"GetParameter"}


def test_a_parameter_that_has_another_value_is_left_alone(aws: World, script: Script) -> None:
    aws.parameters["us-east-1", AMI_PARAMETER]["Value"] = "ami-of-somebody"
    script("withdraw_image").handler(EVENTS, {})
    assert aws.visible()["published"] == {HOME: OLD_AMIS[HOME], "us-east-1": "ami-of-somebody"}


@given(st.sampled_from([None, OLD_AMIS]), st.integers(min_value=1, max_value=11), st.booleans())
def test_a_run_that_breaks_anywhere_is_finished_by_the_next_one(
    amis_before: dict[str, str] | None, number: int, done_all_the_same: bool
) -> None:
    whole, world = _approved(amis_before), _approved(amis_before)
    load("withdraw_image", whole).handler(EVENTS, {})
    world.broken = {number: done_all_the_same}
    with suppress(ClientError, RuntimeError):
        load("withdraw_image", world).handler(EVENTS, {})
    world.broken = {}
    load("withdraw_image", world).handler(EVENTS, {})
    assert world.visible() == whole.visible()


def test_a_record_that_cannot_be_read_stops_the_retirement(aws: World, script: Script) -> None:
    get: Any = aws.answers["ssm", "GetParameter"]
    aws.answers["ssm", "GetParameter"] = error("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        script("withdraw_image").handler(EVENTS, {})
    aws.answers["ssm", "GetParameter"] = get
    assert (HOME, RECORD) in aws.parameters


@pytest.mark.parametrize("gone", [True, False], ids=["is gone", "was revoked"])
def test_nobody_is_given_an_image_that_was_taken_back_from_everybody_itself(
    aws: World, script: Script, gone: bool
) -> None:
    aws.image_tags[OLDER] = {"golden-ami:outcome": "revoked"}
    if gone:
        aws.answers["imagebuilder", "GetImage"] = error("ResourceNotFoundException")
    assert script("withdraw_image").handler(EVENTS, {}) == {"given": "none"}
    assert aws.parameters == {}


@pytest.mark.parametrize("state", ["disabled", "gone"])
def test_where_the_image_before_has_no_ami_any_more_nobody_finds_any(aws: World, script: Script, state: str) -> None:
    if state == "gone":
        del aws.states["us-east-1", OLD_AMIS["us-east-1"]]
    else:
        aws.states["us-east-1", OLD_AMIS["us-east-1"]] = state
    assert script("withdraw_image").handler(EVENTS, {}) == {"given": OLDER}
    assert aws.visible()["published"] == {HOME: OLD_AMIS[HOME]}


@pytest.mark.parametrize("broken", AMIS)
def test_a_region_that_fails_keeps_no_other_one_from_being_changed(aws: World, script: Script, broken: str) -> None:
    put: Any = aws.answers["ssm", "PutParameter"]

    def fails(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if region == broken and asked["Name"] == AMI_PARAMETER:
            raise error("InternalServerError")
        return dict(put(region, asked))

    aws.answers["ssm", "PutParameter"] = fails
    with pytest.raises(RuntimeError, match=f"parameter in {broken}"):
        script("withdraw_image").handler(EVENTS, {})
    assert aws.visible()["published"] == {**OLD_AMIS, broken: AMIS[broken]}
    assert aws.record()["image"] == IMAGE
    aws.answers["ssm", "PutParameter"] = put
    assert script("withdraw_image").handler(EVENTS, {}) == {"given": OLDER}
    assert aws.visible()["published"] == OLD_AMIS
