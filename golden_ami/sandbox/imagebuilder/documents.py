"""The YAML documents of components and workflows, as far as Image Builder checks them when they are created.

Source: "Use the AWSTOE component document framework" and "Create a YAML workflow document" (Image Builder User Guide);
the component type is determined from the document (CreateComponent). Reads YAML by itself, not by this project's own
checker, so that the two can disagree.
"""

from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.sandbox.imagebuilder.errors import InvalidParameterValueException

_PHASES: Final = frozenset({"build", "validate", "test"})
_PARAMETER: Final = "data"
_TYPES: Final = ("String", "Integer", "Boolean", "StringList")
_SCHEMA_VERSION: Final = "1.0"


def component_details(data: str) -> dict[str, Any]:
    """Return what Image Builder derives from a component document.

    Returns
    -------
    dict[str, Any]
        ``type`` (``BUILD``, or ``TEST`` when ``test`` is the only phase) and ``parameters``.

    Raises
    ------
    InvalidParameterValueException
        When it is no YAML mapping of schema version 1.0 with phases of steps.
    """
    document = _mapping(data)
    phases = [phase for phase in _list(document, "phases") if isinstance(phase, Mapping)]
    names = [str(phase.get("name")) for phase in phases]
    if not set(names) <= _PHASES or len(set(names)) != len(names) or len(phases) != len(document["phases"]):
        raise _invalid(f"Phases must be some of {', '.join(sorted(_PHASES))}, each at most once, not {names}.")
    for phase in phases:
        _check_steps(_list(phase, "steps"), f"phase '{phase['name']}'")
    return {
        "type": "TEST" if names == ["test"] else "BUILD",
        "parameters": [_parameter(item) for item in document.get("parameters") or []],
    }


def workflow_details(data: str) -> dict[str, Any]:
    """Return what Image Builder derives from a workflow document: its ``parameters``.

    Raises
    ------
    InvalidParameterValueException
        When it is no YAML mapping of schema version 1.0 with steps.
    """
    document = _mapping(data)
    _check_steps(_list(document, "steps"), "the workflow")
    parameters = document.get("parameters") or []
    return {"parameters": [{"name": str(item["name"]), "type": str(item["type"])} for item in parameters]}


def _mapping(data: str) -> dict[str, Any]:
    try:
        document = YAML(typ="safe").load(data)
    except YAMLError as error:
        raise _invalid(f"The document is not YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(document, dict):
        raise _invalid("The document is not a mapping.")
    if str(document.get("schemaVersion")) != _SCHEMA_VERSION:
        raise _invalid(f"schemaVersion must be {_SCHEMA_VERSION}, not {document.get('schemaVersion')}.")
    return document


def _list(owner: Mapping[str, Any], name: str) -> list[Any]:
    found = owner.get(name)
    if not isinstance(found, list) or not found:
        raise _invalid(f"'{name}' must be a list that is not empty.")
    return found


def _check_steps(steps: list[Any], where: str) -> None:
    for step in steps:
        if not isinstance(step, Mapping) or not step.get("name") or not step.get("action"):
            raise _invalid(f"Each step of {where} needs a name and an action.")
    names = [step["name"] for step in steps]
    if len(set(names)) != len(names):
        raise _invalid(f"Step names of {where} must be unique.")


def _parameter(item: Any) -> dict[str, Any]:
    """Read ``- Name: {type: string, default: x, description: y}``."""
    if not isinstance(item, Mapping) or len(item) != 1:
        raise _invalid("Each parameter must be a mapping of its name.")
    name, details = next(iter(item.items()))
    if not isinstance(details, Mapping) or "type" not in details:
        raise _invalid(f"Parameter '{name}' needs a type.")
    shown: dict[str, Any] = {"name": str(name), "type": _type(name, details["type"])}
    if "default" in details:
        shown["defaultValue"] = [str(details["default"])]
    if "description" in details:
        shown["description"] = str(details["description"])
    return shown


def _type(name: str, written: Any) -> str:
    """Return a parameter's type as the API shows it; documents write it in any case."""
    known = next((shown for shown in _TYPES if shown.lower() == str(written).lower()), None)
    if known is None:
        raise _invalid(f"Parameter '{name}' must have one of the types {', '.join(_TYPES)}, not '{written}'.")
    return known


def _invalid(why: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(_PARAMETER, why)
