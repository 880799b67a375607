"""What EventBridge is told, and the rules that start a second document."""

import json
from typing import Any

import pytest

from golden_ami.ends import ENDED, outcome_rules, pattern
from golden_ami.names import DeploymentNames, ImageNames
from golden_ami.sandbox import automation
from tests.automation.conftest import ACCOUNT, Runbooks, allow, failing, nap, script, step

DEFINITION = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-definition"
PARAMETERS = {"Execution": {"type": "String"}, "Status": {"type": "String"}}


class Rules:
    """Rules on the default bus, each with queues of its own."""

    def __init__(self, runbooks: Runbooks) -> None:
        self.events, self.sqs = runbooks.local.client("events"), runbooks.local.client("sqs")

    def queue(self, name: str) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, arn

    def add(self, name: str, document: str, statuses: list[str], kind: str = "Execution", **target: Any) -> None:
        pattern = {
            "source": ["aws.ssm"],
            "detail-type": [f"EC2 Automation {kind} Status-change Notification"],
            "detail": {"Definition": [document], "Status": statuses},
        }
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=name, Targets=[{"Id": "1"} | target])

    def received(self, url: str) -> list[dict[str, Any]]:
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        return list(self.sqs.receive_message(QueueUrl=url, **asked).get("Messages", []))


@pytest.fixture(scope="module")
def rules(runbooks: Runbooks) -> Rules:
    return Rules(runbooks)


def started(runbooks: Runbooks, document: str) -> list[Any]:
    """Executions of a document, oldest first."""
    automation.settle()
    filters = [{"Key": "DocumentNamePrefix", "Values": [document]}]
    found = runbooks.ssm.describe_automation_executions(Filters=filters)["AutomationExecutionMetadataList"]
    return [runbooks.see(each["AutomationExecutionId"]) for each in reversed(found) if each["DocumentName"] == document]


def test_every_change_of_the_executions_status_is_told(runbooks: Runbooks, rules: Rules) -> None:
    """ "The overall status of an Automation workflow changes." (Amazon EventBridge event patterns and types for Systems
    Manager) The fields are those of "Amazon EventBridge event examples for Systems Manager".
    """
    url, arn = rules.queue("statuses")
    name = runbooks.create(nap("a"), step("ask", "approve", {"Approvers": ["ann"]}, timeoutSeconds=60))
    rules.add("all", name, ["InProgress", "Waiting", "TimedOut", "Failed", "Success"], Arn=arn)
    identifier = runbooks.start(name)
    runbooks.local.clock.advance(61)
    runbooks.see(identifier)
    told = [json.loads(message["Body"]) for message in rules.received(url)]
    assert [each["detail"]["Status"] for each in told] == ["InProgress", "Waiting", "InProgress", "TimedOut"]
    last = told[-1]
    assert last["detail"]["ExecutionId"] == identifier
    assert last["detail"]["DefinitionVersion"] == 1.0
    assert last["resources"] == [
        f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-execution/{identifier}",
        f"{DEFINITION}/{name}:1",
    ]


def test_every_change_of_a_steps_status_is_told(runbooks: Runbooks, rules: Rules) -> None:
    """ "The status of a specific step in an Automation workflow changes." (Amazon EventBridge event patterns and types
    for Systems Manager)
    """
    url, arn = rules.queue("steps")
    name = runbooks.create(nap("a"), failing("b"))
    rules.add("steps", name, ["Success", "Failed"], "Step", Arn=arn)
    runbooks.start(name)
    told = [json.loads(message["Body"])["detail"] for message in rules.received(url)]
    assert [(each["StepName"], each["Action"], each["Status"]) for each in told] == [
        ("a", "aws:sleep", "Success"),
        ("b", "aws:executeScript", "Failed"),
    ]


def teller(runbooks: Runbooks, **content: Any) -> str:
    payload = {"execution": "{{ Execution }}", "status": "{{ Status }}"}
    return runbooks.create(script("tell", "return events", payload), parameters=PARAMETERS, **content)


def target(document: str, role: str | None, **more: Any) -> dict[str, Any]:
    paths = {"execution": "$.detail.ExecutionId", "status": "$.detail.Status"}
    template = '{"Execution": ["<execution>"], "Status": [<status>]}'
    transformer = {"InputPathsMap": paths, "InputTemplate": template.replace("<status>", '"<status>"')}
    found = {"Arn": f"{DEFINITION}/{document}:$DEFAULT", "InputTransformer": transformer} | more
    return found | ({"RoleArn": role} if role else {})


