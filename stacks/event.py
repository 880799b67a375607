"""What EventBridge does when an execution has ended: start a runbook, and keep what it could not deliver."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from constructs import Construct

from golden_ami.names import DeploymentNames
from stacks.role import Role
from stacks.text import policy


def start(scope: Construct, id: str, *, rule: str, definition_arn: str, role: Role, dead_letters: str) -> None:
    """Let a rule start a runbook with the id of the execution that has ended.

    Parameters
    ----------
    rule : str
        Name of the rule.
    definition_arn : str
        The runbook, as an automation to start.
    role : Role
        With which EventBridge starts it.
    dead_letters : str
        ARN of the queue of what could not be delivered.
    """
    CloudwatchEventTarget(
        scope,
        id,
        rule=rule,
        arn=definition_arn,
        role_arn=role.arn,
        input_transformer={
            "input_paths": {"execution": "$.detail.ExecutionId"},
            "input_template": '{"ExecutionId":["<execution>"]}',
        },
        dead_letter_config={"arn": dead_letters},
        retry_policy={"maximum_event_age_in_seconds": 86_400, "maximum_retry_attempts": 185},
        depends_on=[role.policy],
    )


def dead_letters(scope: Construct, names: DeploymentNames, *, name: str, rules: Sequence[str]) -> str:
    """Keep the events that could not be delivered; return the queue's ARN.

    Parameters
    ----------
    names : DeploymentNames
        Names of the deployment.
    name : str
        Of the queue.
    rules : sequence of str
        Names of the rules whose events it keeps.
    """
    queue = SqsQueue(
        scope, "dead-letters", name=name, sqs_managed_sse_enabled=True, message_retention_seconds=14 * 24 * 3600
    )
    SqsQueuePolicy(
        scope,
        "dead-letters-policy",
        queue_url=queue.id,
        policy=policy(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "EventBridgeKeepsWhatItCannotDeliver",
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": names.arn("sqs", name),
                        "Condition": {"ArnEquals": {"aws:SourceArn": [names.rule_arn(rule) for rule in rules]}},
                    }
                ],
            }
        ),
    )
    return queue.arn
