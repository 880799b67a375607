"""Documents with one thing wrong: a step, an edge, a property or an input that is missing or another one."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Document = dict[str, Any]
Step = dict[str, Any]

_TELL: Final = "tellOutcome"
_UNDO: Final = frozenset({"takeBack", "putCurrentBack"})
_PROPERTIES: Final = ("onFailure", "onCancel", "isCritical", "nextStep", "isEnd", "maxAttempts", "timeoutSeconds")
_OTHERS: Final = {"AVAILABLE": "FAILED", "ASSOCIATED": "FAILED", "COMPLETED": "ABANDONED"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a document.

    Attributes
    ----------
    name : str
        What is changed, in words.
    step : str
        The step that it is about.
    content : dict
        The changed document.
    """

    name: str
    step: str
    content: Document


def changes(content: Document) -> Iterator[Change]:
    """Make every change that changes anything."""
    for step in content["mainSteps"]:
        for operator in (_without_it, _edges, _properties, _inputs, _values, _payload):
            yield from (change for change in operator(content, step["name"]) if change.content != content)


def _without_it(content: Document, name: str) -> Iterator[Change]:
    following = _step(content, name).get("nextStep")
    if following is None:
        return
    changed = copy.deepcopy(content)
    changed["mainSteps"] = [step for step in changed["mainSteps"] if step["name"] != name]
    for step in changed["mainSteps"]:
        _retarget(step, name, following)
    yield Change(name=f"{name} left out", step=name, content=changed)


def _edges(content: Document, name: str) -> Iterator[Change]:
    step = _step(content, name)
    following = step.get("nextStep")
    if following:
        beyond = _step(content, following).get("nextStep")
        for target in dict.fromkeys(filter(None, [beyond, _TELL])):
            if target != following:
                yield _set(content, name, f"goes to {target}", lambda found, to=target: found.update(nextStep=to))
        yield _set(content, name, "goes on when it fails", lambda found: found.update(onFailure=f"step:{following}"))
    if str(step.get("onFailure", "")).startswith("step:"):
        undo = next((f"step:{each['name']}" for each in content["mainSteps"] if each["name"] in _UNDO), "Continue")
        other = undo if step["onFailure"] == f"step:{_TELL}" else f"step:{_TELL}"
        for target in dict.fromkeys((other, "Abort", "Continue")):
            yield _set(content, name, f"on failure {target}", lambda found, to=target: found.update(onFailure=to))
    if "onCancel" in step:
        yield _set(content, name, "on cancel tells", lambda found: found.update(onCancel=f"step:{_TELL}"))
    if step["action"] == "aws:branch":
        yield _set(content, name, "branches the other way", _swap)


def _properties(content: Document, name: str) -> Iterator[Change]:
    # A limit shows where time passes: when AWS or people are waited for.
    timed = _step(content, name)["action"] in {"aws:approve", "aws:waitForAwsResourceProperty"}
    for key in _PROPERTIES:
        if key in _step(content, name) and (timed or key != "timeoutSeconds"):
            yield _set(content, name, f"without {key}", lambda found, key=key: found.pop(key))
    yield _set(content, name, "is not critical", lambda found: found.update(isCritical=False))


def _inputs(content: Document, name: str) -> Iterator[Change]:
    inputs = _step(content, name).get("inputs", {})
    for key in ("clientToken", "tags", "Approvers", "MinRequiredApprovals", "NotificationArn", "Message"):
        if key in inputs:
            yield _set(content, name, f"without {key}", lambda found, key=key: found["inputs"].pop(key))
    if "MinRequiredApprovals" in inputs:
        yield _set(content, name, "asks for one", lambda found: found["inputs"].update(MinRequiredApprovals=1))
    if "clientToken" in inputs:
        again = "{{ global:DATE_TIME }}"
        yield _set(content, name, "with another token", lambda found: found["inputs"].update(clientToken=again))


def _values(content: Document, name: str) -> Iterator[Change]:
    values = _step(content, name).get("inputs", {}).get("DesiredValues", [])
    for index, value in enumerate(values):
        if len(values) > 1:
            yield _set(
                content, name, f"without {value}", lambda found, at=index: found["inputs"]["DesiredValues"].pop(at)
            )
        else:
            other = _OTHERS[value]
            yield _set(
                content, name, f"wants {other}", lambda found, to=other: found["inputs"].update(DesiredValues=[to])
            )


def _payload(content: Document, name: str) -> Iterator[Change]:
    for key in _step(content, name).get("inputs", {}).get("InputPayload", {}):
        yield _set(content, name, f"without {key}", lambda found, key=key: found["inputs"]["InputPayload"].pop(key))


def _set(content: Document, name: str, what: str, change: Callable[..., Any]) -> Change:
    changed = copy.deepcopy(content)
    change(_step(changed, name))
    return Change(name=f"{name} {what}", step=name, content=changed)


def _step(content: Document, name: str) -> Step:
    found: Step = next(step for step in content["mainSteps"] if step["name"] == name)
    return found


def _swap(step: Step) -> None:
    inputs = step["inputs"]
    choice = inputs["Choices"][0]
    choice["NextStep"], inputs["Default"] = inputs["Default"], choice["NextStep"]


def _retarget(step: Step, name: str, following: str) -> None:
    if step.get("nextStep") == name:
        step["nextStep"] = following
    for key in ("onFailure", "onCancel"):
        if step.get(key) == f"step:{name}":
            step[key] = f"step:{following}"
    inputs = step.get("inputs", {})
    for choice in inputs.get("Choices", []):
        if choice["NextStep"] == name:
            choice["NextStep"] = following
    if inputs.get("Default") == name:
        inputs["Default"] = following
