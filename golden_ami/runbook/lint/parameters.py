"""Rules of what steps and scripts give to APIs: that they exist, and take it."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint import models
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import API_ACTIONS, all_steps, given, types, whole_reference

_STARTING = ("Start", "Create", "Run", "Import", "Copy", "Distribute", "Purchase", "Allocate")
_NUMBERS = ("integer", "long")
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
}
_REFERENCED = {
    "String": frozenset({"string", "timestamp", "blob", "integer", "long", "boolean", "float", "double"}),
    "Integer": frozenset({"integer", "long", "float", "double", "timestamp"}),
    "Boolean": frozenset({"boolean"}),
    "StringList": frozenset({"list"}),
    "MapList": frozenset({"list"}),
    "StringMap": frozenset({"map", "structure"}),
}


def parameters(runbook: Runbook) -> Iterator[Finding]:
    """Find services, APIs and parameters that do not exist, are missing, or do not fit."""
    kinds = types(runbook.content)
    for step in all_steps(runbook.content):
        if step["action"] not in API_ACTIONS:
            continue
        problem = unknown(step["inputs"]["Service"], step["inputs"]["Api"])
        if problem:
            yield at(step, problem, "name one that botocore knows")
            continue
        shape = models.operation(step["inputs"]["Service"], step["inputs"]["Api"]).input_shape
        if shape is None:
            for name in given(step):
                yield at(step, f"{step['inputs']['Api']} takes no {name}", "remove it")
            continue
        for path, fault in _fits(shape, given(step), kinds, ""):
            yield at(step, f"{path} {fault}", f"give {step['inputs']['Api']} what it takes")
        yield from _token(step, shape)


def unknown(service: str, api: str) -> str:
    """Say what of a service and API does not exist, if anything."""
    if models.service(service) is None:
        return f"there is no service {service!r}"
    return f"{service} has no API {api!r}" if models.operation(service, api) is None else ""


def _token(step: dict[str, Any], shape: models.Shape) -> Iterator[Finding]:
    missing = models.tokens(shape) - set(step["inputs"])
    if missing and step["inputs"]["Api"].startswith(_STARTING):
        (token,) = sorted(missing)[:1]
        yield at(
            step,
            f"{step['inputs']['Api']} is called without {token}, so a second try starts a second one",
            f"write {token}: '{{{{ automation:EXECUTION_ID }}}}'",
        )


def _fits(shape: models.Shape, value: Any, kinds: dict[str, str], path: str) -> Iterator[tuple[str, str]]:
    kind = shape.type_name
    reference = whole_reference(value)
    if reference is not None:
        # A list inside of a list is another rule's.
        stated = kinds.get(reference, "String" if ":" in reference else "")
        if kind not in _REFERENCED.get(stated, {kind}) and not (path.endswith("]") and stated.endswith("List")):
            yield path, f"is of type {kind}, and {reference!r} is a {stated}"
    elif not _is_a(kind, value):
        yield path, f"is of type {kind}, and {repr(value)[:40]} is not"
    elif kind in ("structure", "map", "list"):
        yield from _within(shape, value, kinds, path)
    elif models.enum(shape) and "{{" not in value and value not in models.enum(shape):
        yield path, f"is {value!r}, and may be {', '.join(models.enum(shape)[:12])}"


def _within(shape: models.Shape, value: Any, kinds: dict[str, str], path: str) -> Iterator[tuple[str, str]]:
    if getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "list":
        for index, inner in enumerate(value):
            yield from _fits(shape.member, inner, kinds, f"{path}[{index}]")
        return
    inside = shape.members if shape.type_name == "structure" else dict.fromkeys(value, shape.value)
    missing = models.required(shape) - set(value) if shape.type_name == "structure" else ()
    for name in sorted(missing):
        yield _below(path, name), "is missing"
    for name, inner in value.items():
        if name in inside:
            yield from _fits(inside[name], inner, kinds, _below(path, name))
        else:
            yield _below(path, name), "is not known"


def _is_a(kind: str, value: Any) -> bool:
    if kind not in _KINDS:
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str) and kind in (*_NUMBERS, "boolean"):
        # Whether Systems Manager reads these is not documented; its own examples quote them.
        return value.isdigit() if kind in _NUMBERS else value.lower() in {"true", "false"}
    return isinstance(value, _KINDS[kind])


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
