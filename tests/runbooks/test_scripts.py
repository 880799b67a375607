"""The scripts refuse whatever is not exactly right, and call AWS only as its models allow."""

import importlib
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from golden_ami.runbooks import APPROVAL as PATH

SESSION = botocore.session.Session()
IMAGE = "arn:aws:imagebuilder:eu-west-1:222222222222:image/golden-ami-web/1.0.1/1"
ALICE = "arn:aws:sts::222222222222:assumed-role/Approver/alice"
BOB = "arn:aws:sts::222222222222:assumed-role/Approver/bob"
ROLE = "arn:aws:iam::222222222222:role/Approver"
STARTER = "arn:aws:sts::222222222222:assumed-role/Starter/carol"
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"
AMIS = {"eu-west-1": "ami-0123456789abcdef0", "us-east-1": "ami-0fedcba9876543210"}


class Aws:
    """Answers by service and API; every request is validated by botocore's model."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Any] = {}
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []

    def call(self, service: str, api: str, *, region: str | None = None, **parameters: Any) -> Any:
        shape = SESSION.get_service_model(service).operation_model(api).input_shape
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), report.generate_report()
        self.requests.append((api, region, parameters))
        answer = self.answers[service, api]
        return answer(region, parameters) if callable(answer) else answer


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def script(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import a script with the fake in place of its prelude."""
    prelude = ModuleType("_aws")
    prelude.call = aws.call  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "_aws", prelude)
    monkeypatch.syspath_prepend(PATH.parent / "scripts")

    def load(name: str) -> ModuleType:
        monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module(name)

    return load


Load = Callable[[str], ModuleType]


def _image(amis: dict[str, str] = AMIS, status: str = "AVAILABLE") -> dict[str, Any]:
    found = [{"region": region, "image": ami} for region, ami in amis.items()]
    return {"image": {"arn": IMAGE, "state": {"status": status}, "outputResources": {"amis": found}}}


class TestCheckFindings:
    EVENTS = {"image": IMAGE, "limits": {"critical": "0", "high": "2"}}

    @staticmethod
    def _counts(**counts: int) -> dict[str, Any]:
        severities = {"critical": 0, "high": 0, "medium": 0, "all": 0, **counts}
        return {"responses": [{"imageAggregation": {"imageBuildVersionArn": IMAGE, "severityCounts": severities}}]}

    @pytest.mark.parametrize("counts", [{}, {"high": 2}, {"medium": 900, "all": 900}])
    def test_counts_within_the_limits_pass(self, aws: Aws, script: Load, counts: dict[str, int]) -> None:
        aws.answers["imagebuilder", "ListImageScanFindingAggregations"] = self._counts(**counts)
        assert "critical" in script("check_findings").handler(self.EVENTS, {})["summary"]

    @pytest.mark.parametrize("counts", [{"critical": 1}, {"high": 3}])
    def test_counts_over_a_limit_are_refused(self, aws: Aws, script: Load, counts: dict[str, int]) -> None:
        aws.answers["imagebuilder", "ListImageScanFindingAggregations"] = self._counts(**counts)
        with pytest.raises(ValueError, match="Too many findings"):
            script("check_findings").handler(self.EVENTS, {})

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"responses": [{"accountAggregation": {}}]},
            {"responses": [{"imageAggregation": {"imageBuildVersionArn": "other"}}]},
            {"responses": [{"imageAggregation": {"imageBuildVersionArn": IMAGE, "severityCounts": {"critical": 0}}}]},
        ],
        ids=["nothing", "another kind", "another image", "a severity is missing"],
    )
    def test_a_malformed_answer_is_no_clean_scan(self, aws: Aws, script: Load, answer: dict[str, Any]) -> None:
        aws.answers["imagebuilder", "ListImageScanFindingAggregations"] = answer
        with pytest.raises((KeyError, ValueError)):
            script("check_findings").handler(self.EVENTS, {})


