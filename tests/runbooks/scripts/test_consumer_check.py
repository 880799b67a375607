"""A consumer notices what was taken back, and refreshes its group once for each AMI that is approved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from golden_ami.config.consumer import Group
from golden_ami.permissions import consumer_statements
from golden_ami.runbooks import consumer_check_runbook
from tests.runbooks.conftest import CONSUMER, GROUP
from tests.runbooks.scripts.conftest import Aws, Script, error

APPROVED, OLD, GONE = "ami-0123456789abcdef0", "ami-0fedcba9876543210", "ami-00000000000000000"
APPROVAL = datetime(2026, 11, 25, 12, tzinfo=UTC)
COUNT = {"consumer": "front", "image": "web-server", "namespace": "GoldenAmi"}
REFRESH = {"image": "web-server", "parameter": CONSUMER.parameter_arn, "group": CONSUMER.base, "healthy": 90}


def _running(aws: Aws, *amis: str) -> None:
    instances = [{"Instances": [{"ImageId": ami}]} for ami in amis]
    aws.answers["ec2", "DescribeInstances"] = {"Reservations": instances}


def _refreshed(aws: Aws, *starts: timedelta) -> None:
    aws.answers["ssm", "GetParameter"] = {"Parameter": {"Value": APPROVED, "LastModifiedDate": APPROVAL}}
    refreshes = [{"StartTime": APPROVAL + start, "Status": "Failed"} for start in starts]
    aws.answers["autoscaling", "DescribeInstanceRefreshes"] = {"InstanceRefreshes": refreshes}
    aws.answers["autoscaling", "StartInstanceRefresh"] = {"InstanceRefreshId": "refresh-1"}


def _counted(aws: Aws, images: dict[str, str]) -> list[float]:
    """Let AMIs be visible with descriptions, and collect what is counted."""
    counts: list[float] = []

    def describe(region: str, asked: dict[str, Any]) -> Any:
        (wanted,) = asked["Filters"]
        return {
            "Images": [{"ImageId": ami, "Description": text} for ami, text in images.items() if ami in wanted["Values"]]
        }

    def put(region: str, asked: dict[str, Any]) -> Any:
        (data,) = asked["MetricData"]
        assert asked["Namespace"] == "GoldenAmi"
        assert data["Dimensions"] == [{"Name": "Consumer", "Value": "front"}]
        counts.append(data["Value"])
        return {}

    aws.answers["ec2", "DescribeImages"] = describe
    aws.answers["cloudwatch", "PutMetricData"] = put
    return counts


@pytest.mark.parametrize(
    ("running", "images", "count", "named"),
    [
        ((), {}, 0, "none"),
        ((APPROVED, OLD), {APPROVED: "Approved", OLD: "Approved"}, 0, "none"),
        ((APPROVED, GONE, GONE), {APPROVED: "Approved"}, 2, GONE),
        # As runbooks/scripts/_description.py writes it, behind the description that the AMI was built with.
        ((OLD,), {OLD: "Web | golden-ami: REVOKED 2026-11-25: launch another one"}, 1, OLD),
        ((OLD,), {OLD: "Checks REVOKED certificates | golden-ami: approved 2026-11-25"}, 0, "none"),
    ],
    ids=["nothing runs", "all may be launched", "one is not seen any more", "one says so", "one speaks of another"],
)
def test_instances_of_what_was_taken_back_are_counted(
    aws: Aws, script: Script, running: tuple[str, ...], images: dict[str, str], count: int, named: str
) -> None:
    _running(aws, *running)
    counts = _counted(aws, images)
    assert script("count_revoked").handler(COUNT, {}) == {"instances": count, "amis": named}
    assert counts == [count]


def test_a_group_that_runs_what_is_approved_is_left_alone(aws: Aws, script: Script) -> None:
    _running(aws, APPROVED, APPROVED)
    _refreshed(aws)
    aws.answers["autoscaling", "StartInstanceRefresh"] = error("ValidationError")
    assert script("refresh_consumer").handler(REFRESH, {})["done"] == "nothing runs another AMI"


@pytest.mark.parametrize("starts", [(), (timedelta(days=-1),)], ids=["never refreshed", "refreshed before"])
def test_another_approved_ami_refreshes_the_group(aws: Aws, script: Script, starts: tuple[timedelta, ...]) -> None:
    _running(aws, APPROVED, OLD)
    _refreshed(aws, *starts)
    assert script("refresh_consumer").handler(REFRESH, {}) == {
        "approved": APPROVED,
        "done": "refresh refresh-1 has started",
    }


def test_a_refresh_that_failed_is_not_tried_again(aws: Aws, script: Script) -> None:
    _running(aws, OLD)
    _refreshed(aws, timedelta(minutes=5))
    aws.answers["autoscaling", "StartInstanceRefresh"] = error("ValidationError")
    assert script("refresh_consumer").handler(REFRESH, {})["done"] == "it has been refreshed since the approval"


def test_a_refresh_in_progress_goes_on(aws: Aws, script: Script) -> None:
    _running(aws, OLD)
    _refreshed(aws)
    aws.answers["autoscaling", "StartInstanceRefresh"] = error("InstanceRefreshInProgress")
    assert script("refresh_consumer").handler(REFRESH, {})["done"] == "a refresh is in progress"


def test_a_parameter_that_cannot_be_read_is_no_reason_to_be_silent(aws: Aws, script: Script) -> None:
    aws.answers["ssm", "GetParameter"] = error("ParameterNotFound")
    with pytest.raises(Exception, match="ParameterNotFound"):
        script("refresh_consumer").handler(REFRESH, {})
    (refresh, _) = consumer_check_runbook(CONSUMER, GROUP).steps()
    assert (refresh["onFailure"], refresh["isCritical"]) == ("step:countRevoked", True)


@pytest.mark.parametrize("group", [GROUP, None], ids=["with a group", "without one"])
def test_the_role_may_do_exactly_what_the_runbook_calls(group: Group | None) -> None:
    bound = consumer_check_runbook(CONSUMER, group)
    called = {f"{service}:{api}" for _, service, api in bound.calls()}
    allowed = {action for each in consumer_statements(CONSUMER, refreshes=group is not None) for action in each.actions}
    assert called == allowed
    assert ("refreshGroup" in bound.render()) == (group is not None)
