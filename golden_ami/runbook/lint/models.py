"""AWS's own descriptions of its APIs, as botocore has them."""

import importlib
import re
from functools import cache
from typing import Any

from golden_ami.errors import GoldenAmiError

Shape = Any
"""A shape of botocore, which this package does not import by name: binding works without it."""

_PART = re.compile(r"\.(\w+)|\[(\d+|\*)\]|\['([^']+)'\]")


class Nowhere(Exception):  # noqa: N818 - it is an answer
    """When a selector leads to nothing; says where it ends."""


@cache
def _session() -> Any:
    try:
        return importlib.import_module("botocore.session").Session()
    except ImportError as error:
        raise GoldenAmiError(
            "the rules about APIs need botocore, which is not installed", remedy="run `make setup`"
        ) from error


@cache
def service(name: str) -> Any:
    """Give the description of a service, or None for one that does not exist."""
    session = _session()
    return session.get_service_model(name) if name in session.get_available_services() else None


def operation(name: str, api: str) -> Any:
    """Give the description of an API, or None for one that does not exist."""
    known = service(name)
    return known.operation_model(api) if known and api in known.operation_names else None


def members(shape: Shape | None) -> dict[str, Shape]:
    """Give the members of a structure; nothing has none."""
    return dict(shape.members) if shape is not None else {}


def required(shape: Shape | None) -> frozenset[str]:
    """Name the members that must be given; tokens are left to the caller of the API."""
    if shape is None:
        return frozenset()
    return frozenset(shape.required_members) - tokens(shape)


def tokens(shape: Shape | None) -> frozenset[str]:
    """Name the members that make a second try harmless."""
    return frozenset(
        name
        for name, member in members(shape).items()
        if member.metadata.get("idempotencyToken") or name.lower() == "clienttoken"
    )


def enum(shape: Shape | None) -> tuple[str, ...]:
    """Give the values that a shape is limited to, if it is."""
    return tuple(getattr(shape, "enum", None) or ())


def select(shape: Shape | None, selector: str) -> tuple[Shape | None, bool]:
    """Follow a selector into the answer of an API.

    Returns
    -------
    tuple
        The shape, or None where this syntax or the shape cannot be judged; and whether it selects many.

    Raises
    ------
    Nowhere
        When there is no such thing in the answer.
    """
    rest, many = selector.removeprefix("$"), False
    if rest.startswith(".ResponseMetadata"):
        return None, False
    if shape is None:
        raise Nowhere("the API answers with nothing")
    while rest:
        part = _PART.match(rest)
        if part is None or getattr(shape, "is_document_type", False):
            return None, many
        rest = rest[part.end() :]
        name = part[1] or part[3]
        if name is None:
            if shape.type_name != "list":
                raise Nowhere(f"{part[0]} is asked of the type {shape.type_name}")
            shape, many = shape.member, many or part[2] == "*"
        elif shape.type_name == "map":
            shape = shape.value
        elif shape.type_name != "structure":
            raise Nowhere(f"{name} is asked of the type {shape.type_name}")
        elif name not in shape.members:
            raise Nowhere(f"there is no {name}")
        else:
            shape = shape.members[name]
    return shape, many
