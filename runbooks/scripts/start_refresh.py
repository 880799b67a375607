"""Start the instance refresh, or find the one that an earlier try has started."""

from typing import Any

from _aws import call, code
from _group import group_of, specification
from _refreshes import refreshes_of

ACTIVE = {"Pending", "InProgress", "Baking"}


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return its id."""
    group = group_of(events["group"], events["template"])
    try:
        started = call(
            "autoscaling",
            "StartInstanceRefresh",
            AutoScalingGroupName=events["group"],
            Strategy="Rolling",
            DesiredConfiguration=_desired(group, events),
            Preferences=_preferences(group, events),
        )
    except Exception as error:
        if code(error) != "InstanceRefreshInProgress":
            raise
        found = _running(events)
        if not found:
            raise
        return {"refresh": found}
    return {"refresh": str(started["InstanceRefreshId"])}


def _preferences(group: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
    # Whoever has the version already is not replaced: a second rollout of it replaces nothing.
    preferences: dict[str, Any] = {"SkipMatching": True, "AutoRollback": _can_go_back(group)}
    if events.get("healthy") is not None:
        preferences["MinHealthyPercentage"] = int(events["healthy"])
    return preferences


def _desired(group: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
    """Change the version and nothing else of what the group uses."""
    template = {"LaunchTemplateId": events["template"], "Version": events["version"]}
    if group.get("LaunchTemplate"):
        return {"LaunchTemplate": template}
    mixed = group["MixedInstancesPolicy"]
    return {
        "MixedInstancesPolicy": {
            **mixed,
            "LaunchTemplate": {**mixed["LaunchTemplate"], "LaunchTemplateSpecification": template},
        }
    }


def _can_go_back(group: dict[str, Any]) -> bool:
    """Tell whether Auto Scaling can roll a failed refresh back: from a number, whose version names an AMI by its id."""
    used = specification(group)
    if not str(used.get("Version", "")).isdigit():
        return False
    (version,) = call(
        "ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=used["LaunchTemplateId"], Versions=[used["Version"]]
    )["LaunchTemplateVersions"]
    return str(version["LaunchTemplateData"].get("ImageId", "")).startswith("ami-")


def _running(events: dict[str, Any]) -> str:
    """Find a refresh to this very version."""
    for each in refreshes_of(events["group"]):
        wanted = specification(each.get("DesiredConfiguration", {}))
        same = (wanted.get("LaunchTemplateId"), wanted.get("Version")) == (events["template"], events["version"])
        if each["Status"] in ACTIVE and same:
            return str(each["InstanceRefreshId"])
    return ""
