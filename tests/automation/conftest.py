"""A running sandbox for each module, and documents that are made, started and waited for in a line each."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from golden_ami.sandbox import automation
from golden_ami.sandbox.server import LocalAws

ACCOUNT = "222222222222"
_numbers = count(1)


def step(name: str, action: str, inputs: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {"name": name, "action": f"aws:{action}", "inputs": inputs or {}} | properties


def nap(name: str, seconds: int = 1, **properties: Any) -> dict[str, Any]:
    """A step that succeeds after some seconds of the sandbox's clock."""
    return step(name, "sleep", {"Duration": f"PT{seconds}S"}, **properties)


def script(name: str, body: str, payload: Any = None, **properties: Any) -> dict[str, Any]:
    """A step whose handler has the given lines, and gives its result as output ``Payload``, if a type is given."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source = f"import time, boto3\nattempts = []\ndef handler(events, context):\n{lines}"
    inputs = {"Runtime": "python3.11", "Handler": "handler", "Script": source}
    kind = properties.pop("puts_out", None)
    if kind:
        properties["outputs"] = [{"Name": "Payload", "Selector": "$.Payload", "Type": kind}]
    return step(name, "executeScript", inputs | ({} if payload is None else {"InputPayload": payload}), **properties)


def failing(name: str, **properties: Any) -> dict[str, Any]:
    return script(name, "raise ValueError('no')", **properties)


def late(name: str, **properties: Any) -> dict[str, Any]:
    """A step that times out."""
    return nap(name, 60, timeoutSeconds=10, **properties)


class Runbooks:
    """Makes documents, starts them, and shows what has become of them."""

    def __init__(self, local: LocalAws) -> None:
        self.local = local
        self.ssm, self.iam = local.client("ssm"), local.client("iam")

    def create(self, *steps: dict[str, Any], **content: Any) -> str:
        name = f"Document-{next(_numbers)}"
        text = json.dumps({"schemaVersion": "0.3", "mainSteps": list(steps)} | content)
        self.ssm.create_document(Name=name, Content=text, DocumentType="Automation", DocumentFormat="YAML")
        return name

    def begin(self, *steps: dict[str, Any], given: dict[str, list[str]] | None = None, **content: Any) -> str:
        """Start a new document, and return the execution's id when it has ended or waits."""
        return self.start(self.create(*steps, **content), **({"Parameters": given} if given else {}))

    def start(self, name: str, **request: Any) -> str:
        started = self.ssm.start_automation_execution(DocumentName=name, **request)
        automation.settle()
        return str(started["AutomationExecutionId"])

    def run(self, *steps: dict[str, Any], given: dict[str, list[str]] | None = None, **content: Any) -> "Seen":
        return self.see(self.begin(*steps, given=given, **content))

    def see(self, identifier: str) -> "Seen":
        automation.settle()
        return Seen(self.ssm.get_automation_execution(AutomationExecutionId=identifier)["AutomationExecution"])

    def role(self, *statements: dict[str, Any], service: str | None = "ssm.amazonaws.com") -> str:
        """A role that a service may assume, or without service the account, with these statements as its policy."""
        name = f"Role-{next(_numbers)}"
        principal = {"Service": service} if service else {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
        policy = {"Version": "2012-10-17"}
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy | trust))["Role"]["Arn"]
        if statements:
            document = json.dumps(policy | {"Statement": list(statements)})
            self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        return str(arn)

    def person(self, role: str, session: str = "jo") -> Any:
        """Systems Manager as somebody who has taken a role."""
        taken = self.local.client("sts").assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
        keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
        return self.local.session(*keys).client("ssm", endpoint_url=self.local.url)


class Seen:
    """An execution as the API shows it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.shown = shown
        self.status = shown["AutomationExecutionStatus"]
        self.failure = shown.get("FailureMessage", "")
        self.steps = {each["StepName"]: each for each in shown["StepExecutions"]}

    @property
    def statuses(self) -> dict[str, str]:
        return {name: each["StepStatus"] for name, each in self.steps.items()}

    @property
    def ran(self) -> list[str]:
        return [each["StepName"] for each in self.shown["StepExecutions"] if each["StepStatus"] != "Pending"]

    def payload(self, name: str) -> Any:
        """What the handler of a script has returned."""
        return json.loads(self.steps[name]["Outputs"]["OutputPayload"][0])["Payload"]

    def message(self, name: str) -> str:
        return str(self.steps[name].get("FailureMessage", ""))


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource} | more


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAws]:
    with LocalAws() as running:
        running.clock.instant = True
        yield running


@pytest.fixture(scope="module")
def runbooks(local: LocalAws) -> Runbooks:
    return Runbooks(local)
