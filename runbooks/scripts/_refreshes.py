"""What scripts ask of the instance refreshes of a group."""

from typing import Any

from _aws import pages


def refreshes_of(group: str) -> list[dict[str, Any]]:
    """List all that Auto Scaling still knows."""
    return pages(
        "autoscaling", "DescribeInstanceRefreshes", "InstanceRefreshes", "NextToken", AutoScalingGroupName=group
    )
