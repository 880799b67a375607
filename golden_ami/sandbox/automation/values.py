"""Values in documents: references, JSONPath selectors, and the conversions between types.

Source: "Using action outputs as inputs" (Systems Manager User Guide): a reference that is the whole value keeps its
type, one inside of text becomes text; an output that does not have its declared type is converted where the page
lists a conversion, and is an error otherwise. What a reference expands to is not expanded again.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.parser import JsonPathParser

from golden_ami.sandbox.automation.failure import StepError

REFERENCE: Final = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
MAX_STRING: Final = 512
"""Characters of a String parameter or variable."""

MAX_ITEMS: Final = 50
"""Items of a StringList parameter or variable."""

MAX_MAPS: Final = 200
"""Items of a MapList parameter or variable."""

MAX_KEY: Final = 50
"""Characters of a key in a variable."""


def resolved(value: Any, lookup: Callable[[str], Any]) -> Any:
    """Replace every reference in a value.

    Parameters
    ----------
    value : Any
        Text, list or map, as it stands in the document.
    lookup : callable
        Gives the value of a reference, or raises StepError.
    """
    if isinstance(value, Mapping):
        return {resolved(key, lookup): resolved(inner, lookup) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, lookup) for inner in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value.strip())
    if whole:
        return lookup(whole[1])
    return REFERENCE.sub(lambda match: text(lookup(match[1])), value)


def text(value: Any) -> str:
    """Write a value as text: what is no string is JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def texts(value: Any) -> list[str]:
    """Write a value as the API shows outputs and parameters: a list of texts."""
    if value is None:
        return []
    return [text(inner) for inner in value] if isinstance(value, list) else [text(value)]


def plain(value: Any) -> Any:
    """Turn an SDK's answer into what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def select(selector: str, content: Any) -> Any:
    """Return what a JSONPath selects: one value, or the list of several; None for nothing.

    Raises
    ------
    StepError
        When the selector is no JSONPath from ``$.``.
    """
    if not selector.startswith("$"):
        raise StepError(f"Invalid selector {selector!r}: it must be a JSONPath that begins with '$.'")
    path = _path(selector)
    found = [match.value for match in path.find(content)]
    if "[*]" in selector or ".." in selector:
        return found
    return found[0] if found else None


@cache
def _path(selector: str) -> Any:
    try:
        return JsonPathParser().parse(selector)
    except (JSONPathError, ValueError) as error:
        raise StepError(f"Invalid selector {selector!r}: {error}") from error


def converted(value: Any, kind: str, what: str) -> Any:
    """Give a value its declared type.

    Parameters
    ----------
    value : Any
        Plain.
    kind : str
        ``String``, ``Integer``, ``Boolean``, ``StringList``, ``StringMap`` or ``MapList``.
    what : str
        Whose type it is, for the error.

    Raises
    ------
    StepError
        When there is no such conversion.
    """
    if fits(value, kind):
        return value
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(one, str | int | bool):
        if kind == "String":
            return one if isinstance(one, str) else json.dumps(one)
        if kind == "StringList":
            return [one if isinstance(one, str) else json.dumps(one)]
        if kind == "Integer" and isinstance(one, int | str) and re.fullmatch(r"-?\d+", str(one)):
            return int(one)
        if kind == "Boolean" and str(one).lower() in {"true", "false"}:
            return str(one).lower() == "true"
    if kind == "String" and value is not None:
        return text(value)
    raise StepError(f"{what} is {text(value)[:200]}, which cannot be converted to {kind}.")


def fits(value: Any, kind: str) -> bool:
    """Tell whether a value has a type."""
    match kind:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "StringList":
            return isinstance(value, list) and all(isinstance(inner, str) for inner in value)
        case "MapList":
            return isinstance(value, list) and all(isinstance(inner, dict) for inner in value)
        case "StringMap":
            return isinstance(value, dict)
        case _:
            return isinstance(value, str)


def beyond_limits(value: Any) -> str:
    """Say which limit of a variable's value is broken; nothing when none is."""
    if isinstance(value, str) and not 1 <= len(value) <= MAX_STRING:
        return f"has {len(value)} characters, which is not allowed"
    if isinstance(value, list):
        most = MAX_MAPS if value and fits(value, "MapList") else MAX_ITEMS
        if len(value) > most:
            return f"has {len(value)} items, which is not allowed"
        return next(filter(None, map(beyond_limits, value)), "")
    if isinstance(value, dict) and not all(1 <= len(key) <= MAX_KEY for key in value):
        return f"has a key that is not of 1 to {MAX_KEY} characters"
    return ""
