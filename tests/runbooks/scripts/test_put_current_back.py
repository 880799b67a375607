"""After a rollback that failed half-way, consumers find what is recorded, and nobody has what was revoked."""

from typing import Any

import pytest

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Script, error, load
from tests.runbooks.scripts.world import AMI_PARAMETER, OLD_AMIS, PUBLISH, RECORD, World

AWAY = "us-east-1"
EVENTS = {"image": OLDER, "amis": OLD_AMIS, "parameter": NAMES.parameter, "share": SHARE}


@pytest.fixture
def aws() -> World:
    world = World()
    world.approved_before()
    load("publish_ami", world).handler(PUBLISH, {})
    world.permissions |= {each: [{"OrganizationArn": ORGANIZATION}] for each in OLD_AMIS.items()}
    world.associations[OLDER] = "ASSOCIATED"
    world.requests.clear()
    return world


def test_what_was_changed_is_put_back_and_nothing_else(aws: World, script: Script) -> None:
    aws.parameters[HOME, AMI_PARAMETER]["Value"] = OLD_AMIS[HOME]
    aws.parameters[AWAY, AMI_PARAMETER]["Value"] = "ami-of-somebody"
    assert script("put_current_back").handler(EVENTS, {}) == {"current": IMAGE}
    assert aws.visible()["published"] == {HOME: AMIS[HOME], AWAY: "ami-of-somebody"}
    assert aws.record()["image"] == IMAGE
    assert all(aws.permissions[each] for each in OLD_AMIS.items())
    assert aws.associations[OLDER] == "ASSOCIATED"


def test_what_is_recorded_already_is_published_still(aws: World, script: Script) -> None:
    load("publish_ami", aws).handler({**PUBLISH, "image": OLDER, "amis": OLD_AMIS}, {})
    script("put_current_back").handler(EVENTS, {})
    assert aws.visible()["published"] == OLD_AMIS


def test_without_a_record_nobody_knows_better(aws: World, script: Script) -> None:
    del aws.parameters[HOME, RECORD]
    assert script("put_current_back").handler(EVENTS, {}) == {"current": "none"}
    assert aws.visible()["published"] == AMIS


@pytest.mark.parametrize("broken", AMIS)
def test_a_region_that_fails_is_named_and_the_other_one_put_back(aws: World, script: Script, broken: str) -> None:
    for region, ami in OLD_AMIS.items():
        aws.parameters[region, AMI_PARAMETER]["Value"] = ami
    put: Any = aws.answers["ssm", "PutParameter"]

    def fails(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if region == broken:
            raise error("InternalServerError")
        return dict(put(region, asked))

    aws.answers["ssm", "PutParameter"] = fails
    with pytest.raises(RuntimeError, match=f"{OLDER}: parameter in {broken}"):
        script("put_current_back").handler(EVENTS, {})
    assert aws.visible()["published"] == {**AMIS, broken: OLD_AMIS[broken]}


def test_what_was_revoked_while_it_was_rolled_back_to_is_taken_from_everybody(aws: World, script: Script) -> None:
    aws.image_tags[OLDER] = {"golden-ami:outcome": "revoked"}
    script("put_current_back").handler(EVENTS, {})
    assert not any(aws.permissions[each] for each in OLD_AMIS.items())
    assert aws.associations[OLDER] == "DISASSOCIATED"
    assert "previous" not in aws.record()


def test_what_was_revoked_once_it_was_recorded_gives_way_to_the_image_before(aws: World, script: Script) -> None:
    load("publish_ami", aws).handler({**PUBLISH, "image": OLDER, "amis": OLD_AMIS}, {})
    aws.image_tags[OLDER] = {"golden-ami:outcome": "revoked"}
    assert script("put_current_back").handler(EVENTS, {}) == {"current": IMAGE}
    assert aws.visible()["published"] == AMIS
    assert aws.record()["image"] == IMAGE


def test_what_was_revoked_and_stays_with_somebody_is_named(aws: World, script: Script) -> None:
    aws.image_tags[OLDER] = {"golden-ami:outcome": "revoked"}
    aws.answers["ec2", "ModifyImageAttribute"] = error("UnauthorizedOperation")
    with pytest.raises(RuntimeError, match=f"launch permissions of {OLD_AMIS[AWAY]} in {AWAY}"):
        script("put_current_back").handler({key: each for key, each in EVENTS.items() if key != "share"}, {})
