"""Read a configuration file: either a whole valid ``Config``, or every problem in it."""

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from golden_ami.config.problems import Key, Problem, ProblemsError
from golden_ami.config.root import Config
from golden_ami.errors import ConfigError

PATH_VARIABLE = "GOLDEN_AMI_CONFIG"
"""The only environment variable that is read before synthesis."""

DEFAULT_PATH = Path("config/example.yaml")


def path_from(environment: Mapping[str, str] = os.environ) -> Path:
    """Find the configuration's path: ``GOLDEN_AMI_CONFIG``, or the example."""
    return Path(environment.get(PATH_VARIABLE) or DEFAULT_PATH)


def load(path: Path) -> Config:
    """Read and validate a configuration file.

    Parameters
    ----------
    path : Path
        A YAML file; the paths inside it are relative to its folder.

    Returns
    -------
    Config
        Valid as a whole.

    Raises
    ------
    ConfigError
        With every problem that could be found.
    """
    data = _read(path)
    problems = _validate(data, path.parent)
    if isinstance(problems, Config):
        return problems
    raise ConfigError(str(path), sorted({str(problem): None for problem in problems}))


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(str(path), [f"cannot be read: {error.strerror}; set {PATH_VARIABLE} to a file"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), ["is not UTF-8 text; save it as UTF-8"]) from error
    try:
        data = YAML(typ="safe", pure=True).load(StringIO(text))
    except DuplicateKeyError as error:
        raise ConfigError(str(path), [f"{_where(error)}; remove one of them"]) from error
    except YAMLError as error:
        raise ConfigError(str(path), [f"{_where(error)}; mend the YAML"]) from error
    if not isinstance(data, dict):
        raise ConfigError(str(path), ["holds no mapping; start with organization, images and deployments"])
    return data


def _where(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _validate(data: dict[Any, Any], folder: Path) -> Config | list[Problem]:
    try:
        return Config.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        problems = _problems(error)
    return problems + _behind(data, folder, problems)


def _behind(data: dict[Any, Any], folder: Path, problems: list[Problem]) -> list[Problem]:
    """Find what the first problems hide: checks across parts run only when every part is valid on its own."""
    deployments = data.get("deployments")
    if not isinstance(deployments, dict) or any(problem.path[:1] != ("deployments",) for problem in problems):
        return []
    broken = {problem.path[1] for problem in problems if len(problem.path) > 1}
    valid = {name: deployment for name, deployment in deployments.items() if name not in broken}
    if not valid or not broken:
        return []
    rest = _validate({**data, "deployments": valid}, folder)
    return rest if isinstance(rest, list) else []


def _problems(error: ValidationError) -> list[Problem]:
    found: list[Problem] = []
    for entry in error.errors(include_url=False):
        path = _path(entry["loc"])
        cause = entry.get("ctx", {}).get("error")
        if isinstance(cause, ProblemsError):
            found += [problem.below(*path) for problem in cause.problems]
        else:
            found.append(Problem(path, _message(entry, cause)))
    # Pydantic counts a list's valid entries only, so one bad entry would also be "too short".
    holders = {problem.path[:length] for problem in found for length in range(len(problem.path))}
    return [problem for problem in found if problem.path not in holders]


def _path(location: tuple[Key, ...]) -> tuple[Key, ...]:
    """Leave out what pydantic adds to a location: tags of unions, and the mark of a bad mapping key."""
    inside_state = location[:1] == ("state",)
    return tuple(
        key
        for index, key in enumerate(location)
        if key != "[key]" and not (inside_state and index == 1 and key in {"local", "s3", "cloud"})
    )


def _message(entry: Any, cause: Any) -> str:
    value, context = entry["input"], entry.get("ctx", {})
    if isinstance(value, dict | list):
        context = {**context, "actual_length": len(value)}
    if entry["type"] == "value_error":
        return str(cause)
    if entry["type"] == "string_type" and isinstance(value, int | float):
        return f'{value} is a number; quote it: "{value}"'
    if entry["type"] in _MESSAGES:
        return _MESSAGES[entry["type"]].format(value=value, **context)
    shown = "" if isinstance(value, dict | list) else f"{value!r}: "
    return f"{shown}{entry['msg'][0].lower()}{entry['msg'][1:]}; change it"


_MESSAGES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a key here; remove it or mend its spelling",
    "int_type": "{value!r} is not a whole number; write it without quotes",
    "int_from_float": "{value!r} is not a whole number; round it",
    "bool_type": "{value!r} is neither true nor false; write one of them without quotes",
    "literal_error": "{value!r} is not known; use {expected}",
    "union_tag_invalid": "backend {tag!r} is not known; use {expected_tags}",
    "union_tag_not_found": "has no backend; use 'local', 's3' or 'cloud'",
    "greater_than_equal": "{value!r} is less than {ge}; raise it",
    "less_than_equal": "{value!r} is more than {le}; lower it",
    "too_short": "has {actual_length} entries and needs {min_length}; add some",
    "too_long": "has {actual_length} entries and may have {max_length}; remove some",
    "string_too_short": "{value!r} has fewer than {min_length} characters; write more",
    "string_too_long": "has more than {max_length} characters; shorten it",
    "string_pattern_mismatch": "{value!r} does not match {pattern}; change it",
}
"""Pydantic's error types, in words that end with a remedy."""
