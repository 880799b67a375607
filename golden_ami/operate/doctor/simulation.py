"""Ask IAM whether a role may do what statements say, with requests that satisfy their conditions.

Source: SimulatePrincipalPolicy (IAM API Reference). It judges identity-based policies, boundaries, and service control
policies of the account; resource-based policies and those of VPC endpoints it does not know.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from golden_ami.operate.doctor.site import Site
from golden_ami.permissions import Statement

_INSTEAD = "sample1"
"""What stands where a pattern has a wildcard."""


def refused(site: Site, role_arn: str, statements: Sequence[Statement]) -> Iterator[tuple[str, str, str]]:
    """List what a role may not do of what statements allow: action, resource as a statement has it, IAM's decision.

    Parameters
    ----------
    site : Site
        The deployment.
    role_arn : str
        The role.
    statements : sequence of Statement
        What it should be allowed.
    """
    for statement in statements:
        patterns = {_concrete(each) if each != "*" else each: each for each in statement.resources}
        results = site.place.connection.pages(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=role_arn,
            ActionNames=list(statement.actions),
            ResourceArns=list(patterns),
            ContextEntries=list(entries(statement)),
        )
        for result in results:
            if result["EvalDecision"] != "allowed":
                name = str(result["EvalResourceName"])
                yield result["EvalActionName"], patterns.get(name, name), result["EvalDecision"]


def entries(statement: Statement) -> Iterator[dict[str, Any]]:
    """Write the context of a request that satisfies a statement's conditions."""
    given: dict[str, dict[str, Any]] = {}
    for operator, keys in statement.conditions.items():
        name = operator.rpartition(":")[2]
        for key, values in keys.items():
            wanted = [values] if isinstance(values, str) else list(values)
            if name == "Null":
                # What must be absent is left out; what must be there, another condition gives.
                continue
            if operator.startswith("ForAllValues:"):
                given[key] = _entry(key, wanted, "stringList")
            elif name.startswith(("StringNot", "ArnNot")):
                given.setdefault(key, _entry(key, [f"not-{wanted[0]}"], "string"))
            else:
                given[key] = _entry(key, [_concrete(wanted[0])], "boolean" if name == "Bool" else "string")
    yield from given.values()


def _entry(key: str, values: list[str], kind: str) -> dict[str, Any]:
    return {"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": kind}


def _concrete(pattern: str) -> str:
    return pattern.replace("*", _INSTEAD)
