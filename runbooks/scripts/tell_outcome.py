"""Tell how an execution ended and why, once, with the next action, and tag the execution with it.

Both the runbook itself and EventBridge, after it, run this: the first one to finish tags the execution, and the other
one finds the tag. The runbook's own step tells even when no event comes; the event tells even when the runbook is
stopped before its last step, or its role is broken.
"""

from typing import Any

from _outcomes import APPROVAL_KINDS, APPROVAL_NEXT, OTHER_KINDS, OTHER_NEXT
from _telling import tell

KINDS = {**APPROVAL_KINDS, **OTHER_KINDS}
NEXT = {**APPROVAL_NEXT, **OTHER_NEXT}
NAMED = 30


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Publish the outcome of any runbook unless that has been done."""
    return tell(events, KINDS, NEXT, _could_launch)


def _could_launch(steps: list[dict[str, Any]]) -> str:
    """Name those from whom something was, or was to be, taken back."""
    found = [who for step in steps for who in step.get("Outputs", {}).get("Access", [])]
    if not found:
        return ""
    # The last one may be how many more there were, so that nobody here knows the number of all.
    others = ["and others: the record has more"] if found[NAMED:] else []
    return "\n".join(["", "Could launch it until now:", *found[:NAMED], *others])
