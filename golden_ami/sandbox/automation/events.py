"""What Systems Manager tells EventBridge, and the rules that start automations.

Source: "Amazon EventBridge event examples for Systems Manager" (Systems Manager User Guide); "Event bus targets",
"Input transformation", "Using dead-letter queues" (EventBridge User Guide). moto matches events with rules; what
it delivers is not the whole event, so queues, topics and automations are delivered to here.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from moto.events.models import Rule, events_backends
from moto.events.utils import EventTemplateParser
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.access.principals import find_role, trusts
from golden_ami.sandbox.automation.execution import Execution, StepRun

log = logging.getLogger(__name__)

_DEFINITION: Final = ":automation-definition/"
Start = Callable[[Principal, str, str, str | None, dict[str, list[str]]], str]
"""Starts an automation: who, Region, document, version and parameters; returns the execution's id."""


def tell(execution: Execution, run: StepRun | None, now: datetime, start: Start) -> None:
    """Send a change of status to EventBridge, and deliver it."""
    event = _event(execution, run, now)
    for rule in list(events_backends[execution.account][execution.region].event_buses["default"].rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.get_pattern() and rule.event_pattern.matches_event(event):
            _deliver(rule, event, execution.region, start)


def _event(execution: Execution, run: StepRun | None, now: datetime) -> Any:
    shown: StepRun | Execution = run or execution
    detail: dict[str, Any] = {
        "ExecutionId": execution.identifier,
        "Definition": execution.document.name,
        "DefinitionVersion": float(execution.document.version),
        "Status": shown.status,
        "StartTime": _moment(shown.started),
        "EndTime": _moment(shown.ended),
        "Time": ((shown.ended or now) - (shown.started or now)).total_seconds() * 1000,
        "ExecutedBy": execution.executed_by,
    }
    if run:
        detail |= {"StepName": run.step.name, "Action": run.step.action}
    kind = "Step" if run else "Execution"
    definition = f"{execution.document.name}:{execution.document.version}"
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": f"EC2 Automation {kind} Status-change Notification",
        "source": "aws.ssm",
        "account": execution.account,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ingestion-time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": execution.region,
        "resources": [execution.arn, execution.arn.split(":automation-execution/")[0] + _DEFINITION + definition],
        "detail": {key: value for key, value in detail.items() if value is not None},
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%b %-d, %Y %-I:%M:%S %p")


def _deliver(rule: Rule, event: Any, region: str, start: Start) -> None:
    for target in rule.targets:
        arn = target["Arn"]
        try:
            if _DEFINITION in arn:
                name, _, version = arn.split(_DEFINITION)[1].partition(":")
                start(_assumed(target.get("RoleArn"), rule), region, name, version or None, _lists(target, event))
            elif ":sns:" in arn:
                _publish(arn, _input(target, event))
            elif ":sqs:" in arn:
                _send(arn, _input(target, event))
            else:
                raise NotImplementedError(f"Targets such as {arn} are not modelled.")
        except Exception as error:
            log.warning("rule %s could not reach %s: %s", rule.name, arn, error)
            _keep(rule, target, event, str(error))


def _publish(arn: str, message: Any) -> None:
    _, _, _, region, account, _ = arn.split(":")
    text = message if isinstance(message, str) else json.dumps(message)
    sns_backends[account][region].publish(message=text, arn=arn)


def _send(arn: str, message: Any) -> None:
    _, _, _, region, account, name = arn.split(":")
    sqs_backends[account][region].send_message(name, json.dumps(message))


def _input(target: dict[str, Any], event: Any) -> Any:
    transformer = target.get("InputTransformer")
    if transformer:
        return EventTemplateParser.parse(
            input_template=transformer["InputTemplate"],
            input_paths_map=transformer.get("InputPathsMap", {}),
            event=event,
        )
    return json.loads(target["Input"]) if target.get("Input") else event


def _lists(target: dict[str, Any], event: Any) -> dict[str, list[str]]:
    found = _input(target, event)
    if not isinstance(found, dict):
        raise ValueError(f"The input of an automation must be a map of lists, not {found!r}")
    return {name: [str(value)] if not isinstance(value, list) else value for name, value in found.items()}


def _assumed(role_arn: str | None, rule: Rule) -> Principal:
    if not role_arn:
        raise ValueError("The target has no role, which an automation needs")
    context = {"aws:SourceArn": [rule.arn], "aws:SourceAccount": [rule.account_id]}
    if not trusts(find_role(role_arn), "events.amazonaws.com", context):
        raise PermissionError(f"EventBridge may not assume {role_arn}")
    return Principal.of_role(role_arn, session=uuid4().hex)


def _keep(rule: Rule, target: dict[str, Any], event: Any, why: str) -> None:
    """Send what could not be delivered to the target's dead-letter queue."""
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if queue:
        _, _, _, region, account, name = queue.split(":")
        said = {"RULE_ARN": rule.arn, "TARGET_ARN": target["Arn"], "ERROR_MESSAGE": why[:256]}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
        sqs_backends[account][region].send_message(name, json.dumps(event), message_attributes=attributes)
