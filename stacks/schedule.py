"""Runs on a schedule: EventBridge Scheduler starts the runbook itself.

Not an EventBridge rule, whose target Terraform would turn into Run Command (terraform-provider-aws#17223).
"""

import json

from cdktf_cdktf_provider_aws.scheduler_schedule import SchedulerSchedule
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from golden_ami.config.sharing import Schedule
from golden_ami.names import IMAGE_TAG, ImageNames
from golden_ami.permissions import scheduler_statements, scheduler_trust
from stacks.role import Role


def start_by_scheduler(partition: str) -> str:
    """Name the target with which EventBridge Scheduler starts a runbook ("Universal targets", its User Guide)."""
    return f"arn:{partition}:scheduler:::aws-sdk:ssm:startAutomationExecution"


class ScheduledRuns(Construct):
    """A schedule that starts the approval runbook, and a queue of starts that did not arrive.

    Parameters
    ----------
    names : ImageNames
        Names of the image.
    schedule : Schedule
        When.
    document : str
        Name of the runbook, which waits for it.
    """

    def __init__(self, scope: Construct, id: str, *, names: ImageNames, schedule: Schedule, document: str) -> None:
        super().__init__(scope, id)
        queue = SqsQueue(
            self,
            "dead-letters",
            name=names.dead_letter_queue,
            sqs_managed_sse_enabled=True,
            message_retention_seconds=14 * 24 * 3600,
        )
        role = Role(
            self,
            "role",
            name=names.scheduler_role,
            description=f"EventBridge Scheduler starts {names.approval.document}",
            trust=scheduler_trust(names.scope),
            statements=scheduler_statements(names),
        )
        SchedulerSchedule(
            self,
            "schedule",
            name=names.schedule,
            description=f"Starts {names.approval.document}",
            schedule_expression=schedule.expression,
            schedule_expression_timezone=schedule.timezone,
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": start_by_scheduler(names.scope.partition),
                "role_arn": role.arn,
                "input": json.dumps({"DocumentName": document, "Tags": [{"Key": IMAGE_TAG, "Value": names.image}]}),
                "dead_letter_config": {"arn": queue.arn},
                "retry_policy": {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 10},
            },
            depends_on=[role.policy],
        )
