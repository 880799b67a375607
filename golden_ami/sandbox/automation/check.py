"""What CreateDocument and UpdateDocument refuse of an Automation document.

Source: "Creating your own runbooks", "Data elements and parameters", "Properties shared by all actions" (Systems
Manager User Guide); quotas of Automation (64 KB). It is independent of the product's own linter on purpose.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from golden_ami.sandbox.automation.actions import ACTIONS, VARIABLE
from golden_ami.sandbox.automation.document import all_steps
from golden_ami.sandbox.automation.errors import InvalidDocumentContent, MaxDocumentSizeExceeded
from golden_ami.sandbox.automation.paths import is_end, path_faults
from golden_ami.sandbox.automation.references import GLOBALS
from golden_ami.sandbox.automation.values import REFERENCE

MAX_BYTES: Final = 64 * 1024
MAX_PARAMETERS: Final = 200

_TYPES: Final = frozenset({"String", "StringList", "Integer", "Boolean", "MapList", "StringMap"})
_STEP_NAME: Final = re.compile(r"[a-zA-Z0-9_]{1,128}")
_PARAMETER_NAME: Final = re.compile(r"[a-zA-Z0-9]{1,50}")
_KNOWN: Final = frozenset(
    {"name", "action", "description", "inputs", "outputs", "onFailure", "onCancel", "isCritical", "isEnd", "nextStep"}
    | {"maxAttempts", "timeoutSeconds"}
)
_NEVER_CANCELLED: Final = frozenset({"aws:updateVariable", "aws:loop"})
_API: Final = frozenset({"Service", "Api"})
_PROPERTY: Final = _API | {"PropertySelector", "DesiredValues"}
_REQUIRED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "aws:approve": frozenset({"Approvers"}),
        "aws:assertAwsResourceProperty": _PROPERTY,
        "aws:branch": frozenset({"Choices"}),
        "aws:executeAwsApi": _API,
        "aws:executeScript": frozenset({"Runtime", "Handler"}),
        "aws:loop": frozenset({"Steps"}),
        "aws:updateVariable": frozenset({"Name", "Value"}),
        "aws:waitForAwsResourceProperty": _PROPERTY,
    }
)
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
    yield from path_faults(content["mainSteps"])
    yield from _reference_faults(content)


def _parameter_faults(parameters: Mapping[str, Any]) -> Iterator[str]:
    if len(parameters) > MAX_PARAMETERS:
        yield f"The document has {len(parameters)} parameters, more than {MAX_PARAMETERS}."
    for name, declared in parameters.items():
        if any(reference.startswith("ssm:") for reference in _references(declared.get("default"))):
            raise NotImplementedError(f"The default of parameter {name}, from Parameter Store, is not modelled.")
        if not _PARAMETER_NAME.fullmatch(name):
            yield f"The parameter name {name!r} is not valid."
        kind = str(declared.get("type", ""))
        if kind not in _TYPES and not re.fullmatch(r"(List<)?AWS::[\w:]+>?", kind):
            yield f"The type {kind!r} of parameter {name} is not valid."


def _step_faults(steps: list[Any]) -> Iterator[str]:
    names = [str(step.get("name")) for step in all_steps(steps)]
    for step in all_steps(steps):
        name, action = str(step.get("name")), step.get("action")
        if is_end(step) and step not in steps:
            raise NotImplementedError(f"isEnd of step {name}, inside of a loop, is not modelled.")
        if not _STEP_NAME.fullmatch(name):
            yield f"The step name {name!r} is not valid."
        if names.count(name) > 1:
            yield f"The step name {name} is there more than once."
        if action not in ACTIONS:
            raise NotImplementedError(f"The action {action} of step {name} is not modelled.")
        for key in step:
            if key not in _KNOWN:
                yield f"The property {key} of step {name} is not known."
        if is_end(step) and "nextStep" in step:
            yield f"Step {name} has both isEnd and nextStep."
        if "onCancel" in step and action in _NEVER_CANCELLED:
            yield f"Step {name}: {action} does not support onCancel."
        yield from _part_faults(step)


def _part_faults(step: Mapping[str, Any]) -> Iterator[str]:
    """Find inputs and outputs that are incomplete."""
    name = step["name"]
    for missing in sorted(_REQUIRED.get(str(step["action"]), frozenset()) - set(step.get("inputs") or {})):
        yield f"Step {name} lacks its input {missing}."
    for output in step.get("outputs") or []:
        if not {"Name", "Selector", "Type"} <= set(output):
            yield f"An output of step {name} lacks its Name, Selector or Type."
        elif output["Type"] not in _TYPES:
            yield f"Output {output['Name']} of step {name} has no type of Automation."


def _reference_faults(content: Mapping[str, Any]) -> Iterator[str]:
    outputs = {
        step["name"]: {each["Name"] for each in step.get("outputs") or []} | _fixed_outputs(step)
        for step in all_steps(content["mainSteps"])
    }
    declared = {*(content.get("parameters") or {}), "automation:EXECUTION_ID", *(f"global:{each}" for each in GLOBALS)}
    declared |= {VARIABLE + name for name in content.get("variables") or {}}
    updated = [
        (step.get("inputs") or {}).get("Name")
        for step in all_steps(content["mainSteps"])
        if step["action"] == "aws:updateVariable"
    ]
    used = _references([content.get("assumeRole"), content["mainSteps"]])
    for reference in (*used, *map(str, updated), *(content.get("outputs") or ())):
        owner, _, output = reference.partition(".")
        if reference not in declared and output not in outputs.get(owner, set()):
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
