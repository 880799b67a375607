"""The steps of a document and the ways between them, as they are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.document import Runbook, edges
from golden_ami.runbook.lint.effects import gives
from golden_ami.runbook.lint.shape import shape

_LONGEST_LABEL = 28


class Kind(StrEnum):
    """Why execution goes from a step to another one."""

    next = "next"
    choice = "choice"
    failure = "failure"
    cancel = "cancel"


class Role(StrEnum):
    """What a reader looks for."""

    plain = "plain"
    ask = "ask"
    share = "share"


@dataclass(frozen=True)
class Node:
    """A step.

    Attributes
    ----------
    name, detail, description : str
        Its name, what it does in a few words, and in a sentence.
    role : Role
        Whether it asks people, or shares something.
    ends : bool
        Whether the execution ends with it.
    aborts : bool
        Whether the execution ends when it fails.
    """

    name: str
    detail: str
    description: str
    role: Role
    ends: bool
    aborts: bool


@dataclass(frozen=True)
class Way:
    """A way from a step to another one.

    Attributes
    ----------
    source, target : int
        Positions of the steps.
    kind : Kind
        Why it is taken.
    label : str
        With which value, for a choice.
    """

    source: int
    target: int
    kind: Kind
    label: str = ""


@dataclass(frozen=True)
class Graph:
    """A document.

    Attributes
    ----------
    name : str
        The document's.
    nodes : tuple of Node
        In the document's order.
    ways : tuple of Way
        By their source.
    """

    name: str
    nodes: tuple[Node, ...]
    ways: tuple[Way, ...]

    @classmethod
    def of(cls, runbook: Runbook) -> "Graph":
        """Read a document; a way that leads to no step is not drawn.

        Raises
        ------
        RunbookError
            When a step has not what is drawn of it.
        """
        for finding in shape(runbook.content):
            raise RunbookError(f"{runbook.path}: {finding.where}: {finding.problem}", remedy=finding.remedy)
        steps = runbook.content["mainSteps"]
        nodes = tuple(_node(step, runbook.scripts) for step in steps)
        return cls(runbook.path.stem, nodes, tuple(_merged(_ways(steps))))


def _node(step: dict[str, Any], scripts: Path) -> Node:
    role = Role.plain
    if step["action"] == "aws:approve":
        role = Role.ask
    elif gives(step, scripts):
        role = Role.share
    return Node(
        name=_printable(step["name"]),
        detail=_printable(_detail(step)),
        description=_printable(step.get("description", "")),
        role=role,
        ends=bool(step.get("isEnd")),
        aborts=step.get("onFailure", "Abort") == "Abort",
    )


def _printable(text: object) -> str:
    """Write a text on one line, with what XML does not have left out."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())


def _detail(step: dict[str, Any]) -> str:
    inputs, action = step.get("inputs", {}), step["action"].removeprefix("aws:")
    script = str(inputs.get("Script", "")).strip()
    if "Service" in inputs and "Api" in inputs:
        return f"{action} {inputs['Service']}:{inputs['Api']}"
    if script.endswith(".py") and "\n" not in script:
        return f"{action} {script}"
    if action == "loop":
        return f"{action} over {len(inputs['Steps'])} steps"
    return str(action)


def _ways(steps: list[dict[str, Any]]) -> Iterator[Way]:
    position = {step["name"]: index for index, step in enumerate(steps)}
    for index, step in enumerate(steps):
        following = steps[index + 1]["name"] if index + 1 < len(steps) else None
        found = edges(step, following)
        if step.get("onFailure") == "Continue" and "next" in found:
            found["onFailure"] = found["next"]
        for reason, target in found.items():
            if target in position:
                yield Way(index, position[target], *_why(step, reason))


def _why(step: dict[str, Any], reason: str) -> tuple[Kind, str]:
    if reason == "onFailure":
        return Kind.failure, ""
    if reason == "onCancel":
        return Kind.cancel, ""
    if reason == "next":
        return Kind.next, ""
    if reason == "default":
        return Kind.choice, "otherwise"
    return Kind.choice, _condition(step["inputs"]["Choices"][int(reason.split()[1])])


def _condition(choice: dict[str, Any]) -> str:
    tests = {key: value for key, value in choice.items() if key not in ("NextStep", "Variable")}
    words = [str(value) if key.endswith("Equals") else f"{key} {value}" for key, value in tests.items()]
    text = _printable(", ".join(words))
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"


def _merged(ways: Iterator[Way]) -> Iterator[Way]:
    """Make one of several choices that lead to the same step."""
    labels: dict[tuple[int, int, Kind], list[str]] = {}
    for way in ways:
        labels.setdefault((way.source, way.target, way.kind), []).append(way.label)
    for (source, target, kind), found in labels.items():
        text = " or ".join(dict.fromkeys(found))
        yield Way(source, target, kind, text if len(text) <= 2 * _LONGEST_LABEL else f"{len(found)} choices")