def test_a_rule_starts_a_second_document_through_its_role(runbooks: Runbooks, rules: Rules) -> None:
    """ "You can extract one or more key-value pairs from the event and then use that data to send customized input to
    the target." "The Amazon Resource Name (ARN) of the IAM role to be used for this target when the rule is triggered."
    (EventBridge API Reference, Target)
    """
    own = runbooks.role()
    tells = teller(runbooks, assumeRole=own)
    passing = allow("iam:PassRole", resource=own)
    start = allow("ssm:StartAutomationExecution", resource=f"{DEFINITION}/{tells}:*")
    role = runbooks.role(start, passing, service="events.amazonaws.com")
    watched = runbooks.create(failing("a"))
    rules.add("second", watched, ["Failed", "TimedOut"], **target(tells, role))
    identifier = runbooks.start(watched)
    (seen,) = started(runbooks, tells)
    assert (seen.status, seen.payload("tell")) == ("Success", {"execution": identifier, "status": "Failed"})
    assert f":assumed-role/{role.rpartition('/')[2]}/" in seen.shown["ExecutedBy"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("gone", "There is no role"),
        ("distrusted", "EventBridge may not assume"),
        ("missing", "has no role"),
        ("silent", "not authorized to perform: ssm:StartAutomationExecution"),
        ("passless", "not authorized to perform: iam:PassRole"),
        ("document", "does not exist"),
        ("service", "not modelled"),
        ("input", "must be a map of lists"),
        ("parameters", "is required"),
    ],
)
def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(runbooks, rules: Rules, broken: str, why: str) -> None:
    """ "When you configure a DLQ for a target of a rule, EventBridge sends the events with failed invocations to the
    Amazon SQS queue selected." (Using dead-letter queues to process undelivered events in EventBridge)
    """
    url, arn = rules.queue(f"dead-{broken}")
    own = runbooks.role()
    tells = teller(runbooks, assumeRole=own)
    statements = {"silent": [], "passless": [allow("ssm:StartAutomationExecution")]}.get(broken, [allow("*")])
    service = "lambda.amazonaws.com" if broken == "distrusted" else "events.amazonaws.com"
    role = runbooks.role(*statements, service=service)
    more: dict[str, Any] = {"DeadLetterConfig": {"Arn": arn}}
    if broken == "gone":
        runbooks.iam.delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="p")
        runbooks.iam.delete_role(RoleName=role.rpartition("/")[2])
    if broken == "document":
        more["Arn"] = f"{DEFINITION}/No-Such-Document"
    if broken == "service":
        more["Arn"] = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:teller"
    found = target(tells, None if broken == "missing" else role, **more)
    if broken in {"input", "parameters"}:
        del found["InputTransformer"]
        found["Input"] = json.dumps({"input": ["x"], "parameters": {}}[broken])
    watched = runbooks.create(nap("a"))
    rules.add(f"broken-{broken}", watched, ["Success"], **found)
    assert runbooks.see(runbooks.start(watched)).status == "Success"
    assert started(runbooks, tells) == []
    (message,) = rules.received(url)
    assert json.loads(message["Body"])["detail"]["Status"] == "Success"
    attributes = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert why in attributes["ERROR_MESSAGE"]
    assert attributes["TARGET_ARN"] == found["Arn"]
    assert attributes["RULE_ARN"].endswith(f":rule/broken-{broken}")


def test_a_topic_is_told_too(runbooks: Runbooks, rules: Rules) -> None:
    url, arn = rules.queue("inbox")
    sns = runbooks.local.client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    watched = runbooks.create(nap("a"))
    rules.add("topic", watched, ["Success"], Arn=topic)
    runbooks.start(watched)
    (message,) = rules.received(url)
    assert json.loads(json.loads(message["Body"])["Message"])["detail"]["Definition"] == watched


def test_a_rule_that_is_switched_off_starts_nothing(runbooks: Runbooks, rules: Rules) -> None:
    """ "The state of the rule." is ENABLED or DISABLED (EventBridge API Reference, PutRule)"""
    tells, watched = teller(runbooks), runbooks.create(nap("a"))
    rules.add("off", watched, ["Success"], **target(tells, runbooks.role(allow("*"), service="events.amazonaws.com")))
    rules.events.disable_rule(Name="off")
    runbooks.start(watched)
    assert started(runbooks, tells) == []


def test_a_pattern_that_is_too_long_is_refused(rules: Rules) -> None:
    """ "Event pattern size": 2,048 characters (Amazon EventBridge quotas)"""

    def put(length: int) -> None:
        empty = json.dumps({"source": [""]})
        rules.events.put_rule(Name="long", EventPattern=json.dumps({"source": ["s" * (length - len(empty))]}))

    put(2048)
    with pytest.raises(rules.events.exceptions.LimitExceededException):
        put(2049)


def test_two_deployments_in_one_region_hear_of_their_own_ends_only(runbooks: Runbooks, rules: Rules) -> None:
    """Their names, and those of their images, begin with one another; many images need several rules."""
    deployments = {"prod": ["web", *(f"web-{n:03}" for n in range(90))], "prod-eu": ["web-server", "web-0010"]}
    queues, text = {}, json.dumps({"schemaVersion": "0.3", "mainSteps": [nap("a")]})
    for deployment, images in deployments.items():
        scope = DeploymentNames(deployment=deployment, account=ACCOUNT, region="eu-west-1")
        documents = [ImageNames(scope=scope, image=image).approval.document for image in images]
        queues[deployment], arn = rules.queue(deployment)
        for rule, some in outcome_rules(scope, documents):
            rules.events.put_rule(Name=rule, EventPattern=pattern(some, ENDED))
            rules.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn}])
    assert len(rules.events.list_rules(NamePrefix="golden-ami-prod-ended")["Rules"]) > 1
    for image in ("web", "web-089", "web-server", "web-0010", "web-004"):
        name = f"GoldenAmiApproval-{image}"
        runbooks.ssm.create_document(Name=name, Content=text, DocumentType="Automation", DocumentFormat="YAML")
        runbooks.start(name)
    heard = {
        deployment: [json.loads(each["Body"])["detail"]["Definition"] for each in rules.received(url)]
        for deployment, url in queues.items()
    }
    assert heard == {
        "prod": ["GoldenAmiApproval-web", "GoldenAmiApproval-web-089", "GoldenAmiApproval-web-004"],
        "prod-eu": ["GoldenAmiApproval-web-server", "GoldenAmiApproval-web-0010"],
    }
