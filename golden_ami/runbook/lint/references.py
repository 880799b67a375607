"""Rules of what a document refers to: parameters that exist, and outputs of steps that run before."""

import re
from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import references as references_in
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import API_ACTIONS, all_steps, given, types, whole_reference

_BUILT_IN = re.compile(r"(global|automation):[A-Z_]+")
_FIXED = {
    "aws:approve": frozenset({"ApprovalStatus", "ApproverDecisions"}),
    "aws:assertAwsResourceProperty": frozenset[str](),
    "aws:branch": frozenset[str](),
    "aws:executeAwsApi": frozenset[str](),
    "aws:executeScript": frozenset({"OutputPayload"}),
    "aws:loop": frozenset({"CurrentIteration", "CurrentIteratorValue"}),
    "aws:pause": frozenset[str](),
    "aws:sleep": frozenset[str](),
    "aws:waitForAwsResourceProperty": frozenset[str](),
}
"""What each action puts out beside the outputs written; other actions may put out anything."""
_LISTS = frozenset({"StringList", "MapList"})


def references(content: dict[str, Any]) -> Iterator[Finding]:
    """Find references that lead nowhere, parameters that nothing refers to, and lists inside of lists."""
    parameters = set(content.get("parameters", {}))
    declared = parameters | {f"variable:{name}" for name in content.get("variables", {})}
    known: dict[str, set[str] | None] = {}
    for reference in references_in(content.get("assumeRole", "")):
        if reference not in declared and not _BUILT_IN.fullmatch(reference):
            yield Finding("assumeRole", f"refers to {reference!r}, which is no parameter", "declare it")
    for step in all_steps(content):
        if step["action"] == "aws:loop":
            known[step["name"]] = _outputs(step)
        for reference in dict.fromkeys(references_in(_read_by(step))):
            problem = _unknown(reference, declared, known)
            if problem:
                yield at(step, f"refers to {reference!r}, which {problem}", "refer to what is there, or declare it")
        known[step["name"]] = _outputs(step)
    for output in content.get("outputs", []):
        problem = _unknown(output, set(), known)
        if problem:
            yield Finding("document", f"puts out {output!r}, which {problem}", "put out what a step puts out")
    used = set(references_in([content.get("assumeRole"), content["mainSteps"]]))
    for name in sorted(parameters - used):
        yield Finding(f"parameter {name}", "is never used", "remove it")
    yield from _nested_lists(content)


def _read_by(step: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a step writes, and the steps of a loop, which are read by themselves."""
    read = {key: value for key, value in step.items() if key != "outputs"}
    if step["action"] == "aws:loop":
        read["inputs"] = {key: value for key, value in step["inputs"].items() if key != "Steps"}
    return read


def _outputs(step: dict[str, Any]) -> set[str] | None:
    fixed = _FIXED.get(step["action"])
    if fixed is None:
        return None
    return {each.get("Name", "") for each in step.get("outputs", [])} | fixed


def _unknown(reference: str, declared: set[str], known: dict[str, set[str] | None]) -> str:
    owner, _, output = reference.partition(".")
    if _BUILT_IN.fullmatch(reference) or reference in declared:
        return ""
    if owner not in known:
        return "is a step that does not run before it" if output else "is no parameter"
    outputs = known[owner]
    return "" if outputs is None or output in outputs else f"{owner!r} does not put out"


def _nested_lists(content: dict[str, Any]) -> Iterator[Finding]:
    kinds = types(content)
    for step in all_steps(content):
        values: Any = []
        if step["action"] in API_ACTIONS:
            values = given(step)
        elif step["action"] == "aws:approve":
            values = step["inputs"]["Approvers"]
        for reference in _in_lists(values):
            if kinds.get(reference) in _LISTS:
                yield at(
                    step,
                    f"{reference!r} is a list inside of a list, which AWS refuses as a list of one list",
                    f"write '{{{{ {reference} }}}}' without the brackets around it",
                )


def _in_lists(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _in_lists(inner)
    elif isinstance(value, list):
        for inner in value:
            reference = whole_reference(inner)
            if reference:
                yield reference
            yield from _in_lists(inner)
