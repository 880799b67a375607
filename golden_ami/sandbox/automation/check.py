"""What CreateDocument and UpdateDocument refuse of an Automation document.

Source: "Creating your own runbooks", "Data elements and parameters", "Properties shared by all actions" (Systems
Manager User Guide); quotas of Automation (64 KB). It is independent of the product's own linter on purpose.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from golden_ami.sandbox.automation.actions import ACTIONS
from golden_ami.sandbox.automation.document import all_steps
from golden_ami.sandbox.automation.errors import InvalidDocumentContent, MaxDocumentSizeExceeded
from golden_ami.sandbox.automation.values import REFERENCE

MAX_BYTES: Final = 64 * 1024
MAX_PARAMETERS: Final = 200

_TYPES: Final = frozenset({"String", "StringList", "Integer", "Boolean", "MapList", "StringMap"})
_STEP_NAME: Final = re.compile(r"[a-zA-Z0-9_]{1,128}")
_PARAMETER_NAME: Final = re.compile(r"[a-zA-Z0-9]{1,50}")
_SYSTEM: Final = re.compile(r"(global:[A-Z_]+|automation:EXECUTION_ID|ssm:.+|variable:\w+)")
_KNOWN: Final = frozenset(
    {"name", "action", "description", "inputs", "outputs", "onFailure", "onCancel", "isCritical", "isEnd", "nextStep"}
    | {"maxAttempts", "timeoutSeconds"}
)
_NEVER_CANCELLED: Final = frozenset({"aws:approve", "aws:pause", "aws:sleep", "aws:updateVariable", "aws:loop"})
_LOOP_OUTPUTS: Final = frozenset({"CurrentIteration", "CurrentIteratorValue"})


def check(text: str, content: Any) -> None:
    """Check a document.

    Parameters
    ----------
    text : str
        As it was sent.
    content : Any
        Parsed.

    Raises
    ------
    MaxDocumentSizeExceeded
        When it is too large.
    InvalidDocumentContent
        When it could not run; the message names the first fault.
    NotImplementedError
        When it uses an action that the engine does not have.
    """
    if len(text.encode()) > MAX_BYTES:
        raise MaxDocumentSizeExceeded
    if not isinstance(content, Mapping) or str(content.get("schemaVersion")) != "0.3":
        raise InvalidDocumentContent("An Automation document has schemaVersion 0.3.")
    if not isinstance(content.get("mainSteps"), list) or not content["mainSteps"]:
        raise InvalidDocumentContent("The document has no mainSteps.")
    for fault in _faults(content):
        raise InvalidDocumentContent(fault)


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _parameter_faults(content.get("parameters") or {})
    yield from _step_faults(content["mainSteps"])
    yield from _reference_faults(content)


def _parameter_faults(parameters: Mapping[str, Any]) -> Iterator[str]:
    if len(parameters) > MAX_PARAMETERS:
        yield f"The document has {len(parameters)} parameters, more than {MAX_PARAMETERS}."
    for name, declared in parameters.items():
        if not _PARAMETER_NAME.fullmatch(name):
            yield f"The parameter name {name!r} is not valid."
        kind = str(declared.get("type", ""))
        if kind not in _TYPES and not re.fullmatch(r"(List<)?AWS::[\w:]+>?", kind):
            yield f"The type {kind!r} of parameter {name} is not valid."


def _step_faults(steps: list[Any]) -> Iterator[str]:
    names = [str(step.get("name")) for step in all_steps(steps)]
    for step in all_steps(steps):
        name, action = str(step.get("name")), step.get("action")
        if not _STEP_NAME.fullmatch(name):
            yield f"The step name {name!r} is not valid."
        if names.count(name) > 1:
            yield f"The step name {name} is there more than once."
        if action not in ACTIONS:
            raise NotImplementedError(f"The action {action} of step {name} is not modelled.")
        for key in step:
            if key not in _KNOWN:
                yield f"The property {key} of step {name} is not known."
        if str(step.get("isEnd", "")).lower() == "true" and "nextStep" in step:
            yield f"Step {name} has both isEnd and nextStep."
        if "onCancel" in step and action in _NEVER_CANCELLED:
            yield f"Step {name}: {action} does not support onCancel."
        for output in step.get("outputs") or []:
            if not {"Name", "Selector"} <= set(output):
                yield f"An output of step {name} lacks its Name or Selector."
            elif output.get("Type", "String") not in _TYPES:
                yield f"Output {output['Name']} of step {name} has no type of Automation."
    yield from _jump_faults(steps)


def _jump_faults(steps: list[Any]) -> Iterator[str]:
    """Find jumps to steps that are not there, of the document and then of each loop."""
    position = {step["name"]: index for index, step in enumerate(steps)}
    for index, step in enumerate(steps):
        inputs = step.get("inputs") or {}
        targets = [choice.get("NextStep") for choice in inputs.get("Choices") or []]
        targets += [inputs["Default"]] if step["action"] == "aws:branch" and "Default" in inputs else []
        targets += [step["nextStep"]] if "nextStep" in step else []
        jumps = [str(step[key]) for key in ("onFailure", "onCancel") if key in step]
        targets += [jump.removeprefix("step:") for jump in jumps if jump not in {"Abort", "Continue"}]
        for target in targets:
            if target not in position:
                yield f"Step {step['name']} goes to {target}, which does not exist."
            elif position[target] == index:
                yield f"Step {step['name']} goes to itself."
        if step["action"] == "aws:loop":
            yield from _jump_faults(inputs.get("Steps") or [])


def _reference_faults(content: Mapping[str, Any]) -> Iterator[str]:
    outputs = {
        step["name"]: {each["Name"] for each in step.get("outputs") or []} | _fixed_outputs(step)
        for step in all_steps(content["mainSteps"])
    }
    declared = set(content.get("parameters") or {})
    used = _references([content.get("assumeRole"), content["mainSteps"]])
    for reference in used:
        owner, _, output = reference.partition(".")
        if _SYSTEM.fullmatch(reference) or reference in declared:
            continue
        if output not in outputs.get(owner, set()):
            yield f"The document refers to {reference}, which is not declared."


def _fixed_outputs(step: Mapping[str, Any]) -> set[str]:
    fixed = {
        "aws:approve": {"ApprovalStatus", "ApproverDecisions"},
        "aws:executeScript": {"OutputPayload"},
        "aws:loop": set(_LOOP_OUTPUTS),
    }
    return fixed.get(step["action"], set())


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
    elif isinstance(value, str):
        yield from REFERENCE.findall(value)
