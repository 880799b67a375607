"""The Python scripts of ``aws:executeScript`` steps: put into the document, and read for the calls that they make."""

import ast
from collections.abc import Iterator
from pathlib import Path

from golden_ami.errors import RunbookError

PRELUDE = "_aws.py"
_IMPORT = "from _aws import call\n"


def embedded(folder: Path, name: str) -> str:
    """Give the text of a script as it runs: the prelude, then the script without its import of it.

    Raises
    ------
    RunbookError
        When the script is missing or does not import the prelude.
    """
    text = _read(folder / name)
    if _IMPORT not in text:
        raise RunbookError(f"{folder / name} does not import the prelude", remedy=f"add: {_IMPORT.strip()}")
    return _read(folder / PRELUDE).rstrip() + "\n\n\n" + text.replace(_IMPORT, "").lstrip()


def calls(text: str) -> Iterator[tuple[str, str]]:
    """Find the AWS calls of a script, as service and API.

    Raises
    ------
    RunbookError
        When a call does not name both literally, because its permissions could not be derived.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
            names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if len(names) != 2 or len(node.args) != 2:
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
