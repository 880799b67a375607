"""``golden-ami config show``: what a deployment is in the end, and where each value came from."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from golden_ami.errors import InputError
from golden_ami.inert import inert

if TYPE_CHECKING:
    from golden_ami.config.provenance import Origin, Value

_PLAIN: Final = re.compile(r"(?!(true|false|null|yes|no|on|off|y|n)$)[A-Za-z/][\w./@+-]*( ?[\w./@+-]+)*", re.IGNORECASE)
_COLUMN: Final = 44
"""Where origins begin, unless the value is longer."""

Line = tuple[str, str]


def show(
    deployment: Annotated[str, typer.Argument(help="Name of the deployment.", metavar="DEPLOYMENT")],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Configuration [GOLDEN_AMI_CONFIG, or config/example.yaml]."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Print what a deployment is with every default, and where each value came from.

    golden-ami config show prod-eu
    """
    from golden_ami.config import path_from
    from golden_ami.config.load import validated
    from golden_ami.config.provenance import explained
    from golden_ami.config.reading import read

    source = read(config or path_from())
    found = validated(source)
    if deployment not in found.deployments:
        known = ", ".join(found.deployments)
        raise InputError(f"{deployment!r} is not in {source.path}", remedy=f"name one of: {known}")
    values = explained(source, found, deployment)
    typer.echo(_as_json(deployment, values) if as_json else _as_yaml(deployment, source.path, values))


def _as_json(deployment: str, values: "Sequence[Value]") -> str:
    entries = [
        {"path": list(each.path), "value": each.value, "from": each.origin.kind, **_place(each.origin)}
        for each in values
    ]
    return json.dumps({"deployment": deployment, "values": entries}, indent=2)


def _place(origin: "Origin") -> dict[str, Any]:
    return {"file": origin.file, "line": origin.line}


def _as_yaml(deployment: str, path: Path, values: "Sequence[Value]") -> str:
    lines = [(f"# {path}: {deployment}", ""), *_lines([(each.path, each) for each in values], "")]
    return "\n".join(inert(f"{text:<{_COLUMN}}  # {origin}" if origin else text) for text, origin in lines)


def _lines(entries: "list[tuple[tuple[str | int, ...], Value]]", indent: str, first: str = "") -> Iterator[Line]:
    """Write the values below one key; ``first`` stands in place of the first indentation, as a list's dash does."""
    for key in dict.fromkeys(path[0] for path, _ in entries):
        inner = [(path[1:], each) for path, each in entries if path[0] == key]
        lead, first = first or indent, ""
        is_list = isinstance(key, int)
        if len(inner) == 1 and not inner[0][0]:
            value = inner[0][1]
            yield f"{lead}{'-' if is_list else f'{_scalar(key)}:'} {_scalar(value.value)}", _said(value.origin)
        elif is_list:
            yield from _lines(inner, f"{indent}  ", f"{lead}- ")
            continue
        else:
            yield f"{lead}{_scalar(key)}:", ""
            yield from _lines(inner, f"{indent}  ")
        path = entries[0][1].path
        if len(path) - len(entries[0][0]) == 1 and path[0] == "images":
            yield from _inherited(inner, indent)


def _inherited(inner: "list[tuple[tuple[str | int, ...], Value]]", indent: str) -> Iterator[Line]:
    from golden_ami.config.provenance import INHERITED_BY_IMAGES

    own = {path[0] for path, _ in inner if path}
    rest = [key for key in INHERITED_BY_IMAGES if key not in own]
    if rest:
        yield f"{indent}  # as above: {', '.join(rest)}", ""


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _said(origin: "Origin") -> str:
    if origin.kind == "built-in":
        return "built in"
    place = f"{origin.file}:{origin.line}"
    return place if origin.kind == "deployment" else f"{origin.kind}, {place}"
