"""Enough people must approve."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import listed
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown


def _check(examined: Examined) -> Iterator[Violation]:
    for document in examined.documents:
        for step in document.approvals:
            inputs = step.get("inputs")
            if not isinstance(inputs, dict):
                yield Violation(document.address, f"{document.name} asks for an approval that cannot be read")
                continue
            # Systems Manager asks for one approval when nothing is said (aws:approve reference).
            for problem in _problems(inputs.get("MinRequiredApprovals", 1), examined.settings.minimum_quorum):
                yield Violation(document.address, f"{document.name} {problem}")
        for required in document.literals("required", "MinRequiredApprovals") if document.approvals else []:
            if required != document.approvals[0]["inputs"].get("MinRequiredApprovals", 1):
                words = f"{document.name} checks for {shown(required)} approvals, and asks for another number"
                yield Violation(document.address, words)
        yield from _same_people(document.approvals, document.literals("approvers"), document.address, document.name)


def _problems(required: Any, fewest: int) -> Iterator[str]:
    if not isinstance(required, int) or isinstance(required, bool):
        yield f"wants a number of approvals that is {shown(required)}"
    elif required < fewest:
        yield f"wants {required} approvals, fewer than {fewest}"


def _same_people(approvals: list[dict[str, Any]], checked: list[Any], address: str, name: str) -> Iterator[Violation]:
    """Find a document that counts others than it asks."""
    if approvals and isinstance(approvals[0].get("inputs"), dict):
        asked = listed(approvals[0]["inputs"].get("Approvers"))
        for each in checked:
            if isinstance(each, list) and sorted(map(str, each)) != sorted(map(str, asked)):
                yield Violation(address, f"{name} asks others than those whose approval it checks")


RULE: Final = Rule(
    name="quorum-floor",
    title="At least `minimum_quorum` of the approvers must approve, and the document checks for as many.",
    why="A quorum of one makes a single mistake, or a single stolen session, an approval.",
    remedy="raise `approval.required`, or lower `minimum_quorum` in the policy",
    check=_check,
)
