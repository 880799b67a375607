"""Rules of what steps read from answers: selectors, types, and the values that a step waits for."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint import models
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import API_ACTIONS, all_steps

_PASSING = {
    ("ec2", "ImageState"): {"pending", "transient"},
    ("ec2", "SnapshotState"): {"pending", "recovering"},
    ("imagebuilder", "ImageScanStatus"): {"PENDING", "SCANNING", "COLLECTING"},
    ("imagebuilder", "ImageStatus"): {"PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"},
    # What RAM suspends, it restores.
    ("ram", "ResourceShareAssociationStatus"): {
        "ASSOCIATING",
        "DISASSOCIATING",
        "SUSPENDED",
        "SUSPENDING",
        "RESTORING",
    },
}
"""States that a thing leaves by itself, by service and enum; it stays in every other one."""
_TYPES = {
    "String": frozenset({"string", "timestamp", "blob", "character"}),
    "Integer": frozenset({"integer", "long"}),
    "Boolean": frozenset({"boolean"}),
    "StringList": frozenset({"list"}),
    "MapList": frozenset({"list"}),
    "StringMap": frozenset({"map", "structure"}),
}
_PARTS = ("Name", "Selector", "Type")


def outputs(content: dict[str, Any]) -> Iterator[Finding]:
    """Find outputs that are incomplete, or of no type of Automation, and selectors that are no JSONPath."""
    for step in all_steps(content):
        for output in step.get("outputs", []):
            name = str(output.get("Name", "without name"))
            missing = [part for part in _PARTS if part not in output]
            if missing:
                yield at(step, f"output {name} has no {' and no '.join(missing)}", "write it")
            if "Type" in output and output["Type"] not in _TYPES:
                yield at(step, f"output {name} has the type {output['Type']!r}", f"take one of {', '.join(_TYPES)}")
            if "Selector" in output:
                yield from _rooted(step, f"Selector of output {name}", output["Selector"])
        if "PropertySelector" in step.get("inputs", {}):
            yield from _rooted(step, "PropertySelector", step["inputs"]["PropertySelector"])


def _rooted(step: dict[str, Any], what: str, selector: Any) -> Iterator[Finding]:
    if not str(selector).startswith(("$.", "$[")):
        yield at(step, f"its {what}, {selector!r}, does not begin with '$.'", f"write '$.{selector}'")
    elif step["action"] == "aws:executeScript" and not str(selector).startswith("$.Payload"):
        yield at(step, f"its {what}, {selector!r}, does not begin with '$.Payload'", "select what the handler returns")


def answers(runbook: Runbook) -> Iterator[Finding]:
    """Find selectors that lead nowhere, types that do not fit, and states that nobody waits for."""
    for step in all_steps(runbook.content):
        if step["action"] not in API_ACTIONS:
            continue
        inputs = step["inputs"]
        operation = models.operation(inputs["Service"], inputs["Api"])
        if operation is None:
            continue
        for output in step.get("outputs", []):
            yield from _output(step, operation, output)
        if "PropertySelector" in inputs:
            yield from _property(step, operation)


def _output(step: dict[str, Any], operation: Any, output: dict[str, Any]) -> Iterator[Finding]:
    name, selector = output.get("Name", "without name"), str(output.get("Selector", "$"))
    try:
        shape, many = models.select(operation.output_shape, _whole(selector))
    except models.Nowhere as error:
        yield at(step, f"Selector {selector!r} of output {name} leads nowhere: {error}", "select what is in the answer")
        return
    if shape is None or output.get("Type") not in _TYPES:
        return
    found = "list" if many else shape.type_name
    if found not in _TYPES[output["Type"]]:
        fitting = " or ".join(kind for kind, shapes in _TYPES.items() if found in shapes) or "none"
        yield at(step, f"output {name} is of type {found}, and no {output['Type']}", f"write Type: {fitting}")


def _property(step: dict[str, Any], operation: Any) -> Iterator[Finding]:
    inputs = step["inputs"]
    selector, wanted = inputs["PropertySelector"], [str(each) for each in inputs["DesiredValues"]]
    try:
        shape, _ = models.select(operation.output_shape, _whole(selector))
    except models.Nowhere as error:
        yield at(step, f"PropertySelector {selector!r} leads nowhere: {error}", "select what is in the answer")
        return
    values = models.enum(shape)
    if shape is None or not values or any("{{" in each for each in wanted):
        return
    for value in wanted:
        if value not in values:
            yield at(step, f"DesiredValues has {value!r}, which never comes", f"take of {', '.join(values)}")
    passing = _PASSING.get((inputs["Service"], shape.name))
    if step["action"] == "aws:waitForAwsResourceProperty" and passing is not None:
        missed = [value for value in values if value not in passing and value not in wanted]
        if missed:
            yield at(
                step,
                f"does not wait for {', '.join(missed)}, and polls to its timeout when one comes",
                "add them to DesiredValues, and branch on the value afterwards",
            )


def _whole(selector: str) -> str:
    """Read a selector as it was meant: that it does not begin with ``$.`` is said elsewhere."""
    return selector if selector.startswith("$") else f"$.{selector}"
