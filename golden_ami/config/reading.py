"""Read what a user wrote: one YAML file, or a folder of them, as one mapping with the defaults in every deployment."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from golden_ami.config.problems import Key, Problem
from golden_ami.errors import ConfigError

PATH_VARIABLE = "GOLDEN_AMI_CONFIG"
"""The only environment variable that is read before synthesis."""

DEPLOYMENTS, DEFAULTS = "deployments", "defaults"


@dataclass(frozen=True)
class Source:
    """A configuration before it is validated.

    Attributes
    ----------
    path : Path
        The file or the folder, as the user named it.
    files : dict of str to str
        Path of each file to its text, in the order in which they were read.
    written : dict
        As written, of all files together.
    """

    path: Path
    files: dict[str, str]
    written: dict[Any, Any]

    @property
    def folder(self) -> Path:
        """What paths inside the configuration are relative to."""
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def resolved(self) -> dict[Any, Any]:
        """The configuration with the defaults in every deployment, key by key at a deployment's top level."""
        defaults, deployments = self.written.get(DEFAULTS), self.written.get(DEPLOYMENTS)
        if not isinstance(defaults, dict) or not isinstance(deployments, dict):
            return self.written
        complete = {name: {**defaults, **own} if isinstance(own, dict) else own for name, own in deployments.items()}
        return {**self.written, DEPLOYMENTS: complete}

    def is_inherited(self, deployment: Key, key: Key) -> bool:
        """Tell whether a key of a deployment is there because the defaults have it."""
        own = (self.written.get(DEPLOYMENTS) or {}).get(deployment)
        defaults = self.written.get(DEFAULTS)
        return isinstance(own, dict) and isinstance(defaults, dict) and key in defaults and key not in own

    def where_written(self, path: tuple[Key, ...]) -> tuple[Key, ...]:
        """Turn a path of the resolved configuration into the one under which the user wrote the value."""
        if len(path) > 2 and path[0] == DEPLOYMENTS and self.is_inherited(path[1], path[2]):
            return (DEFAULTS, *path[2:])
        return path

    def as_written(self, problem: Problem) -> Problem:
        """Give a problem the path that the user wrote."""
        return Problem(self.where_written(problem.path), problem.message)


def read(path: Path) -> Source:
    """Read a file, or every ``*.yaml`` of a folder in the order of their names.

    Raises
    ------
    ConfigError
        When a file cannot be read or is no mapping, or when two files say the same.
    """
    files = _files(path)
    texts = {str(file): _text(path, file) for file in files}
    contents = {file: _mapping(path, file, texts[str(file)]) for file in files}
    return Source(path, texts, contents[path] if path in contents else _together(path, contents))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    unread = [each.name for each in sorted(path.glob("*.yml"))]
    if unread:
        raise ConfigError(str(path), [f"{name}: is not read; name it {Path(name).stem}.yaml" for name in unread])
    found = sorted(path.glob("*.yaml"))
    if not found:
        raise ConfigError(str(path), [f"holds no *.yaml; set {PATH_VARIABLE} to a file, or to a folder with some"])
    return found


def _text(path: Path, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        reason = f"cannot be read: {error.strerror}; set {PATH_VARIABLE} to a file or a folder"
        raise ConfigError(str(path), [_of(path, file, reason)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), [_of(path, file, "is not UTF-8 text; save it as UTF-8")]) from error


def _mapping(path: Path, file: Path, text: str) -> dict[Any, Any]:
    try:
        data = YAML(typ="safe", pure=True).load(StringIO(text))
    except DuplicateKeyError as error:
        raise ConfigError(str(path), [_of(path, file, f"{_where(error)}; remove one of them")]) from error
    except YAMLError as error:
        raise ConfigError(str(path), [_of(path, file, f"{_where(error)}; mend the YAML")]) from error
    if not isinstance(data, dict):
        hint = "holds no mapping; start with organization, images and deployments"
        raise ConfigError(str(path), [_of(path, file, hint)])
    return data


def _of(path: Path, file: Path, message: str) -> str:
    return message if file == path else f"{file.name}: {message}"


def _where(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _together(path: Path, contents: dict[Path, dict[Any, Any]]) -> dict[Any, Any]:
    """Put the files of a folder together: only deployments may be in several of them."""
    whole: dict[Any, Any] = {}
    problems: list[str] = []
    seen: dict[tuple[Key, ...], str] = {}
    for file, content in contents.items():
        for key, value in content.items():
            shared = key == DEPLOYMENTS and isinstance(value, dict) and isinstance(whole.get(key, {}), dict)
            for each in [(key, name) for name in value] if shared else [(key,)]:
                first = seen.setdefault(each, file.name)
                if first != file.name:
                    shown = Problem(each, f"is in {first} and in {file.name}; keep one of them")
                    problems.append(str(shown))
            whole[key] = {**whole.get(key, {}), **value} if shared else value
    if problems:
        raise ConfigError(str(path), problems)
    return whole
