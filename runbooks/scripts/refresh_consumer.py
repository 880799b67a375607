"""Refresh a group whose instances run another AMI than the approved one, once for each AMI that is approved."""

from typing import Any

from _aws import call, code
from _instances import running
from _refreshes import refreshes_of


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return the AMI that is approved, and what was done about it."""
    parameter = call("ssm", "GetParameter", Name=events["parameter"])["Parameter"]
    approved = str(parameter["Value"])
    if set(running(events["image"])) <= {approved}:
        return {"approved": approved, "done": "nothing runs another AMI"}
    refreshes = refreshes_of(events["group"])
    # A refresh that has failed would fail every time it is tried: people have to look at it.
    if any(each["StartTime"] >= parameter["LastModifiedDate"] for each in refreshes if each.get("StartTime")):
        return {"approved": approved, "done": "it has been refreshed since the approval"}
    try:
        started = call(
            "autoscaling",
            "StartInstanceRefresh",
            AutoScalingGroupName=events["group"],
            Strategy="Rolling",
            Preferences={"MinHealthyPercentage": int(events["healthy"])},
        )
    except Exception as error:
        if code(error) != "InstanceRefreshInProgress":
            raise
        return {"approved": approved, "done": "a refresh is in progress"}
    return {"approved": approved, "done": f"refresh {started['InstanceRefreshId']} has started"}
