"""Read a configuration: either a whole valid ``Config``, or every problem in it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from golden_ami.config.problems import Key, Problem, ProblemsError
from golden_ami.config.reading import DEFAULTS, DEPLOYMENTS, PATH_VARIABLE, Source, read
from golden_ami.config.root import Config
from golden_ami.errors import ConfigError

DEFAULT_PATH = Path("config/example.yaml")


def path_from(environment: Mapping[str, str] = os.environ) -> Path:
    """Find the configuration's path: ``GOLDEN_AMI_CONFIG``, or the example."""
    return Path(environment.get(PATH_VARIABLE) or DEFAULT_PATH)


def load(path: Path) -> Config:
    """Read and validate a configuration.

    Parameters
    ----------
    path : Path
        A YAML file, or a folder of them; the paths inside are relative to the folder.

    Returns
    -------
    Config
        Valid as a whole.

    Raises
    ------
    ConfigError
        With every problem that could be found.
    """
    return validated(read(path))


def validated(source: Source) -> Config:
    """Validate what was read.

    Raises
    ------
    ConfigError
        With every problem that could be found, each where the user wrote the value.
    """
    problems = _validate(source.resolved, source.folder)
    if isinstance(problems, Config):
        return problems
    raise ConfigError(str(source.path), sorted({str(source.as_written(problem)): None for problem in problems}))


def _validate(data: dict[Any, Any], folder: Path) -> Config | list[Problem]:
    try:
        return Config.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        problems = _problems(error)
    return problems + _behind(data, folder, problems)


def _behind(data: dict[Any, Any], folder: Path, problems: list[Problem]) -> list[Problem]:
    """Find what the first problems hide: checks across parts run only when every part is valid on its own."""
    deployments = data.get(DEPLOYMENTS)
    # What is wrong with a default is wrong with each deployment that has it.
    problems = [problem for problem in problems if problem.path[:1] != (DEFAULTS,)]
    if not isinstance(deployments, dict) or any(problem.path[:1] != (DEPLOYMENTS,) for problem in problems):
        return []
    broken = {problem.path[1] for problem in problems if len(problem.path) > 1}
    valid = {name: deployment for name, deployment in deployments.items() if name not in broken}
    if not valid or not (broken or DEFAULTS in data):
        return []
    rest = _validate({key: each for key, each in data.items() if key != DEFAULTS} | {DEPLOYMENTS: valid}, folder)
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
    before = ("", *location)
    return tuple(
        key for index, key in enumerate(location) if key != "[key]" and key not in _TAGS.get(before[index], ())
    )


_TAGS: dict[Key, set[str]] = {"state": {"local", "s3", "cloud"}, "assume_role": {"role", "chain"}}
"""Key to the tags of the union below it."""


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
