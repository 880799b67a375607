"""What failed or was stopped half-way leaves nothing behind, and what cannot be taken back is named."""

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES, SHARE
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, HOME, IMAGE, OLDER, Script, error, load
from tests.runbooks.scripts.world import AMI_PARAMETER, BUILT, OLD_AMIS, RECORD, World

EVENTS = {"image": IMAGE, "amis": AMIS, "share": SHARE, "parameter": NAMES.parameter, "execution": EXECUTION}
before = st.sampled_from([{}, dict(list(OLD_AMIS.items())[:1]), OLD_AMIS])


def _world(amis_before: dict[str, str]) -> World:
    world = World()
    if amis_before:
        world.approved_before(amis_before)
    return world


def _shared(amis_before: dict[str, str]) -> World:
    world = _world(amis_before)
    world.share()
    world.requests.clear()
    return world


@given(before, st.integers(min_value=1, max_value=25), st.booleans())
def test_wherever_sharing_breaks_nothing_that_it_gave_is_left(
    amis_before: dict[str, str], number: int, done_all_the_same: bool
) -> None:
    world = _world(amis_before)
    private = world.visible()
    world.broken = {number: done_all_the_same}
    with suppress(ClientError):
        world.share()
    world.broken = {}
    assert load("take_back", world).handler(EVENTS, {}) == {"taken": "everything"}
    assert world.visible() == private


@given(before, st.integers(min_value=1, max_value=30), st.booleans())
def test_whichever_call_fails_the_others_are_tried_and_the_failure_is_named(
    amis_before: dict[str, str], number: int, done_all_the_same: bool
) -> None:
    private, world = _world(amis_before).visible(), _shared(amis_before)
    world.broken = {number: done_all_the_same}
    named = ""
    try:
        load("take_back", world).handler(EVENTS, {})
    except RuntimeError as problem:
        named = str(problem)
    assert bool(named) == (len(world.requests) >= number)
    assert named.count("InternalError") == bool(named)
    found = world.visible()
    for region, ami in AMIS.items():
        if found["permissions"][region, ami]:
            assert f"launch permissions of {ami} in {region}" in named
        if found["published"].get(region) != private["published"].get(region):
            assert f"parameter in {region}" in named
    if found["approved"] != private["approved"]:
        assert "record of the approved image" in named
    if found["image is shared"]:
        assert f"image in {SHARE}" in named
    world.broken = {}
    load("take_back", world).handler(EVENTS, {})
    assert world.visible() == private


def test_taking_back_twice_is_taking_back_once(script: Script) -> None:
    world = _shared(OLD_AMIS)
    load("take_back", world).handler(EVENTS, {})
    once = world.visible()
    load("take_back", world).handler(EVENTS, {})
    assert world.visible() == once


def test_whoever_still_sees_an_ami_reads_that_it_is_not_approved() -> None:
    world = _shared(OLD_AMIS)
    assert all("approved" in description for description in world.descriptions.values())
    for _ in range(2):
        load("take_back", world).handler(EVENTS, {})
        words = f"{BUILT} | golden-ami: NOT APPROVED: it was shared, and taken back"
        assert world.descriptions == dict.fromkeys(AMIS.items(), words)


def test_an_ami_that_never_was_shared_is_described_as_it_was_built() -> None:
    world = _world(OLD_AMIS)
    load("take_back", world).handler(EVENTS, {})
    assert world.descriptions == dict.fromkeys(AMIS.items(), BUILT)


def test_everything_that_fails_is_named_at_once() -> None:
    world = _shared({})
    world.answers = dict.fromkeys(world.answers, error("AccessDenied"))
    with pytest.raises(RuntimeError, match="do it by hand") as refused:
        load("take_back", world).handler(EVENTS, {})
    assert str(refused.value).count("AccessDenied") == 2 * len(AMIS) + 2


@pytest.mark.parametrize("permission", [{"Group": "all"}, {"UserId": "999999999999"}])
def test_permissions_that_others_gave_meanwhile_go_too(permission: dict[str, str]) -> None:
    world = _shared({})
    world.permissions[HOME, AMIS[HOME]].append(permission)
    load("take_back", world).handler(EVENTS, {})
    assert world.visible()["permissions"] == {each: [] for each in AMIS.items()}


def test_an_ami_that_is_published_otherwise_is_left_alone() -> None:
    world = _world(OLD_AMIS)
    load("take_back", world).handler(EVENTS, {})
    assert world.visible()["published"] == OLD_AMIS
    assert world.record()["image"] == OLDER
    assert {api for api, _, _ in world.requests} & {"PutParameter", "DeleteParameter"} == set()


def test_without_a_share_ram_is_not_asked() -> None:
    world = _shared({})
    load("take_back", world).handler({key: value for key, value in EVENTS.items() if key != "share"}, {})
    assert not world.requested("GetResourceShareAssociations")


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("ASSOCIATING", True),
        ("ASSOCIATED", True),
        ("DISASSOCIATING", False),
        ("DISASSOCIATED", False),
        ("FAILED", False),
    ],
)
def test_only_what_is_in_the_share_or_on_its_way_is_taken_out(status: str, taken: bool) -> None:
    world = _world({})
    world.associations[IMAGE] = status
    load("take_back", world).handler(EVENTS, {})
    assert bool(world.requested("DisassociateResourceShare")) is taken


def test_a_parameter_that_is_put_back_keeps_its_data_type_and_tier() -> None:
    world = _world(OLD_AMIS)
    kinds: Any = {key: (found["DataType"], found["Tier"]) for key, found in world.parameters.items()}
    world.share()
    load("take_back", world).handler(EVENTS, {})
    assert {key: (found["DataType"], found["Tier"]) for key, found in world.parameters.items()} == kinds
    assert set(world.parameters) == {*((region, AMI_PARAMETER) for region in AMIS), (HOME, RECORD)}


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_description_that_was_not_taken_back_is_taken_back_by_the_next_run(number: int, done: bool) -> None:
    world = _shared({})
    world.broken = {number: done}
    with pytest.raises(RuntimeError):
        load("take_back", world).handler(EVENTS, {})
    world.broken = {}
    load("take_back", world).handler(EVENTS, {})
    assert all("NOT APPROVED" in each for each in world.descriptions.values())
