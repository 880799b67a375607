"""An image is taken back from everybody everywhere it went, whatever fails on the way; what is left is named."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Script, error, load
from tests.runbooks.scripts.world import AMI_PARAMETER, OLD_AMIS, RECORD, World

AWAY = "us-east-1"
TAG = "golden-ami:outcome"
EVENTS = {
    "image": IMAGE,
    "amis": AMIS,
    "share": SHARE,
    "parameter": NAMES.parameter,
    "unseen": "nothing",
    "today": "2100-02-28",
}


def _shared() -> World:
    world = World()
    world.approved_before()
    world.share()
    world.requests.clear()
    return world


@pytest.fixture
def aws() -> World:
    return _shared()


def _is_taken_back(aws: World) -> bool:
    seen = aws.visible()
    return (
        not any(seen["permissions"].values())
        and not seen["image is shared"]
        and seen["published"] == OLD_AMIS
        and seen["approved"] == OLDER
    )


def test_nobody_has_anything_of_it_and_it_says_so(aws: World, script: Script) -> None:
    assert script("revoke_image").handler(EVENTS, {}) == {"revoked": IMAGE}
    assert _is_taken_back(aws)
    assert aws.image_tags[IMAGE][TAG] == "revoked"
    for each in AMIS.items():
        assert aws.ami_tags[each][TAG] == "revoked"
        assert "REVOKED 2100-02-28" in aws.descriptions[each]
        assert "approved" not in aws.descriptions[each]
        assert aws.deprecated[each] == "2100-03-01T00:00:00Z"


def test_it_is_tagged_before_anything_else_so_that_no_pending_approval_shares_it_again(
    aws: World, script: Script
) -> None:
    script("revoke_image").handler(EVENTS, {})
    assert aws.requests[0][0] == "TagResource"


def test_it_is_never_deprecated_in_the_past_though_people_were_asked_for_weeks(aws: World, script: Script) -> None:
    script("revoke_image").handler({**EVENTS, "today": "2026-01-01"}, {})
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert all(date.fromisoformat(each[:10]) >= tomorrow for each in aws.deprecated.values())


def test_doing_it_again_changes_nothing_and_keeps_the_day(aws: World, script: Script) -> None:
    script("revoke_image").handler(EVENTS, {})
    before = (aws.visible(), dict(aws.descriptions))
    assert script("revoke_image").handler({**EVENTS, "today": "2101-01-01"}, {}) == {"revoked": IMAGE}
    assert (aws.visible(), aws.descriptions) == before


@given(st.integers(min_value=1, max_value=45), st.booleans())
def test_one_failure_keeps_nothing_else_from_being_taken_back_and_the_next_start_does_the_rest(
    number: int, done_all_the_same: bool
) -> None:
    aws = _shared()
    aws.broken = {number: done_all_the_same}
    with suppress(RuntimeError):
        load("revoke_image", aws).handler(EVENTS, {})
        assert _is_taken_back(aws)
    assert sum(map(bool, aws.permissions.values())) <= 1
    aws.broken = {}
    load("revoke_image", aws).handler(EVENTS, {})
    assert _is_taken_back(aws)
    assert aws.image_tags[IMAGE][TAG] == "revoked"


@pytest.mark.parametrize("broken", AMIS)
def test_a_region_that_fails_is_named_and_every_other_one_is_done(aws: World, script: Script, broken: str) -> None:
    answers: dict[tuple[str, str], Any] = dict(aws.answers)

    def failing(answer: Any) -> Any:
        def there(region: str, asked: dict[str, Any]) -> Any:
            if region == broken:
                raise error("RequestTimeout")
            return answer(region, asked)

        return there

    for key, answer in answers.items():
        if key[0] == "ec2":
            aws.answers[key] = failing(answer)
    with pytest.raises(RuntimeError, match=f"launch permissions of {AMIS[broken]} in {broken}"):
        script("revoke_image").handler(EVENTS, {})
    (other,) = set(AMIS) - {broken}
    assert aws.permissions[other, AMIS[other]] == []
    assert aws.permissions[broken, AMIS[broken]]
    assert not aws.visible()["image is shared"]
    assert "REVOKED" in aws.descriptions[other, AMIS[other]]
    aws.answers = answers
    script("revoke_image").handler(EVENTS, {})
    assert _is_taken_back(aws)


def test_what_could_not_be_looked_at_is_not_called_revoked(aws: World, script: Script) -> None:
    with pytest.raises(RuntimeError, match="AMIs in eu-north-1"):
        script("revoke_image").handler({**EVENTS, "unseen": "AMIs in eu-north-1 (Unavailable)"}, {})
    assert _is_taken_back(aws)


def test_a_parameter_that_systems_manager_leaves_as_it_was_is_named(aws: World, script: Script) -> None:
    put: Any = aws.answers["ssm", "PutParameter"]

    def drops(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        return {} if asked["Name"] == AMI_PARAMETER and region == AWAY else dict(put(region, asked))

    aws.answers["ssm", "PutParameter"] = drops
    with pytest.raises(RuntimeError, match=f"parameter in {AWAY} .*is still {AMIS[AWAY]}"):
        script("revoke_image").handler(EVENTS, {})


def test_a_parameter_that_names_it_though_the_record_does_not_is_changed_too(aws: World, script: Script) -> None:
    record = aws.record()
    aws.approved_before()
    aws.parameters[AWAY, AMI_PARAMETER]["Value"] = AMIS[AWAY]
    script("revoke_image").handler(EVENTS, {})
    assert record["image"] == IMAGE
    assert aws.visible()["published"] == OLD_AMIS


def test_the_image_before_is_forgotten_and_consumers_keep_what_they_have(aws: World, script: Script) -> None:
    aws.permissions |= {each: [{"OrganizationArn": ORGANIZATION}] for each in OLD_AMIS.items()}
    aws.descriptions |= dict.fromkeys(OLD_AMIS.items(), "old")
    script("revoke_image").handler({**EVENTS, "image": OLDER, "amis": OLD_AMIS}, {})
    assert aws.visible()["published"] == AMIS
    assert aws.record()["image"] == IMAGE
    assert "previous" not in aws.record()
    assert not any(aws.permissions[each] for each in OLD_AMIS.items())


def test_the_only_approved_image_leaves_consumers_none(script: Script, aws: World) -> None:
    del aws.parameters[HOME, RECORD]
    record = '{"image": "IMAGE", "amis": AMIS}'.replace("IMAGE", IMAGE).replace("AMIS", str(AMIS).replace("'", '"'))
    aws.parameters[HOME, RECORD] = {"Value": record, "DataType": "text", "Tier": "Standard"}
    script("revoke_image").handler(EVENTS, {})
    assert aws.parameters == {}


def test_what_is_left_of_an_image_that_is_gone_is_taken_back(aws: World, script: Script) -> None:
    aws.answers["imagebuilder", "TagResource"] = error("ResourceNotFoundException")
    assert script("revoke_image").handler(EVENTS, {}) == {"revoked": IMAGE}
    assert _is_taken_back(aws)
