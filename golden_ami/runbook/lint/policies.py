"""Reading identity-based policies as IAM has them: the documents of the role that a runbook assumes.

Source: "Grammar of the IAM JSON policy language" (IAM User Guide). What IAM would refuse is no policy.
"""

import fnmatch
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from golden_ami.errors import PolicyError

STDIN = Path("-")
_VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_WHOSE = ("Principal", "NotPrincipal")
_ACTION = re.compile(r"\*(:\*)?|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_VARIABLE = re.compile(r"\$\{[^}]*\}?")
_LONGEST = 60


@dataclass(frozen=True)
class PolicyStatement:
    """A statement of a policy.

    Attributes
    ----------
    where : str
        File and place, such as ``role.json Statement[0]``.
    allows : bool
        Whether its effect is Allow.
    actions, resources : tuple of str
        As they are written; empty where the statement excludes some instead.
    conditional : bool
        Whether it has conditions.
    unclear : str
        What of it cannot be judged, if anything: an element that excludes, or a variable.
    """

    where: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditional: bool
    unclear: str

    def names(self, action: str) -> bool:
        """Tell whether it is about an action; IAM reads actions without regard to case."""
        return any(matches(action.lower(), pattern.lower()) for pattern in self.actions)

    def is_on(self, arn: str) -> bool:
        """Tell whether it is about a resource, as far as it can be judged."""
        return bool(self.unclear) or any(matches(arn, pattern) for pattern in self.resources)

    def may_name(self, action: str) -> bool:
        """Tell whether it is about an action, or says only which ones it is not about."""
        return self.names(action) or not self.actions

    def is_everywhere(self) -> bool:
        """Tell whether it holds for every resource and every request."""
        return not self.conditional and not self.unclear and "*" in self.resources


def matches(value: str, pattern: str) -> bool:
    """Tell whether a value fits a pattern with ``*`` and ``?``; brackets mean nothing in a policy."""
    return _pattern(pattern).match(value) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # The translation does not backtrack, however many stars there are.
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))


def load_policies(path: Path) -> list[PolicyStatement]:
    """Read a policy, or a list of policies.

    Parameters
    ----------
    path : Path
        A JSON file; ``-`` is standard input.

    Raises
    ------
    PolicyError
        When it cannot be read, or is no identity-based policy.
    """
    source = "standard input" if path == STDIN else str(path)
    try:
        content = _parsed(path, source)
        if not isinstance(content, list):
            return list(_document(content, source))
        if not content:
            raise PolicyError(f"{source} is an empty list", remedy="name an identity-based policy")
        return [each for index, policy in enumerate(content) for each in _document(policy, f"{source} [{index}]")]
    except RecursionError as error:
        raise PolicyError(f"{source} is nested too deeply", remedy="name an identity-based policy") from error


def _parsed(path: Path, source: str) -> Any:
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise PolicyError(f"{source} cannot be read: {error.strerror}", remedy="name a policy document") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{source} is not UTF-8", remedy="write the policy as JSON, in UTF-8") from error
    except ValueError as error:
        raise PolicyError(f"{source} is not JSON: {error}", remedy="write the policy as JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {_shown(key)} is there twice")
        found[key] = value
    return found


def _document(content: Any, source: str) -> Iterator[PolicyStatement]:
    if not isinstance(content, dict) or "Statement" not in content:
        raise PolicyError(f"{source} has no Statement", remedy="name an identity-based policy")
    version = content.get("Version", _VERSIONS[0])
    if version not in _VERSIONS:
        raise PolicyError(f"{source} Version: {_shown(version)} is none of IAM's", remedy=f"write {_VERSIONS[0]!r}")
    statements = content["Statement"]
    for index, each in enumerate(statements if isinstance(statements, list) else [statements]):
        yield _statement(each, f"{source} Statement[{index}]")


def _statement(content: Any, where: str) -> PolicyStatement:
    if not isinstance(content, dict):
        raise PolicyError(f"{where}: {_shown(content)} is no statement", remedy="write Effect, Action and Resource")
    for key in _WHOSE:
        if key in content:
            raise PolicyError(
                f"{where} has a {key}, as trust policies and policies of resources have",
                remedy="name an identity-based policy of the role",
            )
    for key in sorted(content.keys() - _ELEMENTS):
        raise PolicyError(f"{where}: {_shown(key)} is no element of a statement", remedy="remove it")
    if content.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{where}.Effect: {_shown(content.get('Effect'))} is no effect", remedy="write Allow or Deny")
    actions = _either(content, "Action", where)
    resources = _either(content, "Resource", where)
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise PolicyError(f"{where}: {_shown(action)} is no action", remedy="write one such as 'sns:Publish'")
    return PolicyStatement(
        where=where,
        allows=content["Effect"] == "Allow",
        actions=tuple(actions) if "Action" in content else (),
        resources=tuple(resources) if "Resource" in content else (),
        conditional=_is_conditional(content, where),
        unclear=_unclear(content),
    )


def _either(content: dict[str, Any], key: str, where: str) -> list[str]:
    keys = [each for each in (key, f"Not{key}") if each in content]
    if len(keys) != 1:
        found = "both" if keys else "neither"
        raise PolicyError(f"{where} has {found} of {key} and Not{key}", remedy=f"write {key}")
    (name,) = keys
    value = content[name]
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str) for each in values):
        raise PolicyError(f"{where}.{name}: {_shown(value)} is neither a text nor a list of texts", remedy="write one")
    return values


def _is_conditional(content: dict[str, Any], where: str) -> bool:
    condition = content.get("Condition", {})
    if not isinstance(condition, dict) or not all(_is_condition(keys) for keys in condition.values()):
        raise PolicyError(
            f"{where}.Condition: {_shown(condition)} is no mapping of operators to keys and values",
            remedy="write such a mapping",
        )
    return bool(condition)


def _is_condition(keys: Any) -> bool:
    return isinstance(keys, dict) and all(
        isinstance(each, str | bool | int | float)
        for value in keys.values()
        for each in (value if isinstance(value, list) else [value])
    )


def _unclear(content: dict[str, Any]) -> str:
    for key in ("NotAction", "NotResource"):
        if key in content:
            return key
    variable = _VARIABLE.search(json.dumps([content.get("Resource"), content.get("Condition")]))
    return f"the variable {variable[0][:_LONGEST]}" if variable else ""


def _shown(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
