"""An Automation document as the engine runs it.

Source: "Data elements and parameters", "Properties shared by all actions" (Systems Manager User Guide, Automation).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

_STEP: Final = "step:"

_LONGEST_SCRIPT: Final = 600.0
"""Seconds that ``aws:executeScript`` may take, whatever the step says."""

DEFAULT_TIMEOUTS: Final = {
    "aws:approve": 604_800,
    "aws:pause": 604_800,
    "aws:executeScript": 600,
    "aws:waitForAwsResourceProperty": 3600,
}
"""Seconds, of the actions whose page names a default."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step.

    Attributes
    ----------
    name, action : str
        As written.
    inputs : mapping
        Unresolved.
    outputs : tuple of mapping
        ``Name``, ``Selector`` and ``Type`` each.
    on_failure : str
        ``Abort``, ``Continue`` or the name of a step.
    jumps_on_failure : bool
        Whether ``on_failure`` is the name of a step.
    writes_on_failure : bool
        Whether ``onFailure`` is written; a loop inherits it only then.
    on_cancel : str or None
        Name of a step.
    is_critical : bool or None
        As written; it is evaluated only then.
    is_end : bool
        Whether the execution ends with it.
    next_step : str or None
        As written.
    max_attempts : int
        Tries.
    timeout : float or None
        Seconds of one try.
    """

    name: str
    action: str
    inputs: Mapping[str, Any]
    outputs: tuple[Mapping[str, Any], ...] = ()
    on_failure: str = "Abort"
    jumps_on_failure: bool = False
    writes_on_failure: bool = False
    on_cancel: str | None = None
    is_critical: bool | None = None
    is_end: bool = False
    next_step: str | None = None
    max_attempts: int = 1
    timeout: float | None = None

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """Read a step of a document that has been checked."""
        on_failure, on_cancel = str(content.get("onFailure", "Abort")), str(content.get("onCancel", "Abort"))
        timeout = content.get("timeoutSeconds", DEFAULT_TIMEOUTS.get(content["action"]))
        if content["action"] == "aws:executeScript":
            timeout = min(float(timeout), _LONGEST_SCRIPT)
        return cls(
            name=content["name"],
            action=content["action"],
            inputs=content.get("inputs") or {},
            outputs=tuple(content.get("outputs") or ()),
            on_failure=on_failure.removeprefix(_STEP),
            jumps_on_failure=on_failure.startswith(_STEP),
            writes_on_failure="onFailure" in content,
            on_cancel=on_cancel.removeprefix(_STEP) if on_cancel.startswith(_STEP) else None,
            is_critical=_flag(content.get("isCritical")),
            is_end=bool(_flag(content.get("isEnd"))),
            next_step=content.get("nextStep"),
            max_attempts=int(content.get("maxAttempts", 1)),
            timeout=None if timeout is None else float(timeout),
        )


def _flag(value: Any) -> bool | None:
    return None if value is None else str(value).lower() == "true"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A version of a document.

    Attributes
    ----------
    name, version : str
        As Systems Manager has them.
    assume_role : str
        Unresolved; empty when the caller's own permissions are used.
    parameters, variables : mapping
        Declarations by name.
    outputs : tuple of str
        ``step.Output`` each.
    steps : tuple of Step
        In the document's order.
    """

    name: str
    version: str
    assume_role: str
    parameters: Mapping[str, Mapping[str, Any]]
    variables: Mapping[str, Mapping[str, Any]]
    outputs: tuple[str, ...]
    steps: tuple[Step, ...] = field(repr=False)

    @classmethod
    def read(cls, name: str, version: str, content: Mapping[str, Any]) -> Self:
        """Read a document that has been checked."""
        return cls(
            name=name,
            version=version,
            assume_role=content.get("assumeRole") or "",
            parameters=content.get("parameters") or {},
            variables=content.get("variables") or {},
            outputs=tuple(content.get("outputs") or ()),
            steps=tuple(Step.read(step) for step in content["mainSteps"]),
        )


def all_steps(steps: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of a document's content, those inside of loops included."""
    for step in steps:
        yield step
        inner = (step.get("inputs") or {}).get("Steps")
        if step.get("action") == "aws:loop" and isinstance(inner, list):
            yield from all_steps(inner)
