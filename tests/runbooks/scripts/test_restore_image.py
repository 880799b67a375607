"""An image is given again to exactly those for whom it was approved, in every Region, and that is read back."""

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import DIGEST
from tests.runbooks.scripts.conftest import HOME, OLDER, Script, load
from tests.runbooks.scripts.world import OLD_AMIS, TODAY, World

AWAY = "us-east-1"
WANTED = [{"OrganizationArn": ORGANIZATION}, {"UserId": "333333333333"}]
EVENTS = {
    "image": OLDER,
    "amis": OLD_AMIS,
    "principals": f"{ORGANIZATION},333333333333",
    "share": SHARE,
    "enters": SHARE,
    "organization": "o-a1b2c3d4e5",
    "digest": DIGEST,
    "today": TODAY,
}
permissions = st.lists(
    st.sampled_from([*WANTED, {"OrganizationalUnitArn": UNIT}, {"UserId": "999999999999"}, {"Group": "all"}]),
    unique_by=str,
)


def _put_away(state: str = "disabled") -> World:
    world = World()
    for each in OLD_AMIS.items():
        world.permissions[each] = []
        world.descriptions[each] = "Web server | golden-ami: approved 2026-01-01"
        world.states[each] = state
        world.deprecated[each] = "2026-01-01T00:00:00Z"
    return world


def _as_set(given: list[dict[str, str]]) -> set[str]:
    return {value for each in given for value in each.values()}


def _is_given(world: World) -> bool:
    return (
        all(_as_set(world.permissions[each]) == _as_set(WANTED) for each in OLD_AMIS.items())
        and {world.states[each] for each in OLD_AMIS.items()} == {"available"}
        and world.associations.get(OLDER) == "ASSOCIATED"
        and not world.deprecated
    )


@pytest.fixture
def aws() -> World:
    return _put_away()


def test_what_was_put_away_is_there_again(aws: World, script: Script) -> None:
    assert script("restore_image").handler(EVENTS, {}) == {"amis": OLD_AMIS}
    assert _is_given(aws)
    words = f"golden-ami: approved again {TODAY}, evidence SHA-256 {DIGEST}"
    assert all(words in aws.descriptions[each] for each in OLD_AMIS.items())


@given(permissions, permissions, st.sampled_from(["available", "disabled"]))
def test_exactly_those_who_were_approved_have_it_whoever_had_it(home: Any, away: Any, state: str) -> None:
    aws = _put_away(state)
    aws.permissions |= dict(zip(OLD_AMIS.items(), [list(home), list(away)], strict=True))
    load("restore_image", aws).handler(EVENTS, {})
    assert _is_given(aws)


def test_nothing_is_changed_of_what_is_as_it_was(script: Script, aws: World) -> None:
    script("restore_image").handler(EVENTS, {})
    aws.requests.clear()
    script("restore_image").handler(EVENTS, {})
    changes = {api for api, _, asked in aws.requests if not api.startswith(("Get", "Describe"))}
    assert changes == {"ModifyImageAttribute"}
    assert all("Description" in asked for asked in aws.requested("ModifyImageAttribute"))


def test_an_image_that_nobody_may_launch_is_taken_from_whoever_has_it(aws: World, script: Script) -> None:
    aws.permissions[HOME, OLD_AMIS[HOME]] = [{"UserId": "333333333333"}]
    script("restore_image").handler({**EVENTS, "principals": "", "enters": "none"}, {})
    assert not any(aws.permissions[each] for each in OLD_AMIS.items())
    assert OLDER not in aws.associations


@pytest.mark.parametrize("principal", ["all", "*", ORGANIZATION.replace("o-a1b2c3d4e5", "o-0000000000")])
def test_nobody_outside_is_given_it_whatever_the_evidence_says(aws: World, script: Script, principal: str) -> None:
    with pytest.raises(ValueError, match="no part of organization"):
        script("restore_image").handler({**EVENTS, "principals": principal}, {})
    assert aws.requests == []


def test_a_permission_that_does_not_come_fails(aws: World, script: Script) -> None:
    aws.answers["ec2", "ModifyImageAttribute"] = {}
    with pytest.raises(ValueError, match="may be launched by"):
        script("restore_image").handler(EVENTS, {})


def test_an_ami_that_does_not_become_available_fails_within_the_time_of_the_step(aws: World, script: Script) -> None:
    aws.answers["ec2", "EnableImage"] = {}
    with pytest.raises(ValueError, match="did not become available"):
        script("restore_image").handler(EVENTS, {})
    assert sum(aws.slept) == 120
    assert not any(aws.permissions.values())


@pytest.mark.parametrize("status", ["ASSOCIATING", "FAILED"])
def test_a_share_that_does_not_take_it_fails(aws: World, script: Script, status: str) -> None:
    aws.answers["ram", "AssociateResourceShare"] = lambda *_: aws.associations.update({OLDER: status}) or {}
    with pytest.raises(ValueError, match="did not become part of resource share"):
        script("restore_image").handler(EVENTS, {})
    assert sum(aws.slept) == 120


@given(st.integers(min_value=1, max_value=30), st.booleans())
def test_a_run_that_breaks_anywhere_is_finished_by_the_next_one(number: int, done_all_the_same: bool) -> None:
    aws = _put_away()
    aws.broken = {number: done_all_the_same}
    with suppress(ClientError):
        load("restore_image", aws).handler(EVENTS, {})
    aws.broken = {}
    load("restore_image", aws).handler(EVENTS, {})
    assert _is_given(aws)
