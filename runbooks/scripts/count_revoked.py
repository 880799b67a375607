"""Count the instances of an image that run an AMI which was taken back."""

from typing import Any

from _aws import call, pages
from _description import MARK
from _instances import running

REVOKED = MARK + "REVOKED"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return how many they are, and their AMIs; an alarm watches the number in CloudWatch."""
    amis = running(events["image"])
    taken = set(amis) - _good(sorted(set(amis)))
    count = sum(ami in taken for ami in amis)
    call(
        "cloudwatch",
        "PutMetricData",
        Namespace=events["namespace"],
        MetricData=[
            {
                "MetricName": "InstancesOfRevokedImages",
                "Dimensions": [{"Name": "Consumer", "Value": events["consumer"]}],
                "Value": count,
                "Unit": "Count",
            }
        ],
    )
    return {"instances": count, "amis": ", ".join(sorted(taken)) or "none"}


def _good(amis: list[str]) -> set[str]:
    """Say which AMIs this account may still launch.

    Who has lost the launch permission of an AMI does not see it any more, whatever the reason: revoked, retired, or not
    shared with this account now. A filter leaves such an AMI out, where its id would be an error.
    """
    found: set[str] = set()
    for first in range(0, len(amis), 200):
        images = pages(
            "ec2",
            "DescribeImages",
            "Images",
            "NextToken",
            Filters=[{"Name": "image-id", "Values": amis[first : first + 200]}],
            IncludeDeprecated=True,
        )
        found |= {str(each["ImageId"]) for each in images if REVOKED not in str(each.get("Description", ""))}
    return found
