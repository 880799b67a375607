"""Whatever is left of an image is found, and who could launch it is named, even where a Region does not answer."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Script, error
from tests.runbooks.scripts.world import World

AWAY = "us-east-1"
EVENTS = {
    "image": IMAGE,
    "images": NAMES.images_arn().removesuffix("*"),
    "because": "It holds a key",
    "parameter": NAMES.parameter,
    "regions": list(AMIS),
}


@pytest.fixture
def aws() -> World:
    world = World()
    world.permissions[HOME, AMIS[HOME]] = [{"OrganizationArn": ORGANIZATION}, {"UserId": "333333333333"}]
    return world


def _inspect(script: Script, **events: Any) -> dict[str, Any]:
    return dict(script("inspect_revocation").handler({**EVENTS, **events}, {}))


@pytest.mark.parametrize("because", ["", " ", "none", "None", " NONE\n"])
def test_nobody_takes_back_without_a_reason(aws: World, script: Script, because: str) -> None:
    with pytest.raises(ValueError, match="Name the reason"):
        _inspect(script, because=because)
    assert aws.requests == []


@pytest.mark.parametrize(
    "image",
    [
        IMAGE.replace("web-server", "web-server2"),
        IMAGE.replace("222222222222", "333333333333"),
        IMAGE.replace("eu-west-1", AWAY),
    ],
)
def test_an_image_of_another_runbook_is_refused_unseen(aws: World, script: Script, image: str) -> None:
    with pytest.raises(ValueError, match="is not an image of this runbook"):
        _inspect(script, image=image)
    assert aws.requests == []


def test_every_receiver_is_named_with_what_it_could_launch(aws: World, script: Script) -> None:
    found = _inspect(script)
    assert found["amis"] == AMIS
    assert found["access"] == [f"{HOME} {AMIS[HOME]}: {ORGANIZATION}", f"{HOME} {AMIS[HOME]}: 333333333333"]
    assert found["unseen"] == "nothing"
    assert found["role"] == "neither current nor previous"
    assert all(part in found["summary"] for part in (IMAGE, "It holds a key", ORGANIZATION, "2 in all"))


def test_an_image_that_nobody_has_says_so(aws: World, script: Script) -> None:
    aws.permissions[HOME, AMIS[HOME]] = []
    assert _inspect(script)["access"] == ["nobody"]


@pytest.mark.parametrize("status", ["ASSOCIATED", "ASSOCIATING", "DISASSOCIATED"])
def test_who_could_build_upon_it_is_named_while_it_is_in_the_share(aws: World, script: Script, status: str) -> None:
    def associations(_: str, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["associationType"] == "RESOURCE":
            return {"resourceShareAssociations": [{"status": status}]}
        reached = [
            {"associatedEntity": UNIT, "status": "ASSOCIATED"},
            {"associatedEntity": "4", "status": "DISASSOCIATED"},
        ]
        return {"resourceShareAssociations": reached}

    aws.answers["ram", "GetResourceShareAssociations"] = associations
    named = [who for who in _inspect(script, share=SHARE)["access"] if who.startswith(SHARE)]
    assert named == ([f"{SHARE}: {UNIT}"] if status != "DISASSOCIATED" else [])


def test_an_ami_that_has_lost_its_tag_is_named_with_what_to_do(aws: World, script: Script) -> None:
    del aws.ami_tags[AWAY, AMIS[AWAY]]
    found = _inspect(script)
    assert found["amis"] == {HOME: AMIS[HOME]}
    assert found["unseen"] == f"{AMIS[AWAY]} in {AWAY} (its tag Ec2ImageBuilderArn is gone: tag it again)"


def test_an_ami_that_only_its_tag_tells_is_found_too(aws: World, script: Script) -> None:
    aws.states[HOME, "ami-copied"] = "disabled"
    aws.ami_tags[HOME, "ami-copied"] = {"Ec2ImageBuilderArn": IMAGE}
    aws.permissions[HOME, "ami-copied"] = []
    assert _inspect(script)["amis"] == {HOME: f"{AMIS[HOME]},ami-copied", AWAY: AMIS[AWAY]}


def test_a_region_that_is_configured_no_more_is_looked_at_too(aws: World, script: Script) -> None:
    assert _inspect(script, regions=[HOME])["amis"] == AMIS


def test_amis_that_are_gone_are_no_fault(aws: World, script: Script) -> None:
    aws.states.clear()
    found = _inspect(script)
    assert (found["amis"], found["access"], found["unseen"]) == ({}, ["nobody"], "nothing")


def test_amis_may_be_left_of_an_image_that_is_gone(aws: World, script: Script) -> None:
    aws.answers["imagebuilder", "GetImage"] = error("ResourceNotFoundException")
    found = _inspect(script)
    assert (found["amis"], found["unseen"]) == (AMIS, "nothing")


def test_a_region_that_does_not_answer_is_named_and_its_amis_are_taken_from_the_image(
    aws: World, script: Script
) -> None:
    answer: Any = aws.answers["ec2", "DescribeImages"]

    def silent(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if region == AWAY:
            raise error("Unavailable")
        return dict(answer(region, asked))

    aws.answers["ec2", "DescribeImages"] = silent
    found = _inspect(script)
    assert found["amis"] == AMIS
    assert found["unseen"].startswith(f"AMIs in {AWAY} (")


@pytest.mark.parametrize("api", [("imagebuilder", "GetImage"), ("ec2", "DescribeImageAttribute")])
def test_what_cannot_be_read_does_not_keep_it_from_being_taken_back(
    aws: World, script: Script, api: tuple[str, str]
) -> None:
    aws.answers[api] = error("InternalError")
    assert _inspect(script)["amis"] == AMIS


def test_a_share_that_cannot_be_read_is_said_to_be_unknown(aws: World, script: Script) -> None:
    aws.answers["ram", "GetResourceShareAssociations"] = error("ServerInternalException")
    assert any(who.startswith(f"{SHARE}: unknown (") for who in _inspect(script, share=SHARE)["access"])


def test_without_the_record_nobody_knows_what_the_image_is(aws: World, script: Script) -> None:
    aws.answers["ssm", "GetParameter"] = error("InternalServerError")
    with pytest.raises(ClientError):
        _inspect(script)


@pytest.mark.parametrize(("image", "role"), [(IMAGE, "neither"), (OLDER, "the approved image")])
def test_it_says_what_the_image_is_to_its_consumers(aws: World, script: Script, image: str, role: str) -> None:
    aws.approved_before()
    aws.permissions |= {(region, ami): [] for (region, ami) in aws.states if (region, ami) not in aws.permissions}
    assert _inspect(script, image=image)["role"].startswith(role)


def test_a_thousand_receivers_are_counted_and_the_request_fits(aws: World, script: Script) -> None:
    aws.permissions[HOME, AMIS[HOME]] = [{"UserId": f"{number:012}"} for number in range(1000)]
    found = _inspect(script, because="x" * 500)
    assert len(found["access"]) == 201
    assert found["access"][-1] == "and 800 more"
    assert len(found["summary"]) <= 4096


def test_what_was_not_seen_is_said_however_many_receivers_there_are(aws: World, script: Script) -> None:
    aws.answers["imagebuilder", "GetImage"] = error("InternalError")
    aws.permissions[HOME, AMIS[HOME]] = [{"UserId": f"{number:012}"} for number in range(1000)]
    summary = _inspect(script)["summary"]
    assert f"NOT SEEN: {IMAGE} (" in summary
    assert "1000 in all" in summary
