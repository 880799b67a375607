"""Parameters of an execution: what is given, what is the default, and what is refused.

Source: "Data elements and parameters" (Systems Manager User Guide); StartAutomationExecution (API Reference):
"parameters must match the declared parameters in the Automation runbook".
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from golden_ami.sandbox.automation.errors import InvalidAutomationExecutionParametersException as Refusal
from golden_ami.sandbox.automation.values import MAX_ITEMS, MAX_STRING, fits, texts


def typed(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Give every declared parameter its value and type.

    Parameters
    ----------
    declared : mapping
        Of the document.
    given : mapping
        Lists of texts, as StartAutomationExecution takes them.

    Raises
    ------
    InvalidAutomationExecutionParametersException
        When one is unknown, missing, or breaks its declaration.
    """
    for name in given:
        if name not in declared:
            raise Refusal(f"The following parameters are not declared in the document: {name}.")
    values = {}
    for name, rules in declared.items():
        if name in given:
            values[name] = _parsed(name, str(rules["type"]), list(given[name]))
        elif "default" in rules:
            values[name] = rules["default"]
            continue
        else:
            raise Refusal(f"The parameter {name} is required, and has no value.")
        _check(name, rules, values[name])
    return values


def _parsed(name: str, kind: str, given: list[str]) -> Any:
    if kind in {"StringList"} or kind.startswith("List<"):
        return given
    if kind == "MapList":
        return [_json(name, each, dict) for each in given]
    if len(given) != 1:
        raise Refusal(f"The parameter {name} takes exactly one value, and has {len(given)}.")
    if kind == "StringMap":
        return _json(name, given[0], dict)
    if kind == "Integer" and re.fullmatch(r"-?\d+", given[0]):
        return int(given[0])
    if kind == "Boolean" and given[0].lower() in {"true", "false"}:
        return given[0].lower() == "true"
    if kind in {"Integer", "Boolean"}:
        raise Refusal(f"The value {given[0]!r} of parameter {name} is no {kind}.")
    return given[0]


def _json(name: str, text: str, kind: type) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Refusal(f"The value of parameter {name} is not JSON.") from error
    if not isinstance(value, kind):
        raise Refusal(f"The value of parameter {name} is no {kind.__name__}.")
    return value


def _check(name: str, rules: Mapping[str, Any], value: Any) -> None:
    each = texts(value)
    for one in each:
        if "allowedValues" in rules and one not in map(str, rules["allowedValues"]):
            raise Refusal(f"The value {one!r} of parameter {name} is not one of {rules['allowedValues']}.")
        if "allowedPattern" in rules and not re.search(str(rules["allowedPattern"]), one):
            raise Refusal(f"The value {one!r} of parameter {name} does not match {rules['allowedPattern']}.")
        if rules["type"] in {"String", "StringList"} and not _fits_length(one, rules):
            raise Refusal(f"A value of parameter {name} has {len(one)} characters, which is not allowed.")
    if isinstance(value, list):
        most = int(rules.get("maxItems", MAX_ITEMS if fits(value, "StringList") else 200))
        if not int(rules.get("minItems", 0)) <= len(value) <= most:
            raise Refusal(f"The parameter {name} has {len(value)} items, which is not allowed.")


def _fits_length(value: str, rules: Mapping[str, Any]) -> bool:
    return int(rules.get("minChars", 1)) <= len(value) <= int(rules.get("maxChars", MAX_STRING))
