"""A group is refreshed once, with nothing but another version, and only when that can reach no other instances."""

import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.runbooks.scripts.conftest import AMIS, HOME, Aws, Script, error

TEMPLATE = "lt-0123456789abcdef0"
GROUP = "web-servers"
EVENTS = {"group": GROUP, "template": TEMPLATE, "version": "7", "healthy": 90}
WANTED = {"LaunchTemplateId": TEMPLATE, "Version": "7"}
PLAIN = {"LaunchTemplate": {"LaunchTemplateId": TEMPLATE, "LaunchTemplateName": "web", "Version": "6"}}
MIXED: dict[str, Any] = {
    "MixedInstancesPolicy": {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": PLAIN["LaunchTemplate"],
            "Overrides": [{"InstanceType": "m6i.large"}, {"InstanceType": "m7i.large"}],
        },
        "InstancesDistribution": {"SpotAllocationStrategy": "price-capacity-optimized"},
    }
}


@pytest.fixture
def group(aws: Aws) -> dict[str, Any]:
    """A group that uses version 6, whose AMI is named by its id; no refresh has run."""
    found: dict[str, Any] = {"AutoScalingGroupName": GROUP, **copy.deepcopy(PLAIN)}
    aws.answers["autoscaling", "DescribeAutoScalingGroups"] = {"AutoScalingGroups": [found]}
    aws.answers["ec2", "DescribeLaunchTemplateVersions"] = {
        "LaunchTemplateVersions": [{"LaunchTemplateData": {"ImageId": AMIS[HOME]}}]
    }
    aws.answers["autoscaling", "StartInstanceRefresh"] = {"InstanceRefreshId": "refresh-1"}
    return found


def _follows(version: str) -> dict[str, Any]:
    return {"LaunchTemplate": {"LaunchTemplateId": TEMPLATE, "Version": version}}


def _with_own_template() -> dict[str, Any]:
    mixed = copy.deepcopy(MIXED)
    mixed["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"][0]["LaunchTemplateSpecification"] = {"Version": "1"}
    return {"LaunchTemplate": None, **mixed}


@pytest.mark.parametrize("name", ["inspect_group", "start_refresh"])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-other", "Version": "1"}}, "does not use lt-0123.*, but lt-other"),
        ({"LaunchTemplate": None, "LaunchConfigurationName": "old"}, "does not use lt-0123.*, but None"),
        (_follows("$Latest"), r"follows \$Latest"),
        (_with_own_template(), "templates of their own"),
    ],
    ids=["another template", "a launch configuration", "the latest version", "overrides with templates"],
)
def test_a_group_whose_other_instances_could_change_is_refused(
    aws: Aws, script: Script, group: dict[str, Any], name: str, changes: dict[str, Any], words: str
) -> None:
    group.update(changes)
    for key in [key for key, value in group.items() if value is None]:
        del group[key]
    with pytest.raises(ValueError, match=words):
        script(name).handler(EVENTS, {})
    assert aws.requested("StartInstanceRefresh") == []


def test_a_group_that_is_not_there_is_refused(aws: Aws, script: Script) -> None:
    aws.answers["autoscaling", "DescribeAutoScalingGroups"] = {"AutoScalingGroups": []}
    with pytest.raises(ValueError, match="There is no Auto Scaling group web-servers"):
        script("inspect_group").handler(EVENTS, {})


@pytest.mark.parametrize(("used", "said"), [(PLAIN, "6"), (_follows("$Default"), "$Default"), (MIXED, "6")])
def test_the_version_that_a_group_uses_is_said(
    script: Script, group: dict[str, Any], used: dict[str, Any], said: str
) -> None:
    del group["LaunchTemplate"]
    group.update(used)
    assert script("inspect_group").handler(EVENTS, {}) == {"version": said}


def test_the_version_is_all_that_changes(aws: Aws, script: Script, group: dict[str, Any]) -> None:
    assert script("start_refresh").handler(EVENTS, {}) == {"refresh": "refresh-1"}
    (asked,) = aws.requested("StartInstanceRefresh")
    assert asked["DesiredConfiguration"] == {"LaunchTemplate": WANTED}
    assert asked["Preferences"] == {"MinHealthyPercentage": 90, "SkipMatching": True, "AutoRollback": True}


def test_where_nothing_is_said_the_group_decides_how_many_stay_in_service(
    aws: Aws, script: Script, group: dict[str, Any]
) -> None:
    script("start_refresh").handler({key: value for key, value in EVENTS.items() if key != "healthy"}, {})
    assert "MinHealthyPercentage" not in aws.requested("StartInstanceRefresh")[0]["Preferences"]


