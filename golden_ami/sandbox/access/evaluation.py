"""Evaluation of identity-based policies: explicit deny, then allow, else nothing.

Source: "Policy evaluation logic", "IAM JSON policy elements: Condition operators", "Multivalued context keys" (IAM User
Guide). An operator that is not modelled is an error, never a match.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

Context = Mapping[str, Sequence[str]]
"""Condition keys, in lower case, with the request's values."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that a request needs to be allowed.

    Attributes
    ----------
    action : str
        Such as ``sns:Publish``.
    resource : str
        ARN, or ``*`` for an action that knows no resource.
    context : mapping
        Condition keys with their values; a key that the request does not have is absent.
    """

    action: str
    resource: str
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Verdict(Enum):
    """What policies say about a need."""

    ALLOWED = "allowed"
    DENIED = "denied explicitly"
    SILENT = "not allowed by any policy"


def judge(policies: Iterable[Mapping[str, Any]], need: Need) -> Verdict:
    """Evaluate policies.

    Parameters
    ----------
    policies : iterable of mapping
        Policy documents.
    need : Need
        What is needed.

    Raises
    ------
    NotImplementedError
        When a policy uses what is not modelled here.
    """
    context = {key.lower(): list(values) for key, values in need.context.items()}
    verdict = Verdict.SILENT
    for policy in policies:
        for statement in _listed(policy.get("Statement", [])):
            if not _applies(statement, need, context):
                continue
            if statement["Effect"] == "Deny":
                return Verdict.DENIED
            verdict = Verdict.ALLOWED
    return verdict


def asked_keys(policies: Iterable[Mapping[str, Any]], need: Need) -> list[str]:
    """List the condition keys that decide about a need, as the policies write them; parameters as for :func:`judge`."""
    return list(
        dict.fromkeys(
            key
            for policy in policies
            for statement in _listed(policy.get("Statement", []))
            if _covers(statement, need)
            for keys in statement.get("Condition", {}).values()
            for key in keys
        )
    )


def _applies(statement: Mapping[str, Any], need: Need, context: Context) -> bool:
    return _covers(statement, need) and all(
        _holds(operator, key, _listed(wanted), context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def _covers(statement: Mapping[str, Any], need: Need) -> bool:
    """Tell whether a statement is about an action on a resource, whatever its conditions say."""
    for unmodelled in ("NotAction", "NotPrincipal"):
        if unmodelled in statement:
            raise NotImplementedError(f"Policies with {unmodelled} are not modelled.")
    action = need.action.lower()
    if not any(_like(action, each.lower()) for each in _listed(statement["Action"])):
        return False
    if "${" in str(statement):
        raise NotImplementedError("Policies with variables are not modelled.")
    excludes = "NotResource" in statement
    named = _listed(statement["NotResource"] if excludes else statement.get("Resource", "*"))
    return any(_like(need.resource, resource) for resource in named) != excludes


def _holds(operator: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    """Tell whether one line of a condition holds; several values of it are alternatives."""
    quantifier, _, name = operator.rpartition(":")
    found = context.get(key.lower()) or None  # a key without values is like none
    if name == "Null":
        return (found is None) == (str(wanted[0]).lower() == "true")
    name, optional = name.removesuffix("IfExists"), name.endswith("IfExists")
    negated = name.startswith(("StringNot", "ArnNot"))
    compare = _OPERATORS.get(name.replace("Not", "", 1) if negated else name)
    if compare is None:
        raise NotImplementedError(f"The condition operator {operator} is not modelled.")
    values = [str(value) for value in wanted]
    if found is None and quantifier == "ForAnyValue":
        return optional
    if found is None:
        return optional or negated or quantifier == "ForAllValues"
    matches = [any(compare(value, each) for each in values) != negated for value in found]
    if quantifier == "ForAnyValue":
        return any(matches)
    return all(matches)


def _bool(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


def _arn(value: str, wanted: str) -> bool:
    """Compare ARNs part by part, as both Arn operators do."""
    parts, patterns = value.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(map(_like, parts, patterns))


def _like(value: str, pattern: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return value == pattern
    return _pattern(pattern).fullmatch(value) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """Translate ``*`` and ``?``; brackets mean nothing in a policy."""
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")), re.DOTALL)


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = MappingProxyType(
    {
        "StringEquals": str.__eq__,
        "StringEqualsIgnoreCase": _bool,
        "StringLike": _like,
        "ArnEquals": _arn,
        "ArnLike": _arn,
        "Bool": _bool,
    }
)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]
