"""Reading the scripts of steps: their text as it runs, and the calls of AWS in it with what they give."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.scripts import embedded

CALLING = frozenset({"call", "pages"})
"""Functions that call AWS, by service and API as their first arguments."""
_OWN = frozenset({"region"})
"""What those functions take for themselves."""


@dataclass(frozen=True)
class Call:
    """A call of AWS.

    Attributes
    ----------
    service, api : str
        Whom it calls.
    paging : tuple of str
        For pages, where the items and the token are.
    given : frozenset of str
        Names of the parameters.
    complete : bool
        Whether those are all; otherwise some come from a place that cannot be read.
    values : tuple
        Name and value of those parameters that are literals, or begin as dictionaries with literal keys.
    """

    service: str
    api: str
    paging: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    complete: bool = True
    values: tuple[tuple[str, Any], ...] = ()


def is_python(step: dict[str, Any]) -> bool:
    """Tell whether a step runs Python that can be read."""
    inputs = step.get("inputs", {})
    return (
        step["action"] == "aws:executeScript"
        and str(inputs.get("Runtime", "")).lower().startswith("python")
        and isinstance(inputs.get("Script"), str)
    )


def text(step: dict[str, Any], folder: Path) -> str:
    """Give the script of a step as it runs, whether it is written out or names a file.

    Raises
    ------
    RunbookError
        When it cannot be read, or is no Python.
    """
    script: str = step["inputs"]["Script"]
    name = script.strip()
    try:
        if name.endswith(".py") and "\n" not in name:
            return _checked(embedded(folder, name))
        return _checked(script)
    except SyntaxError as error:
        raise RunbookError(f"its script is no Python: {error.msg}, line {error.lineno}", remedy="mend it") from error


@cache
def _checked(source: str) -> str:
    ast.parse(source)
    return source


def functions(source: str) -> frozenset[str]:
    """Name the functions at the top level."""
    return frozenset(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))


@cache
def calls(source: str) -> tuple[tuple[Call, ...], tuple[int, ...]]:
    """Find the calls of AWS, and the lines of those that do not name service and API literally.

    A script that defines none of the calling functions has its own ways, which are not read.
    """
    tree = ast.parse(source)
    own = functions(source) & CALLING
    passing_on = {
        id(node)
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name in own
        for node in ast.walk(function)
    }
    found, unnamed = [], []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or id(node) in passing_on:
            continue
        if node.func.id in own:
            names = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            wanted = 2 if node.func.id == "call" else 4
            if len(names) == len(node.args) == wanted:
                found.append(_call(tree, node, names))
            else:
                unnamed.append(node.lineno)
    return tuple(found), tuple(unnamed)


def _call(tree: ast.Module, node: ast.Call, names: list[str]) -> Call:
    given = {each.arg for each in node.keywords if each.arg} - _OWN
    values = [(each.arg, _value(each.value)) for each in node.keywords if each.arg and each.arg not in _OWN]
    complete = True
    for keyword in node.keywords:
        if keyword.arg is None:
            keys = set(_keys(tree, keyword.value))
            complete &= bool(keys)
            given |= keys
    return Call(names[0], names[1], tuple(names[2:]), frozenset(given), complete, tuple(values))


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Dict):
        return tuple(each.value for each in node.keys if isinstance(each, ast.Constant))
    return None


def _keys(tree: ast.AST, spread: ast.expr) -> Iterator[str]:
    """Find the keys of a dictionary that is written out before it is given whole."""
    if not isinstance(spread, ast.Name):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        if [target.id for target in node.targets if isinstance(target, ast.Name)] == [spread.id]:
            yield from (str(key.value) for key in node.value.keys if isinstance(key, ast.Constant))
