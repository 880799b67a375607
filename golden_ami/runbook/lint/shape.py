"""Whether a document has the parts that the other rules read: they judge only one that has."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import API_ACTIONS

_Kinds = tuple[type, ...]
_API: dict[str, _Kinds] = {"Service": (str,), "Api": (str,)}
_PROPERTY: dict[str, _Kinds] = {"PropertySelector": (str,), "DesiredValues": (list,)}
_REQUIRED: dict[str, dict[str, _Kinds]] = {
    "aws:approve": {"Approvers": (list, str)},
    "aws:assertAwsResourceProperty": _PROPERTY,
    "aws:branch": {"Choices": (list,)},
    "aws:executeScript": {"Runtime": (str,)},
    "aws:loop": {"Steps": (list,)},
    "aws:waitForAwsResourceProperty": _PROPERTY,
}


def shape(content: dict[str, Any]) -> Iterator[Finding]:
    """Find parts that are missing, or are of another kind than Systems Manager reads."""
    parameters = content.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(each, dict) for each in parameters.values()):
        yield Finding("document", "parameters is not a mapping of mappings", "give each parameter a type")
    if not isinstance(content.get("variables", {}), dict):
        yield Finding("document", "variables is not a mapping", "give each variable a type")
    outputs = content.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(each, str) for each in outputs):
        yield Finding("document", "outputs is not a list of texts", "write each as step.Output")
    if not content["mainSteps"]:
        yield Finding("document", "mainSteps is empty", "add steps")
    for step in content["mainSteps"]:
        yield from _step(step)


def _step(step: Any) -> Iterator[Finding]:
    if not isinstance(step, dict) or not isinstance(step.get("name"), str):
        yield Finding("document", f"{str(step)[:60]!r} is no step with a name", "write name and action")
        return
    if not isinstance(step.get("action"), str):
        yield at(step, "has no action", "name one, such as aws:executeAwsApi")
        return
    for key in ("onFailure", "onCancel", "nextStep"):
        if not isinstance(step.get(key, ""), str):
            yield at(step, f"{key} is not a text", "name a step")
    outputs = step.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(each, dict) for each in outputs):
        yield at(step, "outputs is not a list of mappings", "give each a Name, a Selector and a Type")
    elif not all(isinstance(each.get(key, ""), str) for each in outputs for key in ("Name", "Selector", "Type")):
        yield at(step, "a Name, Selector or Type of its outputs is not a text", "write a text")
    if isinstance(step.get("inputs", {}), dict):
        yield from _inputs(step, step.get("inputs", {}))
    else:
        yield at(step, "inputs is not a mapping", "write the inputs of its action")


def _inputs(step: dict[str, Any], inputs: dict[str, Any]) -> Iterator[Finding]:
    action = step["action"]
    required = {**_REQUIRED.get(action, {}), **(_API if action in API_ACTIONS else {})}
    missing = [name for name, kinds in required.items() if not isinstance(inputs.get(name), kinds)]
    for name in missing:
        words = " or a ".join("text" if kind is str else "list" for kind in required[name])
        yield at(step, f"{action} has no input {name}, which is a {words}", "write it")
    if action == "aws:branch" and not missing:
        yield from _choices(step, inputs)
    if action == "aws:loop" and not missing:
        for inner in inputs["Steps"]:
            yield from _step(inner)


def _choices(step: dict[str, Any], inputs: dict[str, Any]) -> Iterator[Finding]:
    for choice in inputs["Choices"]:
        if not isinstance(choice, dict) or not isinstance(choice.get("NextStep"), str):
            yield at(step, "a choice has no NextStep", "name the step that it leads to")
    if not isinstance(inputs.get("Default", ""), str):
        yield at(step, "Default is not a text", "name a step")
