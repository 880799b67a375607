"""Rules that a document must keep, beside its schema: Systems Manager's that a schema cannot say, and this project's.

Sources: "Create runbooks" and "Systems Manager Automation actions reference" (Systems Manager User Guide), and the
quotas of Automation documents.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import edges, references

MAX_BYTES = 64 * 1024
"""Largest document (CreateDocument)."""

_BUILT_IN = re.compile(r"(global|automation):[A-Z_]+")
_STEP_NAME = re.compile(r"[a-zA-Z0-9_]+")
_PARAMETER_NAME = re.compile(r"[a-zA-Z0-9]+")


def lint(content: dict[str, Any]) -> list[str]:
    """Say what is wrong with a document.

    Parameters
    ----------
    content : dict
        A document with ``mainSteps``.

    Returns
    -------
    list of str
        One sentence each; empty for a document without faults.
    """
    return [*_names(content), *_flow(content), *_data(content), *_size(content)]


def _names(content: dict[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for step in content["mainSteps"]:
        name = step["name"]
        if not _STEP_NAME.fullmatch(name):
            yield f"step {name!r} has a character that is neither letter, digit nor underscore"
        if name in seen:
            yield f"step {name!r} is there twice"
        seen.add(name)
    for name in content.get("parameters", {}):
        if not _PARAMETER_NAME.fullmatch(name):
            yield f"parameter {name!r} has a character that is neither letter nor digit"


def _flow(content: dict[str, Any]) -> Iterator[str]:
    steps = content["mainSteps"]
    position = {step["name"]: index for index, step in enumerate(steps)}
    reached: set[str] = {steps[0]["name"]} if steps else set()
    for index, step in enumerate(steps):
        name = step["name"]
        following = steps[index + 1]["name"] if index + 1 < len(steps) else None
        if step.get("isEnd") and "nextStep" in step:
            yield f"step {name!r} has both isEnd and nextStep"
        if "isCritical" not in step:
            yield f"step {name!r} does not say whether it isCritical, which is evaluated only when written"
        if "onFailure" not in step:
            yield f"step {name!r} does not say what happens onFailure"
        if step.get("isEnd") and str(step.get("onFailure", "")).startswith("step:"):
            yield f"step {name!r} ends the execution on failure too (isEnd), so its onFailure never jumps"
        if not step.get("isEnd") and "nextStep" not in step and step["action"] != "aws:branch":
            yield f"step {name!r} has neither isEnd nor nextStep, and would run into the next one"
        for reason, target in edges(step, following).items():
            if target not in position:
                yield f"step {name!r} goes to {target!r} ({reason}), which does not exist"
            elif position[target] <= index:
                yield f"step {name!r} goes back to {target!r} ({reason})"
            elif name in reached:
                reached.add(target)
    for name in position:
        if name not in reached:
            yield f"step {name!r} is never reached"


def _data(content: dict[str, Any]) -> Iterator[str]:
    parameters = set(content.get("parameters", {}))
    known: dict[str, set[str]] = {}
    for step in [{"name": "assumeRole", "inputs": content.get("assumeRole", "")}, *content["mainSteps"]]:
        for reference in references({key: value for key, value in step.items() if key != "outputs"}):
            owner, _, output = reference.partition(".")
            if _BUILT_IN.fullmatch(reference) or (not output and reference in parameters):
                continue
            if owner not in known:
                what = "a step that does not run before it" if output else "no parameter"
                yield f"step {step['name']!r} refers to {reference!r}, which is {what}"
            elif output not in known[owner]:
                yield f"step {step['name']!r} refers to {reference!r}, which {owner!r} does not put out"
        known[step["name"]] = {each["Name"] for each in step.get("outputs", [])}
    used = set(references([content.get("assumeRole"), content["mainSteps"]]))
    for name in sorted(parameters - used):
        yield f"parameter {name!r} is never used"


def _size(content: dict[str, Any]) -> Iterator[str]:
    size = len(json.dumps(content).encode())
    if size > MAX_BYTES:
        yield f"the document has {size} bytes, more than {MAX_BYTES}"
