"""Policies as they stand in a plan, read with suspicion: what is not understood is said."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from golden_ami.review.unknown import Unknown, unknowns

_KNOWN: Final = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One operator, one key, and its values, any of which may match."""

    operator: str
    key: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.key} {self.operator} {' or '.join(self.values)}"


@dataclass(frozen=True)
class Grant:
    """One statement.

    Attributes
    ----------
    sid, effect : str
        As written.
    principals : tuple of (str, str)
        Kind and name; ``("AWS", "*")`` is everybody.
    not_principals, not_actions, not_resources : bool
        Whether the list says who or what it is not for.
    actions, resources : tuple of str
        As written; AWS takes actions in any case.
    conditions : tuple of Condition
        All of them must hold.
    """

    sid: str
    effect: str
    principals: tuple[tuple[str, str], ...]
    not_principals: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    conditions: tuple[Condition, ...]

    @property
    def allows(self) -> bool:
        """Whether it grants."""
        return self.effect == "Allow"


@dataclass(frozen=True)
class Policy:
    """The statements of a policy, and what could not be read in it."""

    grants: tuple[Grant, ...]
    problems: tuple[str, ...] = ()

    @property
    def allowing(self) -> Iterator[Grant]:
        """The statements that grant."""
        return (each for each in self.grants if each.allows)


class _DuplicateError(ValueError):
    """When a key stands twice; which one AWS would take is not documented."""


def read_policy(value: Any) -> Policy:
    """Read a policy.

    Parameters
    ----------
    value : object
        JSON text, `Unknown`, or nothing.
    """
    if value is None or value == "":
        return Policy(())
    if isinstance(value, Unknown):
        return Policy((), (f"the policy is {value}",))
    try:
        content = json.loads(value, object_pairs_hook=_once) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        found = unknowns(value)
        reason = str(error) if isinstance(error, _DuplicateError) else "is not JSON"
        return Policy((), (f"the policy is {found[0]}" if found and not reason else f"the policy {reason}",))
    if not isinstance(content, dict) or "Statement" not in content:
        return Policy((), ("the policy has no Statement",))
    problems: list[str] = []
    grants = []
    for number, statement in enumerate(_listed(content["Statement"])):
        made = _grant(statement, f"statement {number + 1}", problems)
        if made:
            grants.append(made)
    return Policy(tuple(grants), tuple(problems))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise _DuplicateError(f"says {next(key for key in keys if keys.count(key) > 1)} twice")
    return dict(pairs)


def _grant(statement: Any, where: str, problems: list[str]) -> Grant | None:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        problems.append(f"{where} has no Effect that is known")
        return None
    problems += [f"{where} has {key}, which no policy has" for key in sorted(set(statement) - _KNOWN)]
    if "Action" not in statement and "NotAction" not in statement:
        problems.append(f"{where} has no Action")
    not_principals = "NotPrincipal" in statement
    principals = statement.get("NotPrincipal" if not_principals else "Principal")
    return Grant(
        sid=_text(statement.get("Sid", "")) or where,
        effect=statement["Effect"],
        principals=tuple(_principals(principals, where, problems)),
        not_principals=not_principals,
        actions=tuple(_text(each) for each in _listed(statement.get("Action", statement.get("NotAction")))),
        not_actions="NotAction" in statement,
        resources=tuple(_text(each) for each in _listed(statement.get("Resource", statement.get("NotResource")))),
        not_resources="NotResource" in statement,
        conditions=tuple(_conditions(statement.get("Condition"), where, problems)),
    )


def _principals(value: Any, where: str, problems: list[str]) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if isinstance(value, str):
        yield "AWS", value
    elif isinstance(value, dict):
        for kind, names in value.items():
            yield from ((kind, _text(name)) for name in _listed(names))
    else:
        problems.append(f"{where} has a Principal that is neither text nor an object")


def _conditions(value: Any, where: str, problems: list[str]) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, dict) or not all(isinstance(keys, dict) for keys in value.values()):
        problems.append(f"{where} has a Condition that is no object of operators")
        return
    for operator, keys in value.items():
        for key, values in keys.items():
            yield Condition(operator, key, tuple(_text(each) for each in _listed(values)))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
