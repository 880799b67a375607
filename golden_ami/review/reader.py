"""Plan files, one after the other, as JSON; whatever is not the JSON of a plan is refused by its name."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from golden_ami.errors import InputError

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a plan file; a deployment of ours has less than three million."""

STANDARD_INPUT: Final = "-"
_HOW: Final = "write it with `terraform show -json PLANFILE > plan.json`"


class PlanError(InputError):
    """When a file is no plan that can be reviewed."""


def read(path: str) -> dict[str, Any]:
    """Read one plan.

    Parameters
    ----------
    path : str
        A file, or ``-`` for standard input.

    Raises
    ------
    PlanError
        When it cannot be read, is too large, is no JSON, or is no plan of a known format.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    raw = _bytes(path, name)
    try:
        plan = json.loads(raw)
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON: {error}"
        raise PlanError(f"{name} {reason}", remedy=_HOW) from error
    _check(plan, name)
    return dict(plan)


def _bytes(path: str, name: str) -> bytes:
    try:
        if path == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(LARGEST + 1)
    except OSError as error:
        raise PlanError(f"{name} cannot be read: {error.strerror}", remedy="name a plan as JSON") from error
    if len(raw) > LARGEST:
        raise PlanError(f"{name} has more than {LARGEST:,} bytes", remedy="review the plan of one stack at a time")
    return raw


def _check(plan: Any, name: str) -> None:
    if not isinstance(plan, dict) or not isinstance(plan.get("format_version"), str):
        raise PlanError(f"{name} is no plan: it has no format_version", remedy=_HOW)
    version = plan["format_version"]
    # "Consumers should ignore unknown properties of a minor version, and reject a major one" (JSON Output Format).
    if version.split(".")[0] != "1":
        raise PlanError(f"{name} has the format_version {version[:20]!r}", remedy="use a Terraform that writes 1.x")
    if not isinstance(plan.get("resource_changes", []), list) or "planned_values" not in plan:
        raise PlanError(f"{name} is no plan: it has no planned_values", remedy=f"{_HOW}, not of a state")
    if plan.get("errored") is True or plan.get("complete") is False:
        raise PlanError(
            f"{name} is not complete: Terraform ended with an error, or left changes out", remedy="plan again"
        )
    for each in _listed(plan.get("resource_changes", [])):
        _check_change(each, name)


def _check_change(change: Any, name: str) -> None:
    known = isinstance(change, dict) and all(isinstance(change.get(key), str) for key in ("address", "type", "mode"))
    inner = change.get("change") if known else None
    if not isinstance(inner, dict) or not isinstance(inner.get("actions"), list):
        raise PlanError(f"{name} has a resource change that is none", remedy=_HOW)


def _listed(value: Any) -> Iterator[Any]:
    yield from value
