"""Who may assume the roles."""

from typing import Any

from golden_ami.names import DeploymentNames


def automation_trust(scope: DeploymentNames) -> dict[str, Any]:
    """Let Systems Manager assume the role, for executions of this account and Region only.

    A trust policy cannot name the document ("Confused deputy prevention", Systems Manager User Guide); see the README.
    """
    return _trust(
        "ssm.amazonaws.com",
        {
            "StringEquals": {"aws:SourceAccount": scope.account},
            "ArnLike": {"aws:SourceArn": scope.arn("ssm", "automation-execution/*")},
        },
    )


def scheduler_trust(scope: DeploymentNames) -> dict[str, Any]:
    """Let EventBridge Scheduler assume the role, for the schedules of its group only.

    The group, not the schedule, is the source that it gives ("Confused deputy prevention", Scheduler User Guide).
    """
    return _trust(
        "scheduler.amazonaws.com",
        {
            "StringEquals": {
                "aws:SourceAccount": scope.account,
                "aws:SourceArn": scope.arn("scheduler", "schedule-group/default"),
            }
        },
    )


def event_trust(scope: DeploymentNames, *rules: str) -> dict[str, Any]:
    """Let EventBridge assume the role, for these rules of this deployment only.

    Source: "Cross-service confused deputy prevention" (EventBridge User Guide).
    """
    return _trust(
        "events.amazonaws.com",
        {
            "StringEquals": {"aws:SourceAccount": scope.account},
            "ArnEquals": {"aws:SourceArn": [scope.rule_arn(rule) for rule in rules]},
        },
    )


def build_trust(names: DeploymentNames) -> dict[str, Any]:
    """Let EC2 give the role to instances."""
    # The partition of China has an EC2 principal of its own ("AWS service principals", China regions).
    suffix = names.dns_suffix if names.partition == "aws-cn" else "amazonaws.com"
    return _trust(f"ec2.{suffix}", {})


def _trust(service: str, conditions: dict[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = conditions
    return {"Version": "2012-10-17", "Statement": [statement]}
