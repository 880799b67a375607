"""Whose ends EventBridge notices, and in how many rules: a pattern names documents exactly, and may not be long.

Names of documents hold the image's name and not the deployment's, so that a prefix of them would be another
deployment's, too, in the same account and Region. Source: "Event pattern size", "Rules" in "Amazon EventBridge quotas"
(EventBridge User Guide).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from golden_ami.config import ImageFactory
from golden_ami.names import DeploymentNames

LONGEST_PATTERN: Final = 2048
"""Characters; AWS raises it to 4,096 on request, which nobody should need."""

ENDED: Final = ("Success", "Failed", "TimedOut", "Cancelled")
NOT_WELL: Final = ("Failed", "TimedOut", "Cancelled")


def told_documents(factories: Sequence[ImageFactory]) -> list[str]:
    """Name the runbooks of images whose ends are told, in the images' order."""
    return [
        document
        for factory in factories
        for document in (
            factory.names.approval.document,
            factory.names.retirement.document,
            factory.names.revocation.document,
            factory.names.rollback.document,
            *([factory.names.rollout.document] if factory.rollout else []),
        )
    ]


def pattern(documents: Sequence[str], statuses: Sequence[str]) -> str:
    """Write the pattern of events that tell the end of executions, as short as it can be.

    Parameters
    ----------
    documents, statuses : sequence of str
        Names of the runbooks, and the statuses in which they end.
    """
    return json.dumps(
        {
            "source": ["aws.ssm"],
            "detail-type": ["EC2 Automation Execution Status-change Notification"],
            "detail": {"Definition": sorted(documents), "Status": list(statuses)},
        },
        separators=(",", ":"),
    )


def outcome_rules(names: DeploymentNames, documents: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Give each rule that notices ends, with the documents of its pattern.

    An image that is added to the end of the configuration changes the last rule only, or adds one.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    documents : sequence of str
        Names of all its runbooks whose ends are told, in the images' order.
    """
    number, some = 1, list[str]()
    for document in documents:
        if len(pattern([*some, document], ENDED)) > LONGEST_PATTERN:
            yield names.numbered_outcome_rule(number), some
            number, some = number + 1, []
        some.append(document)
    yield names.numbered_outcome_rule(number), some
