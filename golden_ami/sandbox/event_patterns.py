"""The longest event pattern that EventBridge takes, which moto does not know.

Source: "Event pattern size" in "Amazon EventBridge quotas" (EventBridge User Guide); PutRule (EventBridge API
Reference), for the error.
"""

from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend

LONGEST: Final = 2048


class LimitExceededError(JsonRESTError):
    """When a quota of EventBridge would be exceeded."""

    code = 400

    def __init__(self) -> None:
        super().__init__("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


def install() -> None:
    """Let moto's EventBridge know it."""
    known = EventsBackend.put_rule
    if hasattr(known, "of_sandbox"):
        return

    def put_rule(self: EventsBackend, name: str, **given: Any) -> Any:
        if len(given.get("event_pattern") or "") > LONGEST:
            raise LimitExceededError
        return known(self, name, **given)

    put_rule.of_sandbox = True  # type: ignore[attr-defined]
    EventsBackend.put_rule = put_rule  # type: ignore[method-assign, assignment]
