"""The files that every stack is made from: what ``main.py`` imports, the runbooks, and the locks."""

import ast
from collections.abc import Iterator
from pathlib import Path

ENTRY = "main.py"
FOLDERS = ("runbooks", "stacks")
FILES = (ENTRY, "cdktf.json", "Pipfile.lock")
PACKAGES = ("golden_ami", "stacks")


def source_files(root: Path) -> set[str]:
    """Name the modules of this project that synthesis imports, relative to the project's folder.

    Parameters
    ----------
    root : Path
        The folder of ``main.py``, of any version of the project.
    """
    found: set[str] = set()
    todo = [ENTRY]
    while todo:
        name = todo.pop()
        path = root / name
        if name in found or not path.is_file():
            continue
        found.add(name)
        todo += _imported(path, root)
    return found


def concerns_every_stack(file: str, modules: set[str]) -> bool:
    """Tell whether a changed file, relative to the project's folder, is one that stacks are made from."""
    if file in FILES or file in modules or file.split("/", 1)[0] in FOLDERS:
        return True
    # What is no module is data: templates, models, tables that some module reads.
    return file.startswith("golden_ami/") and not file.endswith(".py") and _beside(file, modules)


def _beside(file: str, modules: set[str]) -> bool:
    folder = file.rsplit("/", 1)[0]
    return any(each.rsplit("/", 1)[0] == folder for each in modules)


def _imported(path: Path, root: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(alias.name, root)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from _files(node.module, root)
            for alias in node.names:
                yield from _files(f"{node.module}.{alias.name}", root)


def _files(module: str, root: Path) -> Iterator[str]:
    """Name the files that importing a module runs: its own, and those of the packages around it."""
    parts = module.split(".")
    if parts[0] not in PACKAGES:
        return
    for length in range(1, len(parts) + 1):
        path = "/".join(parts[:length])
        for each in (f"{path}.py", f"{path}/__init__.py"):
            if (root / each).is_file():
                yield each
