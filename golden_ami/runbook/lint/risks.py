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
            target = _target(step, key, onward)
            if target in names[index + 1 :]:
                reach = [each for each in steps if each["name"] in _reached(target, onward)]
                what = _harm(runbook, steps[names.index(target)], reach, regular=target in regular)
                if what:
                    remedy = "lead it to a step that takes back, or that tells"
                    yield at(step, f"{key} goes on to {target!r}, {what}", remedy)
        yield from _default(steps, index)
    for step in all_steps(runbook.content):
        if step.get("isCritical") is False:
            yield at(
                step,
                "is not critical (isCritical: false), so that the execution can end as Success although it failed",
                "write isCritical: true, and lead its failure to a step that tells",
            )
        if step["action"] == "aws:approve" and step.get("maxAttempts", 1) != 1:
            yield at(
                step,
                f"asks {step['maxAttempts']} times (maxAttempts), so that a denial is not the end",
                "leave maxAttempts out",
            )


def _target(step: dict[str, Any], key: str, onward: dict[str, list[str]]) -> str:
    """Name the step that a failure leads to; Continue leads to the next one, whatever that is."""
    written = str(step.get(key, ""))
    if written == "Continue":
        return next(iter(onward.get(step["name"], [])), "")
    return written.removeprefix("step:") if written.startswith("step:") else ""


def _harm(runbook: Runbook, target: dict[str, Any], reach: list[dict[str, Any]], *, regular: bool) -> str:
    """Say what a failure would lead to, or nothing where it is told or taken back."""
    if gives(target, runbook.scripts):
        return "which shares something"
    # A step that only failures lead to is there to clean up.
    if regular and changes(target, runbook.scripts):
        return "which changes something as if nothing had failed"
    further = [each["name"] for each in reach if gives(each, runbook.scripts) or each["action"] == "aws:approve"]
    return f"and from there to {further[0]!r} as if nothing had failed" if further else ""


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
