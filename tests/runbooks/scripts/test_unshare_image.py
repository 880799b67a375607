"""Nobody can launch, or build upon, an image that is retired, and that is read back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, SESSION, Script, load
from tests.runbooks.scripts.world import World

EVENTS = {"image": IMAGE, "amis": AMIS, "share": SHARE}
permissions = st.lists(
    st.sampled_from(
        [
            {"Group": "all"},
            {"UserId": "333333333333"},
            {"OrganizationArn": ORGANIZATION},
            {"OrganizationalUnitArn": UNIT},
        ]
    ),
    unique_by=str,
)


@pytest.fixture
def aws() -> World:
    return World()


@given(permissions, permissions, st.sampled_from(["ASSOCIATING", "ASSOCIATED", "DISASSOCIATED", None]))
def test_whoever_had_the_image_has_it_no_more(home: Any, away: Any, status: str | None) -> None:
    aws = World()
    aws.permissions = dict(zip(AMIS.items(), [list(home), list(away)], strict=True))
    if status:
        aws.associations[IMAGE] = status
    assert load("unshare_image", aws).handler(EVENTS, {}) == {"unshared": IMAGE}
    assert aws.visible()["permissions"] == {each: [] for each in AMIS.items()}
    assert not aws.visible()["image is shared"]
    assert len(aws.requested("ModifyImageAttribute")) == bool(home) + bool(away)


def test_every_ami_of_a_region_is_unshared(aws: World, script: Script) -> None:
    both = [(HOME, "ami-1"), (HOME, "ami-2")]
    aws.permissions = {each: [{"Group": "all"}] for each in both}
    script("unshare_image").handler({"image": IMAGE, "amis": {HOME: "ami-1,ami-2"}}, {})
    assert aws.permissions == {each: [] for each in both}
    assert not aws.requested("GetResourceShareAssociations")


def test_a_permission_that_stays_fails_and_is_named(aws: World, script: Script) -> None:
    aws.permissions["us-east-1", AMIS["us-east-1"]] = [{"UserId": "333333333333"}]
    aws.answers["ec2", "ModifyImageAttribute"] = {}
    with pytest.raises(ValueError, match=r"in us-east-1 is still shared: .*333333333333"):
        script("unshare_image").handler(EVENTS, {})


def test_an_image_of_which_no_ami_is_left_is_taken_out_of_the_share(aws: World, script: Script) -> None:
    aws.associations[IMAGE] = "ASSOCIATED"
    script("unshare_image").handler({**EVENTS, "amis": {}}, {})
    assert aws.associations[IMAGE] == "DISASSOCIATED"


@pytest.mark.parametrize("status", SESSION.get_service_model("ram").shape_for("ResourceShareAssociationStatus").enum)
def test_only_what_is_in_the_share_or_on_its_way_is_taken_out(aws: World, script: Script, status: str) -> None:
    aws.associations[IMAGE] = status
    aws.answers["ram", "DisassociateResourceShare"] = lambda *_: aws.associations.clear() or {}
    if status == "DISASSOCIATING":
        with pytest.raises(ValueError, match="still in resource share"):
            script("unshare_image").handler(EVENTS, {})
    else:
        script("unshare_image").handler(EVENTS, {})
    taken = [{"resourceShareArn": SHARE, "resourceArns": [IMAGE]}] * (status in {"ASSOCIATING", "ASSOCIATED"})
    assert aws.requested("DisassociateResourceShare") == taken


def test_the_script_waits_until_ram_has_let_go(aws: World, script: Script) -> None:
    aws.associations[IMAGE] = "ASSOCIATED"
    asked: Any = aws.answers["ram", "GetResourceShareAssociations"]

    def slow(region: str, parameters: dict[str, Any]) -> Any:
        if len(aws.slept) >= 2:
            aws.associations[IMAGE] = "DISASSOCIATED"
        return asked(region, parameters)

    aws.answers["ram", "DisassociateResourceShare"] = lambda *_: (
        aws.associations.update({IMAGE: "DISASSOCIATING"}) or {}
    )
    aws.answers["ram", "GetResourceShareAssociations"] = slow
    script("unshare_image").handler(EVENTS, {})
    assert aws.slept == [5, 5]


def test_ram_that_never_lets_go_fails_within_the_time_of_the_step(aws: World, script: Script) -> None:
    aws.associations[IMAGE] = "DISASSOCIATING"
    with pytest.raises(ValueError, match="still in resource share"):
        script("unshare_image").handler(EVENTS, {})
    assert sum(aws.slept) == 300
