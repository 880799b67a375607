"""Enough people may approve."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.documents import listed
from golden_ami.review.reach import Scope, receiver
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown


def _check(examined: Examined) -> Iterator[Violation]:
    fewest = examined.settings.minimum_approvers
    for document in examined.documents:
        for step in document.approvals:
            inputs = step.get("inputs")
            approvers = listed(inputs.get("Approvers")) if isinstance(inputs, dict) else []
            # Systems Manager takes names and ARNs in any case; one person in two spellings is one.
            distinct = {str(each).strip().lower() for each in approvers}
            if len(distinct) < fewest:
                yield Violation(document.address, f"{document.name} has {len(distinct)} approvers, fewer than {fewest}")
            for each in approvers:
                reach = receiver(each, examined.site) if isinstance(each, str) and each.startswith("arn:") else None
                if "*" in str(each) or (reach and reach.scope is not Scope.own):
                    words = reach.words if reach else shown(each)
                    yield Violation(
                        document.address, f"{document.name} lets {words} approve, who is not of our account"
                    )
                elif reach is None and not _is_name(each):
                    yield Violation(document.address, f"{document.name} has an approver that is {shown(each)}")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and all(each.isalnum() or each in "+=,.@_-" for each in value) and bool(value)


RULE: Final = Rule(
    name="approvers-floor",
    title="At least `minimum_approvers` people or roles of our account may approve.",
    why="With one approver, nothing is shared while he is ill, and he alone decides when he is not.",
    remedy="name more approvers, or lower `minimum_approvers` in the policy",
    check=_check,
)
