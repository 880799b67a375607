"""Systems Manager's Automation operations.

Source: StartAutomationExecution, GetAutomationExecution, DescribeAutomationExecutions, SendAutomationSignal,
DescribeAutomationStepExecutions, StopAutomationExecution (Systems Manager API Reference). People are held to the
policies of their roles; the account itself is not.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final

from moto.core.exceptions import ServiceException

from golden_ami.sandbox.access import Need, Principal
from golden_ami.sandbox.automation.approval import is_approver
from golden_ami.sandbox.automation.backend import AutomationBackend, automation_backends
from golden_ami.sandbox.automation.desk import Desk
from golden_ami.sandbox.automation.errors import (
    AutomationStepNotFoundException,
    IdempotentParameterMismatch,
    InvalidAutomationSignalException,
    InvalidAutomationStatusUpdateException,
    InvalidFilterKey,
    InvalidFilterValue,
    InvalidNextToken,
    ValidationException,
)
from golden_ami.sandbox.automation.execution import ENDED, Decision, Execution
from golden_ami.sandbox.automation.values import texts
from golden_ami.sandbox.clock import CLOCK
from golden_ami.sandbox.model import Handler, ModelledResponse
from golden_ami.sandbox.paging import page
from golden_ami.sandbox.validation import Problem

Parameters = dict[str, Any]
PAGE: Final = 50
MAX_TAGS: Final = 5
_NOT_MODELLED: Final = ("Targets", "TargetMaps", "TargetParameterName", "TargetLocations", "TargetLocationsURL")


def start(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer StartAutomationExecution."""
    return {"AutomationExecutionId": start_as(desk.backend, desk.principal, parameters)}


def start_as(backend: AutomationBackend, principal: Principal, parameters: Mapping[str, Any]) -> str:
    """Start an execution for a principal, who must be allowed to, and to pass the role; return its id."""
    desk = Desk(backend=backend, principal=principal)
    for name in _NOT_MODELLED:
        if name in parameters:
            raise NotImplementedError(f"Executions with {name} are not modelled.")
    if parameters.get("Mode", "Auto") != "Auto":
        raise NotImplementedError("Interactive executions are not modelled.")
    desk.authorize("StartAutomationExecution", parameters)
    token = str(parameters.get("ClientToken", "")).lower()
    request = {key: value for key, value in parameters.items() if key != "ClientToken"}
    if token in backend.tokens:
        first, identifier = backend.tokens[token]
        if first != request:
            raise IdempotentParameterMismatch("The client token was used before with other parameters.")
        return identifier
    document = backend.document(parameters["DocumentName"], parameters.get("DocumentVersion"))
    tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags", [])}
    if len(tags) > MAX_TAGS:
        raise ValidationException(f"An automation has at most {MAX_TAGS} tags.")
    given = parameters.get("Parameters", {})
    role = backend.role_of(document, given)
    if role:
        context = {"iam:PassedToService": ["ssm.amazonaws.com"]}
        desk.require(Need(action="iam:PassRole", resource=role, context=context))
    execution = backend.start(principal, document, given, tags)
    if token:
        backend.tokens[token] = (request, execution.identifier)
    return execution.identifier


