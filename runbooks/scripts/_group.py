"""What scripts ask of the Auto Scaling group that an image is rolled out to."""

from typing import Any

from _aws import call


def group_of(name: str, template: str) -> dict[str, Any]:
    """Return the group, unless a rollout could reach other instances than those that it replaces and watches."""
    found = call("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=[name])["AutoScalingGroups"]
    if not found:
        raise ValueError(f"There is no Auto Scaling group {name}")
    used = specification(found[0])
    if used.get("LaunchTemplateId") != template:
        raise ValueError(f"Auto Scaling group {name} does not use {template}, but {used.get('LaunchTemplateId')}")
    if used.get("Version") == "$Latest":
        raise ValueError(
            f"Auto Scaling group {name} follows $Latest: its next instance would have a new version "
            "before any refresh, and keep it after a failed one: let it use $Default, or a number"
        )
    overrides = found[0].get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("Overrides", [])
    if any("LaunchTemplateSpecification" in each for each in overrides):
        raise ValueError(f"Auto Scaling group {name} has overrides with templates of their own, which keep their AMIs")
    return dict(found[0])


def specification(group: dict[str, Any]) -> dict[str, Any]:
    """Return the launch template and the version that a group uses."""
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification", {})
    return dict(group.get("LaunchTemplate") or mixed)
