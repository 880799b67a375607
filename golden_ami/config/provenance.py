"""Where each value of a resolved deployment came from: its own text, the defaults, or nobody's."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from golden_ami.config.problems import Key
from golden_ami.config.reading import DEFAULTS, DEPLOYMENTS, Source
from golden_ami.config.root import Config

INHERITED_BY_IMAGES = ("approval", "sharing", "schedule", "findings", "revocation")
"""What an image has from its deployment, unless it says otherwise."""

_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a value came from.

    Attributes
    ----------
    kind : str
        ``deployment``, ``defaults``, ``configuration`` (another part of it), or ``built-in``.
    file : str or None
        The file; none for what is built in.
    line : int or None
        The line, counted from 1.
    """

    kind: Literal["deployment", "defaults", "configuration", "built-in"]
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a deployment.

    Attributes
    ----------
    path : tuple of str or int
        Keys from the deployment to the value.
    value : Any
        A scalar, or an empty list or mapping.
    origin : Origin
        Where it came from.
    """

    path: tuple[Key, ...]
    value: Any
    origin: Origin


def explained(source: Source, config: Config, deployment: str) -> list[Value]:
    """Give every value of a deployment, with what is left out spelled out.

    Parameters
    ----------
    source : Source
        What was read.
    config : Config
        What it means.
    deployment : str
        Name of one of its deployments.
    """
    places = _places(source)
    found = config.deployments[deployment].model_dump(mode="json")
    found["tags"] = config.all_tags(deployment)
    settings = found.pop("images") or {}
    found["images"] = {image: _said(settings.get(image)) for image in config.images_of(deployment)}
    return [
        Value(path=path, value=value, origin=_origin(source, places, deployment, path))
        for path, value in _leaves(found)
    ]


def _said(settings: dict[str, Any] | None) -> dict[str, Any]:
    """Keep what an image says itself; the rest is its deployment's."""
    return {key: value for key, value in (settings or {}).items() if value is not None and not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict) and all(each is None for each in value.values())


def _leaves(value: Any, above: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items or not value:
        yield above, value
        return
    for key, inner in items:
        yield from _leaves(inner, (*above, key))


def _origin(
    source: Source, places: dict[tuple[Key, ...], tuple[str, int]], deployment: str, path: tuple[Key, ...]
) -> Origin:
    written = source.where_written((DEPLOYMENTS, deployment, *path))
    kind: Literal["deployment", "defaults"] = "defaults" if written[0] == DEFAULTS else "deployment"
    if written in places:
        file, line = places[written]
        return Origin(kind=kind, file=file, line=line)
    # Tags are the configuration's too, and the images of a deployment that names none are all of them.
    if path in places and path[0] in {"tags", "images"}:
        file, line = places[path]
        return Origin(kind="configuration", file=file, line=line)
    return Origin(kind="built-in")


def _places(source: Source) -> dict[tuple[Key, ...], tuple[str, int]]:
    """Find the line of every key and entry of every file."""
    found: dict[tuple[Key, ...], tuple[str, int]] = {}
    for file, text in source.files.items():
        node = YAML(typ="safe", pure=True).compose(StringIO(text))
        for path, line in _lines(node):
            # The first one counts: what a merge key brings is looked at after what a mapping says itself.
            found.setdefault(path, (file, line))
    return found


def _lines(node: Node, above: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], int]]:
    if isinstance(node, SequenceNode):
        for index, entry in enumerate(node.value):
            yield (*above, index), entry.start_mark.line + 1
            yield from _lines(entry, (*above, index))
    if isinstance(node, MappingNode):
        merged: list[Node] = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merged += value.value if isinstance(value, SequenceNode) else [value]
                continue
            yield (*above, key.value), key.start_mark.line + 1
            yield from _lines(value, (*above, key.value))
        for each in merged:
            yield from _lines(each, above)
