"""What the policies of a role grant beyond what a document calls."""

import re
from collections.abc import Iterator, Sequence

from golden_ami.runbook.lint.effects import GIVING, is_harmless
from golden_ami.runbook.lint.finding import Finding
from golden_ami.runbook.lint.policies import PolicyStatement, matches

_EVERY = re.compile(r"arn:[^:]*:(?:ec2|iam|imagebuilder|kms|ram|ssm):[^:]*:[^:]*:([a-z-]+)/\*")
"""All resources of a type, of services whose ARNs begin with it."""
_CONFINABLE = {f"{service}:{api}".lower() for service, api in GIVING} - {"ram:createresourceshare"}
"""Actions that share something, and know its resource (Service Authorization Reference)."""
_REMEDIES = {"NotAction": "list actions in Action", "NotResource": "list resources in Resource"}


def grants(
    statements: Sequence[PolicyStatement], *, certain: set[str], possible: set[str], unjudged: set[str] | None
) -> Iterator[Finding]:
    """Find what no step needs, what is a wildcard, what is confined to nothing, and what cannot be judged.

    Parameters
    ----------
    statements : sequence of PolicyStatement
        Of all policies of the role.
    certain, possible : set of str
        Actions that steps need, and those with which a role does not have too much.
    unjudged : set of str or None
        Prefixes of services of which not all needed actions are known; None when any service may be among them.
    """
    names = {action.lower() for action in possible}
    for statement in statements:
        if statement.unclear:
            problem = f"has {statement.unclear}, so what it is about cannot be judged"
            yield Finding(statement.where, problem, _REMEDIES.get(statement.unclear, "write its value"))
        for action in dict.fromkeys(statement.actions) if statement.allows else ():
            if "*" in action or "?" in action:
                yield _wildcard(statement, action, certain)
            elif action.lower() in names:
                yield from _unconfined(statement, action)
            elif unjudged is not None and action.lower().partition(":")[0] not in unjudged:
                yield Finding(statement.where, f"allows {action}, which no step calls", "remove it")


def _wildcard(statement: PolicyStatement, pattern: str, certain: set[str]) -> Finding:
    covered = [action for action in sorted(certain) if matches(action.lower(), pattern.lower())]
    remedy = f"write {', '.join(covered)}" if covered else "remove it, since no step calls any of it"
    return Finding(statement.where, f"allows {pattern!r}, which is more than is called", remedy)


def _unconfined(statement: PolicyStatement, action: str) -> Iterator[Finding]:
    if statement.conditional or is_harmless(action.partition(":")[2]):
        return
    for resource in statement.resources:
        found = _EVERY.fullmatch(resource)
        every = found[1] if found else "resource" if resource == "*" and action.lower() in _CONFINABLE else ""
        if every:
            problem = f"allows {action} on every {every}, whatever the request"
            yield Finding(statement.where, problem, "name the resource, or write a Condition")
