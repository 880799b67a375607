"""Rules of this project about paths that Systems Manager accepts and nobody wants."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import Runbook, edges, references
from golden_ami.runbook.lint.effects import changes, gives
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import all_steps, given

_FAILING = ("onFailure", "onCancel")


def risks(runbook: Runbook) -> Iterator[Finding]:
    """Find failures that go on to share, branches that skip everything, and approvals that ask again."""
    steps = runbook.content["mainSteps"]
    names = [step["name"] for step in steps]
    onward = _onward(steps)
    regular = _reached(steps[0]["name"], onward)
    for index, step in enumerate(steps):
        for key in _FAILING:
            target = str(step.get(key, "")).removeprefix("step:")
            if target in names[index + 1 :] and target != step.get(key):
                yield from _after_failure(runbook, step, key, steps[names.index(target)], regular)
        yield from _default(steps, index)
    for step in all_steps(runbook.content):
        if step["action"] == "aws:approve" and step.get("maxAttempts", 1) != 1:
            yield at(
                step,
                f"asks {step['maxAttempts']} times (maxAttempts), so that a denial is not the end",
                "leave maxAttempts out",
            )


def _after_failure(
    runbook: Runbook, step: dict[str, Any], key: str, target: dict[str, Any], regular: set[str]
) -> Iterator[Finding]:
    name = target["name"]
    remedy = "lead it to a step that takes back, or that tells"
    if gives(target, runbook.scripts):
        yield at(step, f"{key} goes on to {name!r}, which shares something", remedy)
    # A step that only failures lead to is there to clean up.
    elif name in regular and changes(target, runbook.scripts):
        yield at(step, f"{key} goes on to {name!r}, which changes something as if nothing had failed", remedy)


def _default(steps: list[dict[str, Any]], index: int) -> Iterator[Finding]:
    step, last = steps[index], len(steps) - 1
    if step["action"] == "aws:branch" and step["inputs"].get("Default") == steps[last]["name"] and index + 1 < last:
        yield at(
            step,
            f"what fits no choice skips to the last step, {steps[last]['name']!r} (Default), and ends as Success",
            "lead Default to a step that fails",
        )


def _onward(steps: list[dict[str, Any]]) -> dict[str, list[str]]:
    following = [step["name"] for step in steps[1:]] + [None]
    return {
        step["name"]: [target for reason, target in edges(step, after).items() if reason not in _FAILING]
        for step, after in zip(steps, following, strict=True)
    }


def _reached(first: str, onward: dict[str, list[str]]) -> set[str]:
    todo, seen = [first], set[str]()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += onward.get(name, [])
    return seen


def unpinned(runbook: Runbook) -> Iterator[Finding]:
    """Find parameters by which whoever starts an execution decides who approves, and who receives."""
    parameters = set(runbook.content.get("parameters", {}))
    for step in all_steps(runbook.content):
        decides: Any = []
        if step["action"] == "aws:approve":
            decides = {key: value for key, value in step["inputs"].items() if key != "Message"}
        elif gives(step, runbook.scripts):
            decides = given(step) if "Api" in step["inputs"] else step["inputs"].get("InputPayload", {})
        for name in sorted(parameters & set(references(decides))):
            yield at(step, f"{name!r} is chosen by whoever starts it", "write the value into the document")
