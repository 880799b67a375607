"""Whom a key's policy lets launch an image that is encrypted with it; it calls nothing, and operators ask it, too."""

import fnmatch
from typing import Any

LAUNCHING = ("kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ReEncryptFrom")
"""What who launches needs of the key ("Allow organizations and OUs to use a KMS key", EC2 User Guide)."""
WHO = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "kms:calleraccount")
"""Condition keys by which a policy says who may use the key."""


def missing(policy: dict[str, Any], receiver: str, organization: str) -> list[str]:
    """List the actions that a policy does not allow to everybody of a receiver; what denies is not judged."""
    allowing = [each for each in _listed(policy["Statement"]) if each["Effect"] == "Allow"]
    return [
        action
        for action in LAUNCHING
        if not any(_allows(statement, action) and _names(statement, receiver, organization) for statement in allowing)
    ]


def _allows(statement: dict[str, Any], action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), each.lower()) for each in _listed(statement.get("Action", [])))


def _names(statement: dict[str, Any], receiver: str, organization: str) -> bool:
    """Tell whether a statement is for everybody of a receiver: an account, a unit or the organization."""
    named = _principals(statement.get("Principal", {}))
    if "*" not in named:
        return receiver.isdigit() and any(each == receiver or each.endswith(f"::{receiver}:root") for each in named)
    return all(
        _holds(operator, key.lower(), _listed(values), receiver, organization)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _principals(principal: Any) -> list[str]:
    return [str(each) for each in _listed(principal.get("AWS", []) if isinstance(principal, dict) else principal)]


def _holds(operator: str, key: str, values: list[str], receiver: str, organization: str) -> bool:
    """Tell whether a condition holds for everybody of a receiver; one that is not about who asks is left to AWS."""
    if key not in WHO:
        return key.startswith("kms:")
    if operator.rpartition(":")[2] not in ("StringEquals", "StringLike"):
        return False
    if key == "aws:principalorgid":
        return organization in values
    if key == "aws:principalorgpaths":
        within = receiver.rpartition("/")[2] if "/ou-" in receiver else ""
        whole = (f"{organization}/*", f"{organization}/")
        return any(each in whole or (within and within in each.split("/")) for each in values) or receiver.isdigit()
    return receiver in values


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
