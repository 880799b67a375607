"""Only a refresh that has ended well has rolled the image out; another one says why, and what the group runs now."""

from typing import Any

from _aws import call

RUNS = {
    "RollbackSuccessful": "The group runs what it ran before.",
    "RollbackFailed": "The group could not go back: it runs two versions.",
}


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Fail for the reason that Auto Scaling gives."""
    (refresh,) = call(
        "autoscaling",
        "DescribeInstanceRefreshes",
        AutoScalingGroupName=events["group"],
        InstanceRefreshIds=[events["refresh"]],
    )["InstanceRefreshes"]
    status = refresh["Status"]
    if status != "Successful":
        runs = RUNS.get(status, "The group may run two versions.")
        reason = refresh.get("StatusReason", "no reason given")
        raise ValueError(f"Instance refresh {events['refresh']} of {events['group']} ended {status}: {reason} {runs}")
    return {"status": status}