def test_a_mixed_instances_policy_is_kept_but_for_the_version(aws: Aws, script: Script, group: dict[str, Any]) -> None:
    del group["LaunchTemplate"]
    group.update(copy.deepcopy(MIXED))
    script("start_refresh").handler(EVENTS, {})
    (asked,) = aws.requested("StartInstanceRefresh")
    wanted = copy.deepcopy(MIXED)
    wanted["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"] = WANTED
    assert asked["DesiredConfiguration"] == wanted


@pytest.mark.parametrize(
    ("version", "ami"), [("$Default", AMIS[HOME]), ("6", "resolve:ssm:/golden-ami/prod-eu/web-server/ami")]
)
def test_where_auto_scaling_cannot_roll_back_it_is_not_asked_to(
    aws: Aws, script: Script, group: dict[str, Any], version: str, ami: str
) -> None:
    group["LaunchTemplate"]["Version"] = version
    aws.answers["ec2", "DescribeLaunchTemplateVersions"]["LaunchTemplateVersions"][0]["LaunchTemplateData"] = {
        "ImageId": ami
    }
    script("start_refresh").handler(EVENTS, {})
    assert aws.requested("StartInstanceRefresh")[0]["Preferences"]["AutoRollback"] is False


def _running(status: str = "InProgress", version: str = "7") -> dict[str, Any]:
    desired = {"LaunchTemplate": {"LaunchTemplateId": TEMPLATE, "Version": version}}
    return {"InstanceRefreshId": f"{status}-{version}", "Status": status, "DesiredConfiguration": desired}


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Baking"])
def test_a_refresh_to_the_same_version_that_runs_is_taken_over(
    aws: Aws, script: Script, group: dict[str, Any], status: str
) -> None:
    aws.answers["autoscaling", "StartInstanceRefresh"] = error("InstanceRefreshInProgress")
    refreshes = [_running(status), _running("Successful")]
    aws.answers["autoscaling", "DescribeInstanceRefreshes"] = {"InstanceRefreshes": refreshes}
    assert script("start_refresh").handler(EVENTS, {}) == {"refresh": f"{status}-7"}


@pytest.mark.parametrize(
    ("code", "refreshes"),
    [
        ("InstanceRefreshInProgress", [_running(version="6"), _running("Failed")]),
        ("InstanceRefreshInProgress", [_running("RollbackInProgress")]),
        ("InstanceRefreshInProgress", [{"InstanceRefreshId": "by-hand", "Status": "InProgress"}]),
        ("ValidationError", [_running()]),
    ],
    ids=["to another version", "rolled back", "by hand", "another error"],
)
def test_another_one_is_not(
    aws: Aws, script: Script, group: dict[str, Any], code: str, refreshes: list[dict[str, Any]]
) -> None:
    aws.answers["autoscaling", "StartInstanceRefresh"] = error(code)
    aws.answers["autoscaling", "DescribeInstanceRefreshes"] = {"InstanceRefreshes": refreshes}
    with pytest.raises(ClientError, match=code):
        script("start_refresh").handler(EVENTS, {})


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ({"Status": "Failed", "StatusReason": "no capacity."}, "ended Failed: no capacity. The group may run two"),
        ({"Status": "Cancelled"}, "ended Cancelled: no reason given The group may run two versions"),
        ({"Status": "RollbackSuccessful", "StatusReason": "alarm."}, "alarm. The group runs what it ran before"),
        ({"Status": "RollbackFailed", "StatusReason": "alarm."}, "alarm. The group could not go back"),
    ],
    ids=lambda value: value["Status"] if isinstance(value, dict) else "",
)
def test_a_refresh_that_has_not_succeeded_says_why_and_what_runs_now(
    aws: Aws, script: Script, ended: dict[str, str], words: str
) -> None:
    aws.answers["autoscaling", "DescribeInstanceRefreshes"] = {"InstanceRefreshes": [ended]}
    with pytest.raises(ValueError, match=words):
        script("assert_refreshed").handler({"group": GROUP, "refresh": "refresh-1"}, {})


def test_one_that_has_succeeded_is_all_that_is_wanted(aws: Aws, script: Script) -> None:
    aws.answers["autoscaling", "DescribeInstanceRefreshes"] = {"InstanceRefreshes": [{"Status": "Successful"}]}
    assert script("assert_refreshed").handler({"group": GROUP, "refresh": "refresh-1"}, {}) == {"status": "Successful"}
    (asked,) = aws.requested("DescribeInstanceRefreshes")
    assert asked == {"AutoScalingGroupName": GROUP, "InstanceRefreshIds": ["refresh-1"]}
