"""Rules of the path through a document: where each step goes, and that every step is reached."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import edges
from golden_ami.runbook.lint.finding import Finding, at

_JUMPS = ("onFailure", "onCancel")


def flow(content: dict[str, Any]) -> Iterator[Finding]:
    """Find steps that go wrong, back or nowhere, or that nothing goes to."""
    steps = content["mainSteps"]
    position = {step["name"]: index for index, step in enumerate(steps)}
    reached: set[str] = {steps[0]["name"]}
    for index, step in enumerate(steps):
        yield from _said(step)
        yield from _end(step)
        following = steps[index + 1]["name"] if index + 1 < len(steps) else None
        for reason, target in edges(step, following).items():
            if target not in position:
                yield at(step, f"goes to {target!r} ({reason}), which does not exist", "name a step of the document")
            elif position[target] <= index:
                yield at(step, f"goes back to {target!r} ({reason})", "go forward only; aws:loop repeats steps")
            elif step["name"] in reached:
                reached.add(target)
    for step in steps:
        if step["name"] not in reached:
            yield at(step, "is never reached", "lead a step to it, or remove it")


def _said(step: dict[str, Any]) -> Iterator[Finding]:
    missing = []
    if "isCritical" not in step:
        missing.append("does not say whether it isCritical, which is evaluated only when written")
    if "onFailure" not in step:
        missing.append("does not say what happens onFailure")
    if missing:
        yield at(step, ", and ".join(missing), "write it" if len(missing) == 1 else "write both")


def _end(step: dict[str, Any]) -> Iterator[Finding]:
    if not step.get("isEnd"):
        if "nextStep" not in step and step["action"] != "aws:branch":
            yield at(step, "has neither isEnd nor nextStep, and would run into the next one", "write one of them")
        return
    if "nextStep" in step:
        yield at(step, "has both isEnd and nextStep", "keep one of them")
    for key in _JUMPS:
        if step.get(key, "").startswith("step:"):
            yield at(
                step, f"ends the execution on failure too (isEnd), so its {key} never jumps", f"write {key}: Abort"
            )
