"""The topic of requests and outcomes: encrypted, and published to by nobody outside the account."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from golden_ami.config.approval import Subscription
from golden_ami.names import DeploymentNames
from stacks.text import digest, policy


class Notifications(Construct):
    """A topic of ours, or one that the deployment brings; subscriptions are added to either.

    Parameters
    ----------
    existing : str or None
        ARN of a brought topic, whose policy and encryption are its owner's.
    key_arn : str
        Key that encrypts messages at rest.
    subscriptions : sequence of Subscription
        Receivers.

    Attributes
    ----------
    topic_arn : str
        ARN of the topic, known before it exists.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: DeploymentNames,
        existing: str | None,
        key_arn: str,
        subscriptions: Sequence[Subscription],
    ) -> None:
        super().__init__(scope, id)
        self.topic_arn = existing or names.topic_arn
        created = None if existing else self._topic(names, key_arn)
        for each in subscriptions:
            SnsTopicSubscription(
                self,
                # The id is the subscription itself, so that removing one from the list leaves the others alone.
                f"subscription-{digest([each.protocol, each.endpoint])[:8]}",
                topic_arn=created.arn if created else self.topic_arn,
                protocol=each.protocol,
                endpoint=each.endpoint,
            )

    def _topic(self, names: DeploymentNames, key_arn: str) -> SnsTopic:
        topic = SnsTopic(self, "topic", name=names.topic, display_name="Golden AMI", kms_master_key_id=key_arn)
        SnsTopicPolicy(
            self,
            "policy",
            arn=topic.arn,
            policy=policy({"Version": "2012-10-17", "Statement": _statements(names)}),
        )
        return topic


def _statements(names: DeploymentNames) -> list[dict[str, Any]]:
    return [
        {
            "Sid": "AccountPublishesAndSubscribes",
            "Effect": "Allow",
            "Principal": {"AWS": names.root},
            "Action": [
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:Publish",
                "sns:SetTopicAttributes",
                "sns:Subscribe",
            ],
            "Resource": names.topic_arn,
        },
        {
            "Sid": "EventBridgePublishes",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": names.topic_arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": names.account}},
        },
        {
            "Sid": "EncryptedTransportOnly",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "sns:Publish",
            "Resource": names.topic_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
