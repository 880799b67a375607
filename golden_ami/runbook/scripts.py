"""The Python scripts of ``aws:executeScript`` steps: put into the document, and read for the calls that they make."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from golden_ami.errors import RunbookError

PRELUDE = "_aws.py"
_IMPORT = re.compile(r"^from _aws import .+\n", re.MULTILINE)
_OF_PRELUDE = frozenset({"call", "pages"})
"""Functions of the prelude that call AWS, by service and API as their first arguments."""


def embedded(folder: Path, name: str) -> str:
    """Give the text of a script as it runs: the prelude that it imports, then the script without that import.

    Raises
    ------
    RunbookError
        When the script is missing.
    """
    text = _read(folder / name)
    if not _IMPORT.search(text):
        return text
    return _read(folder / PRELUDE).rstrip() + "\n\n\n" + _IMPORT.sub("", text).lstrip()


def calls(text: str) -> Iterator[tuple[str, str]]:
    """Find the AWS calls of a script, as service and API.

    Raises
    ------
    RunbookError
        When a call does not name both literally, because its permissions could not be derived.
    """
    tree = ast.parse(text)
    prelude = {
        id(node)
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name in _OF_PRELUDE
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if id(node) in prelude or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in _OF_PRELUDE:
            names = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
            if len(names) != 2:
                raise RunbookError(
                    f"line {node.lineno} of a script calls AWS without naming service and API",
                    remedy="write both as literals",
                )
            yield str(names[0]), str(names[1])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RunbookError(f"{path} cannot be read: {error.strerror}", remedy="name a script of the folder") from error
