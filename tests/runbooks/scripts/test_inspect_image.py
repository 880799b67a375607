"""Only a private image, in exactly its Regions, is asked about."""

from typing import Any

import pytest

from tests.runbooks.conftest import ORGANIZATION, SHARE
from tests.runbooks.scripts.conftest import AMIS, IMAGE, SESSION, Aws, Script, built, error

EVENTS = {"image": IMAGE, "regions": list(AMIS)}
SHARING = {**EVENTS, "share": SHARE}


@pytest.fixture(autouse=True)
def _private_image(aws: Aws) -> None:
    aws.answers["imagebuilder", "GetImage"] = built()
    aws.answers["ec2", "DescribeImageAttribute"] = {"LaunchPermissions": []}
    aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": []}


@pytest.mark.parametrize("share", [{}, {"share": SHARE}], ids=["without a share", "with one"])
def test_the_ami_of_each_region_is_found(script: Script, share: dict[str, str]) -> None:
    assert script("inspect_image").handler({**EVENTS, **share}, {}) == {"amis": AMIS}


@pytest.mark.parametrize("amis", [{}, {"eu-west-1": "ami-1"}, {**AMIS, "eu-north-1": "ami-2"}])
def test_a_missing_or_a_further_region_is_refused(aws: Aws, script: Script, amis: dict[str, str]) -> None:
    aws.answers["imagebuilder", "GetImage"] = built(amis)
    with pytest.raises(ValueError, match="must be in exactly"):
        script("inspect_image").handler(EVENTS, {})


@pytest.mark.parametrize("shared", AMIS)
@pytest.mark.parametrize(
    "permission", [{"Group": "all"}, {"UserId": "999999999999"}, {"OrganizationArn": ORGANIZATION}]
)
def test_an_image_that_anybody_may_launch_already_is_refused(
    aws: Aws, script: Script, shared: str, permission: Any
) -> None:
    aws.answers["ec2", "DescribeImageAttribute"] = lambda region, asked: {
        "LaunchPermissions": [permission] if region == shared and asked["ImageId"] == AMIS[shared] else []
    }
    with pytest.raises(ValueError, match=f"in {shared} is shared already, before any approval"):
        script("inspect_image").handler(EVENTS, {})


@pytest.mark.parametrize("status", SESSION.get_service_model("ram").shape_for("ResourceShareAssociationStatus").enum)
def test_an_image_that_is_in_the_share_in_any_state_is_refused(aws: Aws, script: Script, status: str) -> None:
    found = {"resourceShareAssociations": [{"status": status}]}
    aws.answers["ram", "GetResourceShareAssociations"] = lambda _, asked: (
        found if "nextToken" in asked else {"resourceShareAssociations": [], "nextToken": "more"}
    )
    if status == "DISASSOCIATED":
        assert script("inspect_image").handler(SHARING, {})
        return
    with pytest.raises(ValueError, match="already, before any approval"):
        script("inspect_image").handler(SHARING, {})


@pytest.mark.parametrize(
    "api", [("imagebuilder", "GetImage"), ("ec2", "DescribeImageAttribute"), ("ram", "GetResourceShareAssociations")]
)
def test_not_being_able_to_look_is_no_private_image(aws: Aws, script: Script, api: tuple[str, str]) -> None:
    aws.answers[api] = error("AccessDenied")
    with pytest.raises(Exception, match="AccessDenied"):
        script("inspect_image").handler(SHARING, {})
