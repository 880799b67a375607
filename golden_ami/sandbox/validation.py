"""Checks values against botocore's models: what clients send, and what the sandbox answers.

botocore itself checks only required members, types and minima of what it sends, so that a service tells the rest. Here
the service is ours: enumerations, patterns and lengths are enforced too, and an answer may hold nothing that the model
does not know.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

_TYPES: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "structure": (Mapping,),
        "map": (Mapping,),
        "list": (list, tuple),
        "string": (str,),
        "character": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "long": (int,),
        "float": (int, float),
        "double": (int, float),
        "timestamp": (datetime, int, float, str),
        "blob": (bytes, str),
    }
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One way in which a value is not what the model says.

    Attributes
    ----------
    path : str
        Such as ``components[0].componentArn``; empty for the whole.
    rule : str
        ``required``, ``unknown``, ``type``, ``enum``, ``pattern`` or ``length``.
    text : str
        The rule in words, to follow the path.
    value : Any
        What was found.
    """

    path: str
    rule: str
    text: str
    value: Any = None


def problems(value: Any, shape: Shape | None, path: str = "") -> Iterator[Problem]:
    """Yield what is wrong with a value, outermost first.

    Parameters
    ----------
    value : Any
        Parsed request parameters, or an answer before it is serialised.
    shape : Shape | None
        The model's; None allows nothing but an empty structure.
    path : str
        Where the value stands.
    """
    if shape is None:
        if value:
            yield Problem(path=path, rule="unknown", text="nothing is expected here", value=value)
        return
    if not isinstance(value, _TYPES[shape.type_name]) or (isinstance(value, bool) and shape.type_name != "boolean"):
        text = f"must be a {shape.type_name}, not a {type(value).__name__}"
        yield Problem(path=path, rule="type", text=text, value=value)
        return
    yield from _within_bounds(value, shape, path)
    inner = _INNER.get(shape.type_name)
    if inner is not None:
        yield from inner(value, shape, path)


def _structure(value: Mapping[str, Any], shape: StructureShape, path: str) -> Iterator[Problem]:
    for name in shape.required_members:
        if name not in value:
            yield Problem(path=_join(path, name), rule="required", text="is required")
    for name, member in value.items():
        if name not in shape.members:
            yield Problem(path=_join(path, name), rule="unknown", text="is not known here", value=member)
        else:
            yield from problems(member, shape.members[name], _join(path, name))


def _map(value: Mapping[str, Any], shape: MapShape, path: str) -> Iterator[Problem]:
    for key, member in value.items():
        yield from problems(key, shape.key, path)
        yield from problems(member, shape.value, _join(path, key))


def _list(value: Sequence[Any], shape: ListShape, path: str) -> Iterator[Problem]:
    for index, member in enumerate(value):
        yield from problems(member, shape.member, f"{path}[{index}]")


def _string(value: str, shape: Shape, path: str) -> Iterator[Problem]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield Problem(path=path, rule="enum", text=f"must be one of {', '.join(allowed)}", value=value)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).search(value):
        yield Problem(path=path, rule="pattern", text=f"must match pattern {pattern}", value=value)


_CATEGORIES: Final = MappingProxyType(
    {
        r"\p{L}": "a-zA-Z\u00aa-\uffdc",
        r"\p{Z}": r"\s",
        r"\p{N}": r"\d",
        r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    }
)
"""What Python's expressions write otherwise than the models' patterns: Unicode categories, which stand inside of
brackets, and what lies beyond 16 bits."""

_INNER: Final[Mapping[str, Callable[[Any, Any, str], Iterator[Problem]]]] = MappingProxyType(
    {"structure": _structure, "map": _map, "list": _list, "string": _string}
)


def _within_bounds(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    """Compare a number, or the length of a text, list or map, with the model's minimum and maximum."""
    numeric = shape.type_name in {"integer", "long", "float", "double"}
    sized = shape.type_name in {"string", "list", "map", "blob"}
    if not (numeric or sized):
        return
    measure = value if numeric else len(value)
    what = "" if numeric else " long"
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and measure < low:
        yield Problem(path=path, rule="length", text=f"must be at least {low}{what}", value=value)
    if high is not None and measure > high:
        yield Problem(path=path, rule="length", text=f"must be at most {high}{what}", value=value)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    for written, python in _CATEGORIES.items():
        pattern = pattern.replace(written, python)
    return re.compile(pattern)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
