"""An AMI is launched by exactly the configured principals of the organization."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, UNIT
from tests.runbooks.scripts.bucket import DIGEST
from tests.runbooks.scripts.conftest import AMIS, HOME, Script, error, load
from tests.runbooks.scripts.world import BUILT, TODAY, World

EVENTS = {
    "amis": AMIS,
    "principals": [ORGANIZATION, UNIT, "333333333333"],
    "organization": "o-a1b2c3d4e5",
    "today": TODAY,
    "digest": DIGEST,
}
DESCRIPTION = f"{BUILT} | golden-ami: approved {TODAY}, evidence SHA-256 {DIGEST}"
FOREIGN = [
    "",
    "all",
    "22222222222",
    "2222222222222",
    "333333333333\n",
    "\u0663" * 12,
    "arn:aws:iam::333333333333:root",
    ORGANIZATION.replace("o-a1b2c3d4e5", "o-zzzzzzzzzz"),
    ORGANIZATION + "x",
    ORGANIZATION + "\n",
    ORGANIZATION.replace("organization/", "ou/"),
    UNIT.replace("o-a1b2c3d4e5", "o-zzzzzzzzzz"),
    UNIT.replace(":ou/", ":organization/"),
    UNIT + "/ou-other",
]


@pytest.fixture
def aws() -> World:
    return World()


def test_every_region_is_shared_with_exactly_the_principals(aws: World, script: Script) -> None:
    assert script("share_ami").handler(EVENTS, {}) == {"amis": AMIS}
    wanted = [{"OrganizationArn": ORGANIZATION}, {"OrganizationalUnitArn": UNIT}, {"UserId": "333333333333"}]
    assert aws.permissions == dict.fromkeys(AMIS.items(), wanted)


def test_sharing_twice_is_sharing_once(aws: World, script: Script) -> None:
    script("share_ami").handler(EVENTS, {})
    once = aws.visible()
    script("share_ami").handler(EVENTS, {})
    assert aws.visible() == once


def test_receivers_read_in_the_description_when_it_was_approved_and_upon_what(aws: World, script: Script) -> None:
    for _ in range(2):
        script("share_ami").handler(EVENTS, {})
        assert aws.descriptions == dict.fromkeys(AMIS.items(), DESCRIPTION)


def test_an_ami_that_others_may_launch_too_is_not_described_as_approved(aws: World, script: Script) -> None:
    aws.permissions["us-east-1", AMIS["us-east-1"]].append({"Group": "all"})
    with pytest.raises(ValueError, match="may be launched by"):
        script("share_ami").handler(EVENTS, {})
    assert aws.descriptions["us-east-1", AMIS["us-east-1"]] == BUILT


def test_an_ami_that_cannot_be_described_fails_the_step(aws: World, script: Script) -> None:
    aws.broken = {3: False}
    with pytest.raises(Exception, match="InternalError"):
        script("share_ami").handler(EVENTS, {})
    assert aws.requests[-1][2] == {"ImageId": AMIS[HOME], "Attribute": "description"}


@pytest.mark.parametrize("region", AMIS)
@pytest.mark.parametrize("foreign", [{"Group": "all"}, {"UserId": "999999999999"}])
def test_a_foreign_permission_is_found_by_reading_back(
    aws: World, script: Script, region: str, foreign: dict[str, str]
) -> None:
    aws.permissions[region, AMIS[region]].append(foreign)
    with pytest.raises(ValueError, match=f"in {region} may be launched by .*{next(iter(foreign.values()))}.* must by"):
        script("share_ami").handler(EVENTS, {})


def test_a_permission_that_did_not_come_about_is_found_by_reading_back(aws: World, script: Script) -> None:
    aws.answers["ec2", "ModifyImageAttribute"] = {}
    with pytest.raises(ValueError, match=r"may be launched by \[\], and must by"):
        script("share_ami").handler(EVENTS, {})


def test_a_region_that_fails_fails_the_step(aws: World, script: Script) -> None:
    modify: Any = aws.answers["ec2", "ModifyImageAttribute"]

    def failing(region: str, asked: dict[str, Any]) -> dict[str, Any]:
        if region == "us-east-1":
            raise error("InternalError")
        return dict(modify(region, asked))

    aws.answers["ec2", "ModifyImageAttribute"] = failing
    with pytest.raises(Exception, match="InternalError"):
        script("share_ami").handler(EVENTS, {})


@pytest.mark.parametrize("principal", FOREIGN)
def test_one_principal_outside_the_organization_shares_nothing_at_all(
    aws: World, script: Script, principal: str
) -> None:
    with pytest.raises(ValueError, match="no part of organization"):
        script("share_ami").handler({**EVENTS, "principals": ["333333333333", principal]}, {})
    assert aws.requests == []


principals = st.one_of(
    st.text(),
    st.from_regex(r"[0-9]{11,13}", fullmatch=True),
    st.from_regex(
        r"arn:aws(-cn)?:organizations::[0-9]{12}:(organization|ou|root|account)/o-(a1b2c3d4e5|[a-z0-9]{0,10})"
        r"(/ou-[a-z0-9]{4}-[a-z0-9]{0,8}|/[0-9]{12})?",
        fullmatch=True,
    ),
)


@given(st.lists(principals, min_size=1, max_size=4))
def test_nobody_outside_the_organization_is_ever_sent_to_ec2(wanted: list[str]) -> None:
    aws = World()
    try:
        load("share_ami", aws).handler({**EVENTS, "principals": wanted}, {})
    except ValueError:
        assert aws.requests == []
    asked = [each["LaunchPermission"] for each in aws.requested("ModifyImageAttribute") if "Description" not in each]
    sent = [each for permission in asked for each in permission["Add"]]
    for permission in sent:
        ((kind, value),) = permission.items()
        if kind == "UserId":
            assert len(value) == 12
            assert value.isascii()
            assert value.isdigit()
        else:
            unit = r"ou/o-a1b2c3d4e5/ou-[0-9a-z-]+" if kind == "OrganizationalUnitArn" else "organization/o-a1b2c3d4e5"
            assert re.fullmatch(f"arn:aws(-cn)?:organizations::[0-9]{{12}}:{unit}", value)
