"""What a subscriber of the topic gets."""

import json
from typing import Final

from rich.console import Console
from rich.panel import Panel

from golden_ami.errors import SandboxError
from golden_ami.names import DeploymentNames
from golden_ami.sandbox.server import LocalAws

_QUEUE: Final = "demo-subscriber"
_REQUEST: Final = "Automation approval requested"


class Mailbox:
    """A queue that is subscribed to the deployment's topic.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    names : DeploymentNames
        Whose topic it is.
    """

    def __init__(self, local: LocalAws, names: DeploymentNames) -> None:
        self._names = names
        self._sqs, self._sns = local.client("sqs"), local.client("sns")
        self._queue = self._subscription = ""

    def open(self) -> None:
        """Make the queue and subscribe it."""
        self._queue = self._sqs.create_queue(QueueName=_QUEUE)["QueueUrl"]
        arn = self._names.arn("sqs", _QUEUE)
        subscribed = self._sns.subscribe(TopicArn=self._names.topic_arn, Protocol="sqs", Endpoint=arn)
        self._subscription = subscribed["SubscriptionArn"]

    def close(self) -> None:
        """Take both away."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._queue)

    def show(self, console: Console) -> list[dict[str, str]]:
        """Show and return what has arrived since the last time."""
        found: list[dict[str, str]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        for each in found:
            console.print(Panel(each["Message"], title=each["Subject"], expand=False, highlight=False))
        return found

    def expect_notice(self, console: Console) -> None:
        """Make sure that an end was told once, and that nobody was asked, and show what was told.

        Raises
        ------
        SandboxError
            When anything else has arrived.
        """
        messages = self.show(console)
        if any(each["Subject"] == _REQUEST for each in messages):
            raise SandboxError("people were asked, and the run has ended", remedy="read the messages above")
        if len(messages) != 1:
            raise SandboxError(f"{len(messages)} notices came for one end", remedy="exactly one must come")
