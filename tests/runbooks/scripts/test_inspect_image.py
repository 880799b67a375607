"""Only a private image is asked about, and the request says all that a decision needs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, SHARE
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, IMAGE, SESSION, Aws, Script, built, error, load

ROLE = "arn:aws:iam::222222222222:role/Approver"
EVENTS = {
    "image": IMAGE,
    "regions": list(AMIS),
    "findings": "0 critical",
    "launch": [ORGANIZATION],
    "approvers": [ROLE],
    "required": 1,
    "execution": EXECUTION,
    "home": "eu-west-1",
    "partition": "aws",
}
SHARING = {**EVENTS, "share": SHARE}


def _private(aws: Aws) -> None:
    aws.answers["imagebuilder", "GetImage"] = built()
    aws.answers["ec2", "DescribeImageAttribute"] = {"LaunchPermissions": []}
    aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": []}


@pytest.fixture(autouse=True)
def _private_image(aws: Aws) -> None:
    _private(aws)


def test_the_request_names_image_amis_findings_receivers_and_commands(script: Script) -> None:
    found = script("inspect_image").handler(SHARING, {})
    assert found["amis"] == AMIS
    for expected in (
        IMAGE,
        *AMIS.items(),
        "0 critical",
        ORGANIZATION,
        SHARE,
        ROLE,
        "send-automation-signal",
        EXECUTION,
    ):
        assert (": ".join(expected) if isinstance(expected, tuple) else expected) in found["request"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [("findings", "NOT SCANNED"), ("launch", "after approval: nobody"), ("share", "share after approval: none")],
)
def test_what_an_image_does_not_have_is_said(script: Script, missing: str, words: str) -> None:
    events = {key: value for key, value in SHARING.items() if key != missing}
    assert words in script("inspect_image").handler(events, {})["request"]


@pytest.mark.parametrize(
    ("partition", "console"),
    [("aws", "aws.amazon.com"), ("aws-cn", "amazonaws.cn"), ("aws-us-gov", "amazonaws-us-gov.com")],
)
def test_the_link_leads_to_the_console_of_the_partition(script: Script, partition: str, console: str) -> None:
    request = script("inspect_image").handler({**EVENTS, "partition": partition}, {})["request"]
    link = f"https://eu-west-1.console.{console}/systems-manager/automation/execution/{EXECUTION}?region=eu-west-1"
    assert link in request.splitlines()


@given(
    accounts=st.integers(min_value=0, max_value=400),
    approvers=st.lists(st.text(max_size=300), max_size=10),
    findings=st.text(max_size=5000),
)
def test_the_request_never_exceeds_what_systems_manager_takes(
    accounts: int, approvers: list[str], findings: str
) -> None:
    aws = Aws()
    _private(aws)
    launch = [f"{number:012}" for number in range(accounts)]
    events = {**EVENTS, "launch": launch, "approvers": approvers, "findings": findings}
    request = load("inspect_image", aws).handler(events, {})["request"]
    assert len(request) <= 4096
    assert request.startswith(f"Please approve or deny image {IMAGE}\n")
    assert ("--signal-type Reject" in request) or request.endswith("has all of it.]")


def test_a_request_that_just_fits_is_not_shortened(script: Script) -> None:
    module = script("inspect_image")
    spare = (
        4096
        - len(module.handler({**EVENTS, "findings": ""}, {})["request"])
        + len("NOT SCANNED. NOBODY KNOWS WHAT THIS IMAGE CONTAINS.")
    )
    for length, shortened in ((spare, False), (spare + 1, True)):
        request = module.handler({**EVENTS, "findings": "x" * length}, {})["request"]
        assert len(request) == 4096
        assert ("Shortened" in request) is shortened


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
