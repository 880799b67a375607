"""Whether a role may do something, without doing it.

Source: SimulatePrincipalPolicy, EvaluationResult (IAM API Reference): each action is judged for each resource, ``*``
without any; a condition key that policies ask for and the request does not give is a missing context value. Boundaries,
service control policies and resource-based policies are not modelled, hence 501.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from golden_ami.sandbox.access.evaluation import Need, Verdict, asked_keys, judge
from golden_ami.sandbox.access.principals import Principal, find_role
from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems

_PAGE: Final = 100
_NOT_MODELLED: Final = (
    "CallerArn",
    "PermissionsBoundaryPolicyInputList",
    "PolicyExclusionList",
    "ResourceHandlingOption",
    "ResourceOwner",
    "ResourcePolicy",
)
_DECISIONS: Final = {
    Verdict.ALLOWED: "allowed",
    Verdict.DENIED: "explicitDeny",
    Verdict.SILENT: "implicitDeny",
}


class NoSuchEntityException(ServiceException):
    """When there is no such principal."""

    code = "NoSuchEntity"


class InvalidInputException(ServiceException):
    """When a request breaks IAM's model."""

    code = "InvalidInput"


def install() -> None:
    """Give moto's IAM the operation."""
    IamResponse.simulate_principal_policy = simulate_principal_policy  # type: ignore[attr-defined]


def simulate_principal_policy(response: IamResponse) -> ActionResult:
    """Answer SimulatePrincipalPolicy, for roles."""
    parameters: dict[str, Any] = response.params
    shape = get_service_model("iam").operation_model("SimulatePrincipalPolicy").input_shape
    for problem in problems(parameters, shape):
        raise InvalidInputException(f"The parameter {problem.path} {problem.text}.")
    for name in _NOT_MODELLED:
        if parameters.get(name):
            raise NotImplementedError(f"Simulations with {name} are not modelled.")
    results = list(_results(parameters, _policies(parameters)))
    start, size = _start(parameters, len(results)), int(parameters.get("MaxItems", _PAGE))
    answer: dict[str, Any] = {"EvaluationResults": results[start : start + size], "IsTruncated": False}
    if start + size < len(results):
        answer |= {"IsTruncated": True, "Marker": str(start + size)}
    return ActionResult(answer)


def _policies(parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    source = str(parameters["PolicySourceArn"])
    if ":role/" not in source:
        if ":user/" in source or ":group/" in source:
            raise NotImplementedError("Only roles are simulated.")
        raise InvalidInputException(f"Invalid Entity Arn: {source} does not clearly define entity type and name.")
    try:
        role = find_role(source)
    except LookupError as error:
        name = source.rpartition("/")[2]
        raise NoSuchEntityException(f"The role with name {name} cannot be found.") from error
    if getattr(role, "permissions_boundary_arn", None):
        raise NotImplementedError("Roles with a permissions boundary are not simulated.")
    more = [json.loads(each) for each in parameters.get("PolicyInputList", [])]
    return [*(Principal.of_role(source, session="simulation").policies or ()), *more]


def _results(parameters: Mapping[str, Any], policies: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    context = {
        entry["ContextKeyName"]: list(entry.get("ContextKeyValues", []))
        for entry in parameters.get("ContextEntries", [])
    }
    given = {key.lower() for key in context}
    for action, resource in product(parameters["ActionNames"], parameters.get("ResourceArns") or ["*"]):
        if ":" not in action:
            raise InvalidInputException(f"The action {action} is not valid.")
        need = Need(action=action, resource=resource, context=context)
        missing = [key for key in asked_keys(policies, need) if key.lower() not in given]
        yield {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": _DECISIONS[judge(policies, need)],
            "MatchedStatements": [],
            "MissingContextValues": missing,
        }


def _start(parameters: Mapping[str, Any], length: int) -> int:
    marker = str(parameters.get("Marker", "0"))
    if not marker.isdecimal() or int(marker) > length:
        raise InvalidInputException("The marker is not valid.")
    return int(marker)
