"""What a runbook does otherwise than before, step by step."""

import difflib
import json
from dataclasses import dataclass
from typing import Any, Final

from golden_ami.review.documents import Document, documents
from golden_ami.review.plan import Plan
from golden_ami.review.unknown import shown

_CONTEXT: Final = 2


@dataclass(frozen=True)
class Line:
    """One thing that is otherwise: ``+`` is new, ``-`` is gone, a space is there for orientation."""

    sign: str
    text: str


@dataclass(frozen=True)
class StepChange:
    """A step, or the document around the steps, that is otherwise.

    Attributes
    ----------
    name : str
        Of the step; empty for what is around them.
    kind : str
        ``added``, ``removed``, ``changed`` or ``moved``.
    lines : tuple of Line
        What of it.
    """

    name: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class DocumentChange:
    """A runbook that is otherwise.

    Attributes
    ----------
    name, kind : str
        Which, and ``new``, ``gone``, ``changed`` or ``unreadable``.
    steps : tuple of StepChange
        What of it; nothing for one that is new or gone.
    note : str
        How many steps a new one has, or why it cannot be read.
    """

    name: str
    kind: str
    steps: tuple[StepChange, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class _Item:
    """An item of a plain list, which is there or not."""

    value: Any


def document_changes(plan: Plan) -> tuple[DocumentChange, ...]:
    """Compare every runbook of a plan with the one that is deployed."""
    changed = {each.address for each in plan.changes if each.kind != "keep" and each.type == "aws_ssm_document"}
    before = {each.address: each for each in documents(tuple(each for each in plan.before if each.address in changed))}
    after = {each.address: each for each in documents(tuple(each for each in plan.after if each.address in changed))}
    found = [_document(before.get(address), after.get(address)) for address in sorted(changed)]
    return tuple(each for each in found if each)


def _document(old: Document | None, new: Document | None) -> DocumentChange | None:
    if new is None:
        return DocumentChange(old.name, "gone") if old else None
    if new.problem:
        return DocumentChange(new.name, "unreadable", note=new.problem)
    if old is None:
        return DocumentChange(new.name, "new", note=f"{len(new.steps)} steps")
    if old.problem:
        return DocumentChange(new.name, "changed", note=f"the deployed one cannot be read: {old.problem}")
    changes = _changes(old, new)
    return DocumentChange(new.name, "changed", changes) if changes else None


def _changes(old: Document, new: Document) -> tuple[StepChange, ...]:
    around = _lines(_around(old), _around(new))
    found = [StepChange("", "changed", tuple(around))] if around else []
    before, after = _by_name(old), _by_name(new)
    for name, step in after.items():
        if name not in before:
            found.append(StepChange(name, "added", tuple(_whole("+", step))))
        elif step != before[name]:
            found.append(StepChange(name, "changed", tuple(_lines(before[name], step))))
    found += [
        StepChange(name, "removed", tuple(_whole("-", step))) for name, step in before.items() if name not in after
    ]
    stayed = [[name for name in one if name in other] for one, other in ((before, after), (after, before))]
    if stayed[0] != stayed[1]:
        moved = [Line("-", ", ".join(map(shown, stayed[0]))), Line("+", ", ".join(map(shown, stayed[1])))]
        found.append(StepChange("", "moved", tuple(moved)))
    return tuple(found)


def _around(document: Document) -> dict[str, Any]:
    return {key: value for key, value in document.content.items() if key != "mainSteps"}


def _by_name(document: Document) -> dict[str, dict[str, Any]]:
    """Index steps; a name that stands twice gets a number, so that none hides another."""
    found: dict[str, dict[str, Any]] = {}
    for step in document.steps:
        name = str(step.get("name"))
        found[name if name not in found else f"{name} ({len(found)})"] = step
    return found


def _whole(sign: str, step: dict[str, Any]) -> list[Line]:
    return [
        Line(sign, f"{path.split('[]')[0]}: {_short(value.value if isinstance(value, _Item) else value)}")
        for path, value in _flat(step, "")
        if path != "name"
    ]


def _lines(old: dict[str, Any], new: dict[str, Any]) -> list[Line]:
    before, after = dict(_flat(old, "")), dict(_flat(new, ""))
    made: list[Line] = []
    for path in dict.fromkeys([*before, *after]):
        one, other = before.get(path), after.get(path)
        if path in before and path in after and one == other:
            continue
        item = one or other
        if isinstance(item, _Item):
            made.append(Line("-" if path in before else "+", f"{path.split('[]')[0]}: {_short(item.value)}"))
            continue
        if _is_long(one) and _is_long(other):
            made.append(Line(" ", f"{path}:"))
            made += _text(str(one), str(other))
            continue
        if path in before:
            made.append(Line("-", f"{path}: {_short(one)}"))
        if path in after:
            made.append(Line("+", f"{path}: {_short(other)}"))
    return made


def _text(old: str, new: str) -> list[Line]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_CONTEXT)
    return [
        Line(each[:1], f"  {shown(each[1:])}") if not each.startswith("@@") else Line(" ", "  ...")
        for each in list(lines)[2:]
    ]


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _short(value: Any) -> str:
    if _is_long(value):
        return f"{len(str(value).splitlines())} lines"
    return shown(value) if isinstance(value, str) else shown(json.dumps(value, ensure_ascii=False, default=str))


def _flat(value: Any, path: str) -> list[tuple[str, Any]]:
    """Give every value with its path; the items of a plain list one by one, so that one more is one line."""
    if isinstance(value, dict) and value:
        return [found for key, inner in value.items() for found in _flat(inner, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list) and value:
        if all(not isinstance(each, dict | list) for each in value):
            return [(f"{path}[]{_short(each)}", _Item(each)) for each in value]
        return [found for index, inner in enumerate(value) for found in _flat(inner, f"{path}[{index}]")]
    return [(path, value)]
