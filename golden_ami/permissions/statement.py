"""A statement of an IAM policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Conditions = Mapping[str, Mapping[str, str | list[str]]]
"""Operator to condition key to value or values."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """An allowing statement.

    Attributes
    ----------
    sid : str
        What it is for, in letters and digits.
    actions, resources : tuple of str
        Actions without wildcards, and ARNs. ``*`` stands alone, where an action knows no resource.
    conditions : mapping
        Operator to condition key to value or values.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Write it as IAM reads it."""
        content: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }
        if self.conditions:
            content["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return content


def to_policy(statements: Iterable[Statement]) -> dict[str, Any]:
    """Put statements into a policy document."""
    return {"Version": "2012-10-17", "Statement": [statement.document() for statement in statements]}
