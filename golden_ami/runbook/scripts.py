"""The Python scripts of ``aws:executeScript`` steps: put into the document, and read for the calls that they make.

A document may have 64 KB, so a script brings only those functions of the shared modules (``_aws.py`` and the like) that
it uses, and leaves their docstrings in the module, since many scripts of a document bring the same ones.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from golden_ami.errors import RunbookError

_CALLING = frozenset({"call", "pages"})
"""Functions that call AWS, by service and API as their first arguments."""


def embedded(folder: Path, name: str) -> str:
    """Give the text of a script as it runs: what it uses of the shared modules, then the script itself.

    Raises
    ------
    RunbookError
        When the script, or what it imports, is missing, or one name means two things.
    """
    text = _read(folder / name)
    script = _Module.of(text)
    wanted = _Wanted(folder)
    for module, names in script.shared.items():
        for each in names:
            wanted.add(module, each)
    for each in script.definitions:
        wanted.claim(each, script.source(script.definitions[each]))
    lines = text.splitlines(keepends=True)
    for node in script.shared_imports:
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    return wanted.text() + "".join(lines).replace("\n\n\n\n", "\n\n\n").lstrip()


def calls(text: str) -> Iterator[tuple[str, str]]:
    """Find the AWS calls of a script, as service and API.

    Raises
    ------
    RunbookError
        When a call does not name both literally, because its permissions could not be derived.
    """
    yield from _calls(text)


@cache
def _calls(text: str) -> tuple[tuple[str, str], ...]:
    """Read a script once: hundreds of deployments have the same ones."""
    return tuple(_found_calls(ast.parse(text)))


def _found_calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    within = {
        id(node)
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name in _CALLING
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if id(node) in within or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in _CALLING:
            names = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
            if len(names) != 2:
                raise RunbookError(
                    f"line {node.lineno} of a script calls AWS without naming service and API",
                    remedy="write both as literals",
                )
            yield str(names[0]), str(names[1])


@dataclass(frozen=True)
class _Module:
    """A script or a shared module, with what stands at its top level."""

    text: str
    imports: dict[str, ast.stmt]
    definitions: dict[str, ast.stmt]
    shared: dict[str, list[str]]
    shared_imports: list[ast.ImportFrom]
    sources: dict[ast.stmt, str]

    @classmethod
    @cache
    def of(cls, text: str) -> "_Module":
        found = cls(text, {}, {}, {}, [], {})
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("_"):
                found.shared.setdefault(node.module, []).extend(alias.name for alias in node.names)
                found.shared_imports.append(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found.imports.update(dict.fromkeys((alias.asname or alias.name for alias in node.names), node))
            elif isinstance(node, ast.FunctionDef):
                found.definitions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found.definitions[node.targets[0].id] = node
        return found

    def source(self, node: ast.stmt) -> str:
        if node not in self.sources:
            self.sources[node] = ast.get_source_segment(self.text, node) or ""
        return self.sources[node]


@dataclass
class _Wanted:
    """What a script needs of the shared modules, in the order in which it must stand."""

    folder: Path
    imports: dict[str, None] = field(default_factory=dict)
    parts: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, module: str, name: str) -> None:
        """Add a function or constant, after everything that it uses itself."""
        known = _Module.of(_read(self.folder / f"{module}.py"))
        node = known.definitions.get(name)
        if node is None:
            raise RunbookError(f"{module}.py has no {name}", remedy="import what is there")
        source = known.source(node)
        if self.names.get(name) == source:
            return
        self.claim(name, source)
        origin = {each: other for other, names in known.shared.items() for each in names}
        for used in dict.fromkeys(each.id for each in ast.walk(node) if isinstance(each, ast.Name)):
            if used in known.imports:
                self.imports[known.source(known.imports[used])] = None
            elif used in origin:
                self.add(origin[used], used)
            elif used in known.definitions and used != name:
                self.add(module, used)
        self.parts[_without_docstring(node, source)] = None

    def claim(self, name: str, source: str) -> None:
        """Refuse a name that means something else already: all of it becomes one script, where the last one counts."""
        if self.names.setdefault(name, source) != source:
            raise RunbookError(f"two functions or constants of a script are called {name}", remedy="rename one")

    def text(self) -> str:
        """Write it, with two empty lines after each part."""
        if not self.parts:
            return ""
        return "\n".join(sorted(self.imports)) + "\n\n\n" + "\n\n\n".join(self.parts) + "\n\n\n"


def _without_docstring(node: ast.stmt, source: str) -> str:
    if not isinstance(node, ast.FunctionDef) or ast.get_docstring(node) is None:
        return source
    lines, docstring = source.splitlines(), node.body[0]
    del lines[docstring.lineno - node.lineno : (docstring.end_lineno or docstring.lineno) - node.lineno + 1]
    return "\n".join(lines)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RunbookError(f"{path} cannot be read: {error.strerror}", remedy="name a script of the folder") from error
