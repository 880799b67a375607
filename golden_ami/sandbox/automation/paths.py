"""Where the steps of a document go, and what CreateDocument refuses of that.

Source: "Properties shared by all actions", "Using conditional statements in runbooks" (Systems Manager User Guide):
"the system verifies that the runbook doesn't create an infinite loop".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from golden_ami.sandbox.automation.choices import OPERATORS

Content = Mapping[str, Any]

_NOT_AFTER_CANCEL: Final = frozenset({"aws:approve", "aws:pause", "aws:sleep"})
_COMBINING: Final = frozenset({"And", "Or", "Not"})


def path_faults(steps: Sequence[Content]) -> Iterator[str]:
    """Find what is wrong with where steps go: of the document, and then of each loop."""
    by_name = {str(step.get("name")): step for step in steps}
    for step in steps:
        name = step.get("name")
        for target in (*_targets(step), *_after_cancel(step)):
            if target not in by_name:
                yield f"Step {name} goes to {target}, which does not exist."
            elif target == name:
                yield f"Step {name} goes to itself."
        for target in _after_cancel(step):
            if by_name.get(target, {}).get("action") in _NOT_AFTER_CANCEL:
                yield f"Step {name}: onCancel does not support moving to {by_name[target]['action']}."
        yield from _choice_faults(step)
        if step.get("action") == "aws:loop":
            yield from path_faults(_inputs(step).get("Steps") or [])
    circle = _circle(steps)
    if circle:
        yield f"The document has an infinite loop: {' -> '.join(circle)}."


def is_end(step: Content) -> bool:
    """Tell whether the execution ends with a step."""
    return str(step.get("isEnd", "")).lower() == "true"


def _inputs(step: Content) -> Content:
    inputs: Content = step.get("inputs") or {}
    return inputs


def _targets(step: Content) -> list[str]:
    inputs = _inputs(step)
    targets = [str(choice.get("NextStep")) for choice in inputs.get("Choices") or []]
    targets += [str(inputs["Default"])] if step.get("action") == "aws:branch" and "Default" in inputs else []
    targets += [str(step["nextStep"])] if "nextStep" in step else []
    return targets + _jumps(step, "onFailure")


def _after_cancel(step: Content) -> list[str]:
    return _jumps(step, "onCancel")


def _jumps(step: Content, key: str) -> list[str]:
    written = str(step.get(key, "Abort"))
    return [] if written in {"Abort", "Continue"} else [written.removeprefix("step:")]


def _choice_faults(step: Content) -> Iterator[str]:
    inputs = _inputs(step)
    conditions = [*(inputs.get("Choices") or [])] if step.get("action") == "aws:branch" else []
    conditions += [inputs["LoopCondition"]] if step.get("action") == "aws:loop" and "LoopCondition" in inputs else []
    for condition in conditions:
        for leaf in _leaves(condition):
            operators = set(leaf) - {"NextStep", "Variable"}
            if "Variable" not in leaf or len(operators) != 1 or not operators <= OPERATORS:
                yield f"Step {step.get('name')} has a choice with {', '.join(sorted(operators)) or 'no operator'}."


def _leaves(condition: Any) -> Iterator[Content]:
    if not isinstance(condition, Mapping):
        condition = {str(condition): None}
    combining = [key for key in condition if key in _COMBINING]
    if not combining:
        yield condition
    for key in combining:
        inner = condition[key]
        for each in inner if isinstance(inner, list) else [inner]:
            yield from _leaves(each)


def _circle(steps: Sequence[Content]) -> list[str]:
    """Return the names of steps that lead back to the first of them; after onCancel nothing comes a second time."""
    following = {
        str(step.get("name")): _following(step, steps[index + 1 : index + 2]) for index, step in enumerate(steps)
    }
    done: set[str] = set()

    def walk(name: str, trace: list[str]) -> list[str]:
        if name in trace:
            return [*trace[trace.index(name) :], name]
        if name in done or name not in following:
            return []
        for target in following[name]:
            if circle := walk(target, [*trace, name]):
                return circle
        done.add(name)
        return []

    return next(filter(None, (walk(name, []) for name in following)), [])


def _following(step: Content, next_in_order: Sequence[Content]) -> list[str]:
    goes_elsewhere = is_end(step) or "nextStep" in step or "Default" in _inputs(step)
    return _targets(step) + ([] if goes_elsewhere else [str(each.get("name")) for each in next_in_order])
