"""Tell how an execution of the approval runbook ended, as ``tell_outcome.py`` does for all of them."""

from typing import Any

from _outcomes import APPROVAL_KINDS, APPROVAL_NEXT
from _telling import tell


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Publish the outcome unless that has been done."""
    return tell(events, APPROVAL_KINDS, APPROVAL_NEXT)