class TestInspectImage:
    EVENTS = {
        "image": IMAGE,
        "regions": list(AMIS),
        "findings": "0 critical",
        "launch": [ORGANIZATION],
        "approvers": [ROLE],
        "required": 1,
        "execution": "e-1",
        "home": "eu-west-1",
        "partition": "aws",
    }

    @pytest.fixture(autouse=True)
    def _private_image(self, aws: Aws) -> None:
        aws.answers["imagebuilder", "GetImage"] = _image()
        aws.answers["ec2", "DescribeImageAttribute"] = {"LaunchPermissions": []}
        aws.answers["ram", "GetResourceShares"] = {
            "resourceShares": [{"allowExternalPrincipals": False, "status": "ACTIVE"}]
        }
        aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": []}

    def test_the_request_names_image_amis_findings_receivers_and_commands(self, script: Load) -> None:
        request = script("inspect_image").handler({**self.EVENTS, "share": "share"}, {})["request"]
        for expected in (IMAGE, *AMIS.values(), "0 critical", ORGANIZATION, ROLE, "send-automation-signal", "https://"):
            assert expected in request

    def test_an_image_that_was_not_scanned_says_so_in_capitals(self, script: Load) -> None:
        events = {key: value for key, value in self.EVENTS.items() if key != "findings"}
        assert "NOT SCANNED" in script("inspect_image").handler(events, {})["request"]

    def test_the_request_never_exceeds_what_systems_manager_takes(self, script: Load) -> None:
        events = {**self.EVENTS, "launch": [f"{number:012}" for number in range(1000)]}
        request = script("inspect_image").handler(events, {})["request"]
        assert len(request) <= 4096
        assert "Shortened" in request

    @pytest.mark.parametrize("amis", [{"eu-west-1": "ami-1"}, {**AMIS, "eu-north-1": "ami-2"}])
    def test_a_missing_or_a_further_region_is_refused(self, aws: Aws, script: Load, amis: dict[str, str]) -> None:
        aws.answers["imagebuilder", "GetImage"] = _image(amis)
        with pytest.raises(ValueError, match="must be in exactly"):
            script("inspect_image").handler(self.EVENTS, {})

    @pytest.mark.parametrize("permission", [{"Group": "all"}, {"UserId": "999999999999"}])
    def test_an_image_that_is_shared_already_is_refused(self, aws: Aws, script: Load, permission: Any) -> None:
        aws.answers["ec2", "DescribeImageAttribute"] = lambda region, _: {
            "LaunchPermissions": [permission] if region == "us-east-1" else []
        }
        with pytest.raises(ValueError, match="before any approval"):
            script("inspect_image").handler(self.EVENTS, {})

    @pytest.mark.parametrize(
        "share",
        [
            {"allowExternalPrincipals": True, "status": "ACTIVE"},
            {"allowExternalPrincipals": False, "status": "DELETED"},
        ],
    )
    def test_an_open_or_dead_share_is_refused(self, aws: Aws, script: Load, share: Any) -> None:
        aws.answers["ram", "GetResourceShares"] = {"resourceShares": [share]}
        with pytest.raises(ValueError, match="closed to external principals"):
            script("inspect_image").handler({**self.EVENTS, "share": "share"}, {})

    def test_an_image_that_is_in_the_share_already_is_refused(self, aws: Aws, script: Load) -> None:
        aws.answers["ram", "GetResourceShareAssociations"] = {"resourceShareAssociations": [{"status": "ASSOCIATED"}]}
        with pytest.raises(ValueError, match="before any approval"):
            script("inspect_image").handler({**self.EVENTS, "share": "share"}, {})


