"""What looks after a consumer: reading what is approved and what runs, counting it, and one group to refresh."""

from golden_ami.names import METRICS, ConsumerNames
from golden_ami.permissions.starting import starting
from golden_ami.permissions.statement import Statement


def consumer_statements(names: ConsumerNames, *, refreshes: bool) -> tuple[Statement, ...]:
    """Give the role of the runbook what its calls need.

    Parameters
    ----------
    names : ConsumerNames
        Names of the consumer.
    refreshes : bool
        Whether it has a group.
    """
    # Images, instances and refreshes know no resource where they are read.
    counting = (
        Statement(
            sid="ReadInstancesAndTheirImages", actions=("ec2:DescribeImages", "ec2:DescribeInstances"), resources=("*",)
        ),
        Statement(
            sid="CountThem",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": METRICS}},
        ),
    )
    refreshing = (
        Statement(sid="ReadWhatIsApproved", actions=("ssm:GetParameter",), resources=(names.parameter_arn,)),
        Statement(sid="ReadRefreshes", actions=("autoscaling:DescribeInstanceRefreshes",), resources=("*",)),
        # Without a launch template in the request, the group's own is used, by Auto Scaling's service-linked role.
        Statement(sid="RefreshThisGroup", actions=("autoscaling:StartInstanceRefresh",), resources=(names.group_arn,)),
    )
    return (*counting, *refreshing) if refreshes else counting


def consumer_schedule_statements(names: ConsumerNames) -> tuple[Statement, ...]:
    """Start the runbook of a consumer."""
    return starting("StartThisCheck", names.check)