def get(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer GetAutomationExecution."""
    return {"AutomationExecution": desk.execution("GetAutomationExecution", parameters).describe()}


def describe_steps(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer DescribeAutomationStepExecutions."""
    execution = desk.execution("DescribeAutomationStepExecutions", parameters)
    shown = [run.describe() for run in execution.steps()]
    keys = {"StepName": "StepName", "StepExecutionStatus": "StepStatus", "Action": "Action"}
    keys["StepExecutionId"] = "StepExecutionId"
    shown = _filtered(shown, parameters, {name: _member(member) for name, member in keys.items()})
    return _paged("StepExecutions", shown[::-1] if parameters.get("ReverseOrder") else shown, parameters)


def describe(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer DescribeAutomationExecutions, the newest one first."""
    desk.authorize("DescribeAutomationExecutions", parameters)
    found = [
        execution.metadata()
        for execution in reversed(list(desk.backend.executions.values()))
        if _in_history(desk.backend, execution)
    ]
    tests: dict[str, _Test] = {
        "DocumentNamePrefix": lambda item, value: item["DocumentName"].startswith(value),
        "ExecutionStatus": _member("AutomationExecutionStatus"),
        "ExecutionId": _member("AutomationExecutionId"),
        "CurrentAction": _member("CurrentAction"),
        "StartTimeAfter": lambda item, value: item["ExecutionStartTime"] >= _moment(value),
        "StartTimeBefore": lambda item, value: item["ExecutionStartTime"] <= _moment(value),
        "TagKey": lambda item, value: value in desk.backend.tags(item["AutomationExecutionId"]),
    }
    return _paged("AutomationExecutionMetadataList", _filtered(found, parameters, tests), parameters)


def signal(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer SendAutomationSignal."""
    execution = desk.execution("SendAutomationSignal", parameters)
    kind, current = parameters["SignalType"], execution.current
    if kind in {"StartStep", "StopStep", "Revoke"}:
        raise NotImplementedError(f"The signal {kind} is not modelled.")
    expected = "aws:pause" if kind == "Resume" else "aws:approve"
    if current is None or current.status != "Waiting" or current.step.action != expected:
        raise InvalidAutomationSignalException(f"The execution does not wait for the signal {kind}.")
    if kind == "Resume":
        named = parameters.get("Payload", {}).get("StepName", [])
        if named != [current.step.name]:
            raise AutomationStepNotFoundException(f"The execution does not wait in the step {''.join(named)!r}.")
        execution.resumed = True
    else:
        caller = desk.principal.arn
        if not is_approver(caller, texts(current.inputs["Approvers"])):
            raise InvalidAutomationSignalException(f"{caller} is not an approver of step {current.step.name}.")
        if any(decision.approver == caller for decision in execution.decisions):
            raise InvalidAutomationSignalException(f"{caller} has decided already.")
        comment = " ".join(parameters.get("Payload", {}).get("Comment", []))
        execution.decisions.append(Decision(approver=caller, kind=kind, comment=comment))
    CLOCK.notify()
    return {}


def stop(desk: Desk, parameters: Parameters) -> Parameters:
    """Answer StopAutomationExecution."""
    execution = desk.execution("StopAutomationExecution", parameters)
    if execution.status in ENDED:
        raise InvalidAutomationStatusUpdateException(f"The execution has ended: {execution.status}.")
    if execution.stop:
        raise InvalidAutomationStatusUpdateException("The execution is being stopped already.")
    execution.stop = parameters.get("Type", "Cancel")
    CLOCK.notify()
    return {}


_Test = Callable[[Any, str], bool]


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidFilterValue(f"{value!r} is no point in time.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _member(name: str) -> _Test:
    return lambda item, value: item.get(name) == value


def _filtered(items: list[Any], parameters: Parameters, tests: Mapping[str, _Test]) -> list[Any]:
    for condition in parameters.get("Filters", []):
        test = tests.get(condition["Key"])
        if test is None:
            raise InvalidFilterKey(f"The filter {condition['Key']} is not modelled.")
        items = [item for item in items if any(test(item, value) for value in condition["Values"])]
    return items


def _in_history(backend: AutomationBackend, execution: Execution) -> bool:
    try:
        return backend.find(execution.identifier) is execution
    except ServiceException:
        return False


def _paged(name: str, items: list[Any], parameters: Parameters) -> Parameters:
    asked = {"maxResults": parameters.get("MaxResults", PAGE)}
    asked |= {"nextToken": parameters["NextToken"]} if "NextToken" in parameters else {}
    shown, token = page(items, asked, size=PAGE, refusal=InvalidNextToken)
    return {name: shown} | ({"NextToken": token["nextToken"]} if token else {})


class AutomationResponse(ModelledResponse):
    """The Automation operations of Systems Manager; moto answers the others."""

    service = "ssm"
    operations: ClassVar[Mapping[str, Handler]] = MappingProxyType(
        {
            "StartAutomationExecution": start,
            "GetAutomationExecution": get,
            "DescribeAutomationExecutions": describe,
            "DescribeAutomationStepExecutions": describe_steps,
            "SendAutomationSignal": signal,
            "StopAutomationExecution": stop,
        }
    )

    def backend(self) -> Desk:
        """Return where the request is answered."""
        return Desk(
            backend=automation_backends[self.current_account][self.region],
            principal=Principal.of_key(self.get_access_key(), self.current_account, self.region),
        )

    def refusal(self, problem: Problem) -> ServiceException:
        """Refuse as the service does."""
        return ValidationException(f"1 validation error detected: Value at '{problem.path}' {problem.text}")