class TestAssertApproval:
    EVENTS = {"execution": "e" * 36, "approvers": [ROLE], "required": 1, "image": IMAGE, "amis": AMIS}

    @staticmethod
    def _decide(aws: Aws, *approvers: str, status: str = "Success", said: Any = ("Approved",), **step: Any) -> None:
        decisions = [json.dumps({"Approver": who, "Decision": "Approve", "Comment": ""}) for who in approvers]
        aws.answers["ssm", "DescribeAutomationStepExecutions"] = {
            "StepExecutions": [
                {
                    "StepName": "waitForAdministratorApproval",
                    "StepStatus": status,
                    "Outputs": {"ApprovalStatus": list(said), "ApproverDecisions": decisions},
                    **step,
                }
            ]
        }
        aws.answers["ssm", "GetAutomationExecution"] = {"AutomationExecution": {"ExecutedBy": STARTER}}
        aws.answers["imagebuilder", "GetImage"] = _image()

    def test_an_approval_of_a_named_other_person_holds(self, aws: Aws, script: Load) -> None:
        self._decide(aws, ALICE)
        assert script("assert_approval").handler(self.EVENTS, {}) == {"approvers": [ALICE]}

    def test_two_people_of_one_role_are_two(self, aws: Aws, script: Load) -> None:
        self._decide(aws, ALICE, BOB)
        assert script("assert_approval").handler({**self.EVENTS, "required": 2}, {}) == {"approvers": [ALICE, BOB]}

    @pytest.mark.parametrize(
        ("approvers", "required"),
        [
            ([], 1),
            ([ALICE, ALICE], 2),
            ([ALICE, ALICE.replace("Approver", "Second")], 2),
            ([ALICE.replace("Approver", "Other")], 1),
            ([STARTER.replace("Starter", "Approver")], 1),
            ([ALICE], 2),
        ],
        ids=["nobody", "same session twice", "one person, two roles", "not on the list", "the starter", "one of two"],
    )
    def test_what_is_no_quorum_of_others_is_refused(
        self, aws: Aws, script: Load, approvers: list[str], required: int
    ) -> None:
        self._decide(aws, *approvers)
        both = [ROLE, ROLE.replace("Approver", "Second")]
        with pytest.raises(ValueError, match="are needed"):
            script("assert_approval").handler({**self.EVENTS, "approvers": both, "required": required}, {})

    @pytest.mark.parametrize("status", ["Failed", "TimedOut", "Cancelled", "Waiting"])
    def test_a_step_that_did_not_succeed_is_refused(self, aws: Aws, script: Load, status: str) -> None:
        self._decide(aws, ALICE, status=status)
        with pytest.raises(ValueError, match="not Success"):
            script("assert_approval").handler(self.EVENTS, {})

    @pytest.mark.parametrize("said", [("Rejected",), (), ("Approved", "Rejected")])
    def test_a_status_other_than_approved_is_refused(self, aws: Aws, script: Load, said: Any) -> None:
        self._decide(aws, ALICE, said=said)
        with pytest.raises(ValueError, match="not Approved"):
            script("assert_approval").handler(self.EVENTS, {})

    def test_a_step_that_is_not_there_is_refused(self, aws: Aws, script: Load) -> None:
        self._decide(aws, ALICE, StepName="another")
        with pytest.raises(ValueError, match="unpack"):
            script("assert_approval").handler(self.EVENTS, {})

    @pytest.mark.parametrize(
        "answer", [_image(status="DISABLED"), _image({**AMIS, "eu-west-1": "ami-other"}), _image({})]
    )
    def test_an_image_that_changed_since_is_refused(self, aws: Aws, script: Load, answer: Any) -> None:
        self._decide(aws, ALICE)
        aws.answers["imagebuilder", "GetImage"] = answer
        with pytest.raises(ValueError, match="approved"):
            script("assert_approval").handler(self.EVENTS, {})


