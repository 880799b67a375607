"""AWSTOE documents: the YAML files under ``config/components/`` that Image Builder runs on the build instance.

Checked here, before anything is deployed, because Image Builder reports a bad document only when it is created, and a
bad action only on the instance. Source: "Use the AWSTOE component document framework" (Image Builder User Guide).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.errors import InputError

MAX_CHARACTERS = 16_000
"""Longest inline document (CreateComponent, ``data``)."""

PHASES = frozenset({"build", "validate", "test"})
"""Phases that Image Builder runs."""

LINUX_ACTIONS = frozenset({"ExecuteBash"})
WINDOWS_ACTIONS = frozenset({"ExecutePowerShell", "InstallMSI", "UninstallMSI", "SetRegistry", "UpdateOS"})
COMMON_ACTIONS = frozenset(
    {
        "AppendFile",
        "Assert",
        "CopyFile",
        "CopyFolder",
        "CreateFile",
        "CreateFolder",
        "CreateSymlink",
        "DeleteFile",
        "DeleteFolder",
        "ExecuteBinary",
        "ExecuteDocument",
        "ListFiles",
        "MoveFile",
        "MoveFolder",
        "ReadFile",
        "Reboot",
        "S3Download",
        "S3Upload",
        "SetFileEncoding",
        "SetFileOwner",
        "SetFilePermissions",
        "SetFolderOwner",
        "SetFolderPermissions",
        "UpdateOS",
        "WebDownload",
    }
)
ACTIONS = LINUX_ACTIONS | WINDOWS_ACTIONS | COMMON_ACTIONS
"""Action modules ("Action modules supported by AWSTOE component manager")."""


@dataclass(frozen=True, kw_only=True)
class ComponentDocument:
    """A document that has been read and checked.

    Attributes
    ----------
    text : str
        The file, as it goes to Image Builder.
    parameters : tuple of str
        Declared parameters.
    required_parameters : tuple of str
        Those without a default.
    platforms : frozenset of str
        ``Linux`` or ``Windows``, where an action binds the document to one; empty when it runs on either.
    """

    text: str
    parameters: tuple[str, ...]
    required_parameters: tuple[str, ...]
    platforms: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check a document.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        ComponentDocument
            Its text and what the rest of the configuration must agree with.

        Raises
        ------
        InputError
            When the file is missing, too long, not YAML, or not a component document.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise InputError(f"{path} cannot be read: {reason}", remedy="name a component document") from error
        if len(text) > MAX_CHARACTERS:
            raise InputError(
                f"{path} has {len(text)} characters, more than Image Builder's {MAX_CHARACTERS}",
                remedy="split it into two components",
            )
        try:
            content = YAML(typ="safe", pure=True).load(text)
        except YAMLError as error:
            raise InputError(f"{path} is not YAML: {_first_line(error)}", remedy="mend the file") from error
        return cls._checked(path, text, content)

    @classmethod
    def _checked(cls, path: Path, text: str, content: Any) -> Self:
        steps = list(_steps(path, content))
        for step in steps:
            if step.get("action") not in ACTIONS:
                raise InputError(
                    f"{path}: step {step.get('name')!r} has the unknown action {step.get('action')!r}",
                    remedy="use one of AWSTOE's action modules",
                )
        actions = {step["action"] for step in steps}
        platforms = {
            name
            for name, bound in (("Linux", LINUX_ACTIONS), ("Windows", WINDOWS_ACTIONS - COMMON_ACTIONS))
            if actions & bound
        }
        declared = [entry for entry in content.get("parameters", []) if isinstance(entry, dict)]
        parameters = {str(name): spec for entry in declared for name, spec in entry.items()}
        return cls(
            text=text,
            parameters=tuple(parameters),
            required_parameters=tuple(
                name for name, spec in parameters.items() if not isinstance(spec, dict) or "default" not in spec
            ),
            platforms=frozenset(platforms),
        )


def _steps(path: Path, content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, dict) or str(content.get("schemaVersion")) != "1.0":
        raise InputError(f"{path} has no schemaVersion 1.0", remedy="start it with: schemaVersion: 1.0")
    phases = content.get("phases")
    if not isinstance(phases, list) or not phases:
        raise InputError(f"{path} has no phases", remedy="add a phase named build, validate or test")
    found: list[dict[str, Any]] = []
    for phase in phases:
        name = phase.get("name") if isinstance(phase, dict) else phase
        if name not in PHASES:
            raise InputError(f"{path}: {name!r} is no phase", remedy=f"use {', '.join(sorted(PHASES))}")
        steps = phase.get("steps")
        if not isinstance(steps, list) or not all(isinstance(step, dict) and step.get("name") for step in steps):
            raise InputError(f"{path}: phase {name!r} has no list of named steps", remedy="give each step a name")
        found += steps
    return found


def _first_line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else str(problem)
