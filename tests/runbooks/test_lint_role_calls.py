"""What a role must do for a call, what it may do besides, and what nobody can tell."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from golden_ami.runbook.lint import actions, models
from tests.runbooks.judging import Policy, allow, api, deny, document, judged, script


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        (api("s3", "ListObjectsV2", Bucket="b"), ["s3:ListBucket"]),
        (api("s3", "CopyObject", Bucket="b"), ["s3:GetObject", "s3:PutObject"]),
        (api("lambda", "Invoke", FunctionName="f"), ["lambda:InvokeFunction"]),
        (api("logs", "PutLogEvents"), ["logs:PutLogEvents"]),
        (api("events", "PutEvents"), ["events:PutEvents"]),
        (api("elbv2", "DescribeRules"), ["elasticloadbalancing:DescribeRules"]),
        (api("cloudwatch", "PutMetricData"), ["cloudwatch:PutMetricData"]),
        (api("stepfunctions", "StartExecution"), ["states:StartExecution"]),
        (api("resourcegroupstaggingapi", "GetResources"), ["tag:GetResources"]),
        (api("sts", "GetCallerIdentity"), []),
        ({"action": "aws:approve", "inputs": {"Approvers": ["a"], "NotificationArn": "{{ Topic }}"}}, ["sns:Publish"]),
        ({"action": "aws:approve", "inputs": {"Approvers": ["a"]}}, []),
        (
            {"action": "aws:loop", "inputs": {"Steps": [{"name": "inner", **api("ec2", "DescribeImages")}]}},
            ["ec2:DescribeImages"],
        ),
    ],
    ids=lambda value: value["inputs"].get("Api", value["action"]) if isinstance(value, dict) else "",
)
def test_actions_are_asked_for_by_the_names_that_iam_knows(
    step: dict[str, Any], needed: list[str], tmp_path: Path
) -> None:
    findings, left_out = judged(document(step), tmp_path, {"Statement": []})
    assert [each for each in needed if any(each in finding for finding in findings)] == needed
    assert (len(findings), left_out) == (len(needed), [])
    # IAM reads actions without regard to case.
    assert judged(document(step), tmp_path, allow(*[each.lower() for each in needed] or ["sns:Publish"]))[0] == (
        [] if needed else ["role [0] Statement[0]: allows sns:Publish, which no step calls; remove it"]
    )


@pytest.mark.parametrize("pattern", ["*", "*:*", "sns:*", "sns:Pub*", "sns:Publis?", "SNS:pub*"])
def test_a_wildcard_is_more_than_is_called(pattern: str, tmp_path: Path) -> None:
    findings, _ = judged(document(api("sns", "Publish", Message="m")), tmp_path, allow(pattern))
    assert findings == [f"role [0] Statement[0]: allows {pattern!r}, which is more than is called; write sns:Publish"]


def test_a_wildcard_of_which_nothing_is_called_can_go(tmp_path: Path) -> None:
    (finding,) = judged(document({"action": "aws:sleep"}), tmp_path, allow("ec2:Describe*"))[0]
    assert finding.endswith("remove it, since no step calls any of it")


def test_a_denial_of_everything_is_stronger_than_any_allowance(tmp_path: Path) -> None:
    findings, _ = judged(document(api("sns", "Publish")), tmp_path, allow("sns:Publish"), deny("sns:*"))
    assert findings == [
        "step step0: calls sns:Publish, and role [1] Statement[0] denies that; remove the call, or the denial"
    ]


@pytest.mark.parametrize(
    "when", [{"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, {"resource": "arn:aws:sns:a:b:c"}]
)
def test_a_denial_at_times_is_said_not_judged(when: dict[str, Any], tmp_path: Path) -> None:
    findings, left_out = judged(
        document(api("sns", "Publish")), tmp_path, allow("sns:Publish"), deny("sns:Publish", **when)
    )
    assert findings == []
    assert left_out == ["role [1] Statement[0] denies sns:Publish at times, and when was not checked"]


def test_a_resource_that_the_step_names_must_be_among_those_of_the_policy(tmp_path: Path) -> None:
    step = api("sns", "Publish", TopicArn="arn:aws:sns:eu-west-1:222222222222:AutomationA")
    assert (
        judged(document(step), tmp_path, allow("sns:Publish", resource="arn:aws:sns:eu-west-1:*:Automation?"))[0] == []
    )
    (finding,) = judged(document(step), tmp_path, allow("sns:Publish", resource="arn:aws:sns:eu-west-1:*:B"))[0]
    assert "no policy of the role allows that on arn:aws:sns:eu-west-1:222222222222:AutomationA" in finding


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"NotAction": "iam:*", "Resource": "*"}, "has NotAction"),
        ({"Action": "sns:Publish", "NotResource": "arn:aws:sns:a:b:c"}, "has NotResource"),
        ({"Action": "sns:Publish", "Resource": "arn:aws:sns:${aws:region}:b:c"}, "has the variable ${aws:region}"),
        (
            {"Action": "sns:Publish", "Resource": "*", "Condition": {"StringLike": {"a:b": ["x", "${aws:username}"]}}},
            "has the variable ${aws:username}",
        ),
    ],
    ids=["NotAction", "NotResource", "variable in a resource", "variable in a condition"],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_what_cannot_be_judged_is_a_fault(statement: dict[str, Any], words: str, effect: str, tmp_path: Path) -> None:
    step = api("sns", "Publish", TopicArn="arn:aws:sns:eu-west-1:222222222222:AutomationA")
    policies: Iterable[Policy] = [{"Statement": [{"Effect": effect, **statement}]}]
    if effect == "Deny":
        policies = [*policies, allow("sns:Publish", resource="*")]
    (finding,) = judged(document(step), tmp_path, *policies)[0]
    assert finding.startswith(f"role [0] Statement[0]: {words}, so what it is about cannot be judged; ")


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"action": "aws:runCommand"}, "the calls of aws:runCommand are not known"),
        (
            {"action": "aws:executeScript", "inputs": {"Runtime": "PowerShell 7.4", "Script": "Get-SSMDocument"}},
            "its script is not read, because it is PowerShell 7.4",
        ),
        ({"action": "aws:executeScript", "inputs": {"Runtime": "python3.11"}}, "its script is not in the document"),
        (script("gone.py"), "its script cannot be read"),
        (script("def handler(:"), "its script cannot be read"),
        (
            script("import boto3\ndef handler(events, context):\n    boto3.client('ec2').describe_images()\n"),
            "its script calls AWS in a way of its own",
        ),
        (
            script("def call(*a):\n    pass\ndef handler(events, context):\n    call(events['service'], 'Publish')\n"),
            "its script calls AWS without naming service and API",
        ),
    ],
    ids=["another action", "PowerShell", "attachment", "missing", "no Python", "boto3", "not literal"],
)
def test_calls_that_are_not_read_are_said_and_nothing_is_called_superfluous(
    step: dict[str, Any], why: str, tmp_path: Path
) -> None:
    assert judged(document(step), tmp_path, allow("ec2:DescribeImages")) == (
        [],
        [
            f"step step0: not all that its role must do was checked, because {why}",
            "what else the role may do was not checked, because not all calls are known",
        ],
    )


@pytest.mark.parametrize(("service", "name"), [("apigateway", "CreateRestApi"), ("dynamodb", "ExecuteStatement")])
def test_an_api_whose_action_is_not_known_is_said(service: str, name: str, tmp_path: Path) -> None:
    policy = allow(f"{service}:PATCH", "ec2:DescribeImages")
    findings, left_out = judged(document(api(service, name)), tmp_path, policy)
    assert left_out == [f"step step0: {service}:{name} was not checked, because what IAM calls it is not known"]
    assert findings == ["role [0] Statement[0]: allows ec2:DescribeImages, which no step calls; remove it"]


@pytest.mark.parametrize(
    "resource", ["arn:aws:sns:eu-west-1:222222222222:AutomationA", "arn:aws:ec2:eu-west-1::image/ami-1"]
)
def test_a_condition_or_a_name_confines(resource: str, tmp_path: Path) -> None:
    runbook = document(api("ec2", "ModifyImageAttribute", ImageId="ami-1"))
    assert judged(runbook, tmp_path, allow("ec2:ModifyImageAttribute", resource=resource))[0] == []
    condition = {"StringEquals": {"ec2:Owner": "222222222222"}}
    assert judged(runbook, tmp_path, allow("ec2:ModifyImageAttribute", resource="*", Condition=condition))[0] == []
    (finding,) = judged(runbook, tmp_path, allow("ec2:ModifyImageAttribute", resource="*"))[0]
    assert "on every resource, whatever the request" in finding


def test_the_exceptions_to_names_are_of_apis_that_exist_and_are_exceptions() -> None:
    for service in {*actions._PREFIXES, *actions._ELSEWHERE.split()}:
        assert models.service(service), service
    for service, names in actions._APIS_ELSEWHERE.items():
        assert all(models.operation(service, name) for name in names.split()), service
    for service, known in actions._ACTIONS.items():
        for name, needed in known.items():
            assert models.operation(service, name), name
            assert [each.lower() for each in needed] != [f"{actions.prefix(service)}:{name}".lower()], name