class TestShareAmi:
    EVENTS = {"amis": AMIS, "principals": [ORGANIZATION, "333333333333"], "organization": "o-a1b2c3d4e5"}

    @pytest.fixture
    def permissions(self, aws: Aws) -> dict[str, list[dict[str, str]]]:
        """EC2, with the permissions of each Region's AMI."""
        held: dict[str, list[dict[str, str]]] = {region: [] for region in AMIS}

        def modify(region: str, parameters: dict[str, Any]) -> dict[str, Any]:
            changes = parameters["LaunchPermission"]
            held[region] += [each for each in changes.get("Add", []) if each not in held[region]]
            held[region] = [each for each in held[region] if each not in changes.get("Remove", [])]
            return {}

        aws.answers["ec2", "ModifyImageAttribute"] = modify
        aws.answers["ec2", "DescribeImageAttribute"] = lambda region, _: {"LaunchPermissions": list(held[region])}
        return held

    def test_every_region_is_shared_with_exactly_the_principals(self, script: Load, permissions: Any) -> None:
        script("share_ami").handler(self.EVENTS, {})
        wanted = [{"OrganizationArn": ORGANIZATION}, {"UserId": "333333333333"}]
        assert permissions == dict.fromkeys(AMIS, wanted)

    @pytest.mark.parametrize("foreign", [{"Group": "all"}, {"UserId": "999999999999"}])
    def test_a_foreign_permission_is_found_by_reading_back(
        self, script: Load, permissions: Any, foreign: dict[str, str]
    ) -> None:
        permissions["us-east-1"].append(foreign)
        with pytest.raises(RuntimeError, match="still shared in"):
            script("share_ami").handler(self.EVENTS, {})
        assert permissions == {"eu-west-1": [], "us-east-1": [foreign]}

    def test_a_region_that_fails_takes_everything_back(self, aws: Aws, script: Load, permissions: Any) -> None:
        modify = aws.answers["ec2", "ModifyImageAttribute"]

        def failing(region: str, parameters: dict[str, Any]) -> dict[str, Any]:
            if region == "us-east-1" and "Add" in parameters["LaunchPermission"]:
                raise ConnectionError("throttled")
            return dict(modify(region, parameters))

        aws.answers["ec2", "ModifyImageAttribute"] = failing
        with pytest.raises(RuntimeError, match="taken back everywhere: throttled"):
            script("share_ami").handler(self.EVENTS, {})
        assert permissions == {region: [] for region in AMIS}

    @pytest.mark.parametrize(
        "principal",
        [
            "all",
            "22222222222",
            ORGANIZATION.replace("o-a1b2c3d4e5", "o-zzzzzzzzzz"),
            "arn:aws:organizations::111111111111:ou/o-zzzzzzzzzz/ou-ab12-c3d4e5f6",
            "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5/ou-ab12-c3d4e5f6",
            "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5",
            "arn:aws:iam::333333333333:root",
        ],
    )
    def test_a_principal_outside_the_organization_is_never_sent(
        self, aws: Aws, script: Load, permissions: Any, principal: str
    ) -> None:
        with pytest.raises(ValueError, match="no part of organization"):
            script("share_ami").handler({**self.EVENTS, "principals": ["333333333333", principal]}, {})
        assert aws.requests == []


class TestNotifyFailure:
    EVENTS = {"execution": "e" * 36, "topic": "arn:aws:sns:eu-west-1:222222222222:AutomationX", "home": "eu-west-1"}

    def test_the_notice_names_the_step_that_failed_even_on_a_later_page(self, aws: Aws, script: Load) -> None:
        first = {"StepExecutions": [{"StepName": "executeImageCreation", "StepStatus": "Success"}], "NextToken": "t"}
        second = {
            "StepExecutions": [
                {"StepName": "checkFindings", "StepStatus": "Failed", "FailureMessage": "Too many findings"},
                {"StepName": "notifyFailure", "StepStatus": "InProgress"},
            ]
        }
        aws.answers["ssm", "DescribeAutomationStepExecutions"] = lambda _, p: second if "NextToken" in p else first
        aws.answers["sns", "Publish"] = {"MessageId": "1"}
        script("notify_failure").handler(self.EVENTS, {})
        _, _, published = aws.requests[-1]
        assert "checkFindings ended Failed: Too many findings" in published["Message"]
        assert "raise the limits" in published["Message"]

    def test_a_run_without_a_failed_step_is_told_too(self, aws: Aws, script: Load) -> None:
        aws.answers["ssm", "DescribeAutomationStepExecutions"] = {"StepExecutions": []}
        aws.answers["sns", "Publish"] = {"MessageId": "1"}
        assert script("notify_failure").handler(self.EVENTS, {}) == {"reason": "unknown ended Failed"}
