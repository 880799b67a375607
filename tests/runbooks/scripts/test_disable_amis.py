"""Where the configuration wants it nobody launches what was revoked, in any Region that answers."""

from typing import Any

import pytest

from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, Script, error
from tests.runbooks.scripts.world import World

EVENTS = {"image": IMAGE, "amis": {region: f"{ami},{ami}-copy" for region, ami in AMIS.items()}}
ALL = [(region, ami) for region, some in EVENTS["amis"].items() for ami in some.split(",")]  # type: ignore[attr-defined]


@pytest.fixture
def aws() -> World:
    return World()


def test_every_ami_is_disabled(aws: World, script: Script) -> None:
    assert script("disable_amis").handler(EVENTS, {}) == {"disabled": IMAGE}
    assert {each for each, state in aws.states.items() if state == "disabled"} == set(ALL)


def test_nothing_is_no_fault(aws: World, script: Script) -> None:
    assert script("disable_amis").handler({"image": IMAGE, "amis": {}}, {}) == {"disabled": IMAGE}
    assert aws.requests == []


@pytest.mark.parametrize("broken", AMIS)
def test_a_region_that_fails_is_named_and_the_other_one_disabled(aws: World, script: Script, broken: str) -> None:
    disable: Any = aws.answers["ec2", "DisableImage"]

    def fails(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if region == broken:
            raise error("InternalError")
        return dict(disable(region, asked))

    aws.answers["ec2", "DisableImage"] = fails
    with pytest.raises(RuntimeError, match=f"{AMIS[broken]} in {broken}") as raised:
        script("disable_amis").handler(EVENTS, {})
    assert f"{AMIS[broken]}-copy in {broken}" in str(raised.value)
    other = next(region for region in AMIS if region != broken)
    assert {each for each, state in aws.states.items() if state == "disabled"} == {
        each for each in ALL if each[0] == other
    }
    assert HOME in AMIS
