"""Whatever an execution has built says how that ended, and what was not approved is put away."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import AMIS, EXECUTION, IMAGE, SESSION, Aws, built, error, load

TAG, RETIRABLE = "golden-ami:outcome", "golden-ami:retirable"
EVENTS = {"execution": EXECUTION, "outcome": "denied", "today": "2026-12-31"}
OUTCOMES = sorted(load("tell_outcome", Aws()).NEXT)
UNSHARED = {"denied", "expired", "build-failed", "scan-failed", "evidence-failed", "approval-invalid"}
STATUSES = SESSION.get_service_model("ssm").shape_for("AutomationExecutionStatus").enum
GONE = ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"]


class Image(Aws):
    """The image and the history of an execution; the steps come one to a page."""

    def __init__(self) -> None:
        super().__init__()
        self.image: dict[str, Any] = built()["image"] | {"tags": {"golden-ami:execution": EXECUTION}}
        self.steps: list[dict[str, Any]] = [
            {"StepName": "inspectTargets", "StepStatus": "Success", "Outputs": {"OutputPayload": ["{}"]}},
            {
                "StepName": "executeImageCreation",
                "StepStatus": "Success",
                "Outputs": {"imageBuildVersionArn": [IMAGE]},
            },
            {"StepName": "waitImageBuildingComplete", "StepStatus": "Failed"},
        ]
        self.answers = {
            ("ssm", "DescribeAutomationStepExecutions"): self._page,
            ("imagebuilder", "GetImage"): lambda *_: {"image": self.image},
            ("imagebuilder", "TagResource"): {},
            ("ec2", "CreateTags"): {},
            ("ec2", "EnableImageDeprecation"): {},
            ("ec2", "DisableImage"): {},
        }

    def mark(self, **events: Any) -> str:
        """Run the script; what Terraform does not configure is not given."""
        return str(load("mark_image", self).handler({**EVENTS, **events}, {})["marked"])

    def changes(self) -> list[str]:
        """Name what was changed."""
        return [api for api, _, _ in self.requests if not api.startswith(("Describe", "Get"))]

    def _page(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["AutomationExecutionId"] == EXECUTION
        number = int(asked.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.steps) else {}
        return {"StepExecutions": self.steps[number : number + 1], **more}


@pytest.fixture
def aws() -> Image:
    return Image()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_image_and_every_ami_say_how_it_ended(aws: Image, outcome: str) -> None:
    assert aws.mark(outcome=outcome) == IMAGE
    assert aws.requested("TagResource") == [{"resourceArn": IMAGE, "tags": {TAG: outcome}}]
    tagged = [(region, asked) for api, region, asked in aws.requests if api == "CreateTags"]
    tags = [{"Key": TAG, "Value": outcome}]
    assert tagged == [(region, {"Resources": [ami], "Tags": tags}) for region, ami in AMIS.items()]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_what_was_approved_is_not_put_away(aws: Image, outcome: str) -> None:
    aws.mark(outcome=outcome, deprecate=1, disable=True)
    put_away = ["CreateTags"] + ["EnableImageDeprecation", "DisableImage"] * (outcome != "approved")
    assert aws.changes() == ["TagResource", *put_away * len(AMIS)]
    of = [(region, asked["ImageId"]) for api, region, asked in aws.requests if api in put_away[1:]]
    assert sorted(of) == sorted(list(AMIS.items()) * (len(put_away) - 1))


@pytest.mark.parametrize(
    ("configured", "changes"),
    [
        ({}, []),
        ({"disable": False}, []),
        ({"deprecate": 30}, ["EnableImageDeprecation"]),
        ({"deprecate": "30", "disable": False}, ["EnableImageDeprecation"]),
        ({"disable": True}, ["DisableImage"]),
    ],
)
def test_it_is_put_away_only_as_configured(aws: Image, configured: Any, changes: list[str]) -> None:
    aws.mark(**configured)
    assert aws.changes() == ["TagResource", *["CreateTags", *changes] * len(AMIS)]


@pytest.mark.parametrize(
    ("today", "days", "day"),
    [
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-12-31", "365", "2027-12-31"),
        ("2028-02-28", 1, "2028-02-29"),
        ("2026-02-28", 1, "2026-03-01"),
    ],
)
def test_it_is_deprecated_from_the_day_that_is_configured(aws: Image, today: str, days: Any, day: str) -> None:
    aws.mark(today=today, deprecate=days)
    assert {asked["DeprecateAt"] for asked in aws.requested("EnableImageDeprecation")} == {f"{day}T00:00:00Z"}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("configured", [True, False])
def test_only_what_nobody_can_have_been_given_is_marked_for_deletion(
    aws: Image, outcome: str, configured: bool
) -> None:
    aws.mark(outcome=outcome, **({"retirable": "prod-eu"} if configured else {}))
    ((asked,), marked) = aws.requested("TagResource"), configured and outcome in UNSHARED
    assert asked["tags"] == {TAG: outcome} | ({RETIRABLE: "prod-eu"} if marked else {})
    assert not any(RETIRABLE in str(tags) for tags in aws.requested("CreateTags"))


@pytest.mark.parametrize("tags", [{}, {"golden-ami:execution": "another"}, {"golden-ami:execution": ""}, None])
def test_an_image_of_another_execution_is_not_touched(aws: Image, tags: dict[str, str] | None) -> None:
    del aws.image["tags"]
    if tags is not None:
        aws.image["tags"] = tags
    assert aws.mark(deprecate=1, disable=True, retirable="prod-eu") == "nothing"
    assert aws.changes() == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_was_revoked_stays_so_however_its_approval_ends(aws: Image, outcome: str) -> None:
    aws.image["tags"][TAG] = "revoked"
    assert aws.mark(outcome=outcome, deprecate=1, disable=True, retirable="prod-eu") == "nothing"
    assert aws.changes() == []


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "Success"])
def test_an_execution_that_built_nothing_marks_nothing(aws: Image, status: str) -> None:
    aws.steps[1] = {"StepName": "executeImageCreation", "StepStatus": status}
    assert aws.mark(outcome="build-failed", deprecate=1, disable=True) == "nothing"
    assert {api for api, _, _ in aws.requests} == {"DescribeAutomationStepExecutions"}


@pytest.mark.parametrize("steps", [[], [{"StepName": "inspectImage", "StepStatus": "Success"}]])
def test_an_execution_of_another_runbook_marks_nothing(aws: Image, steps: list[dict[str, Any]]) -> None:
    aws.steps = steps
    assert aws.mark(outcome="retired", deprecate=1, disable=True) == "nothing"
    assert aws.changes() == []


def test_an_image_that_is_gone_is_no_fault(aws: Image) -> None:
    aws.answers["imagebuilder", "GetImage"] = error("ResourceNotFoundException")
    assert aws.mark(disable=True) == "nothing"
    assert aws.changes() == []


@pytest.mark.parametrize("resources", [{}, {"amis": []}, None])
def test_an_image_whose_build_failed_has_no_amis_to_mark(aws: Image, resources: Any) -> None:
    aws.image |= {"outputResources": resources}
    if resources is None:
        del aws.image["outputResources"]
    assert aws.mark(outcome="build-failed", deprecate=1, disable=True) == IMAGE
    assert aws.changes() == ["TagResource"]


@pytest.mark.parametrize("code", GONE)
@pytest.mark.parametrize("api", ["CreateTags", "EnableImageDeprecation", "DisableImage"])
@pytest.mark.parametrize("gone", AMIS)
def test_an_ami_that_is_gone_is_no_fault_and_the_others_are_marked(aws: Image, gone: str, api: str, code: str) -> None:
    def answer(region: str, _: Any) -> dict[str, Any]:
        if region == gone:
            raise error(code)
        return {}

    aws.answers["ec2", api] = answer
    assert aws.mark(deprecate=1, disable=True) == IMAGE
    there = [other for other in AMIS if other != gone]
    assert [region for name, region, _ in aws.requests if name == "DisableImage" and region != gone] == there


@pytest.mark.parametrize("failing", AMIS)
def test_an_ami_that_cannot_be_marked_keeps_no_other_one_from_being_put_away(aws: Image, failing: str) -> None:
    def answer(region: str, _: Any) -> dict[str, Any]:
        if region == failing:
            raise error("UnauthorizedOperation")
        return {}

    aws.answers["ec2", "CreateTags"] = answer
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        aws.mark(deprecate=1, disable=True)
    others = [other for other in AMIS if other != failing]
    assert [region for name, region, _ in aws.requests if name == "DisableImage"] == others


@given(st.integers(min_value=1, max_value=11), st.booleans())
def test_any_other_failure_is_told_and_made_good_by_the_next_run(number: int, done_all_the_same: bool) -> None:
    aws = Image()
    aws.broken = {number: done_all_the_same}
    with pytest.raises(ClientError, match="InternalError"):
        aws.mark(deprecate=1, disable=True)
    aws.broken = {}
    aws.requests.clear()
    assert aws.mark(deprecate=1, disable=True) == IMAGE
    put_away = ["CreateTags", "EnableImageDeprecation", "DisableImage"]
    assert aws.changes() == ["TagResource", *put_away * len(AMIS)]


@pytest.mark.parametrize("api", [("imagebuilder", "GetImage"), ("imagebuilder", "TagResource"), ("ec2", "CreateTags")])
def test_not_being_allowed_to_is_no_image_that_is_gone(aws: Image, api: tuple[str, str]) -> None:
    aws.answers[api] = error("AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.mark(disable=True)
