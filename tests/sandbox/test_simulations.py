"""SimulatePrincipalPolicy says what the sandbox's own evaluation says, in IAM's shapes."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox.server import LocalAws

ACCOUNT = "222222222222"
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
TAGGED = {"StringEquals": {"aws:RequestTag/owner": "us"}}


def role(local: LocalAws, name: str, *statements: dict[str, Any]) -> str:
    iam = local.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    return str(arn)


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def decisions(local: LocalAws, arn: str, actions: list[str], **options: Any) -> dict[tuple[str, str], str]:
    pages = local.client("iam").get_paginator("simulate_principal_policy")
    found = pages.paginate(PolicySourceArn=arn, ActionNames=actions, **options)
    return {
        (each["EvalActionName"], each["EvalResourceName"]): each["EvalDecision"]
        for page in found
        for each in page["EvaluationResults"]
    }


def test_each_action_is_judged_for_each_resource_in_pages(local: LocalAws, name: str) -> None:
    arn = role(
        local,
        name,
        allow("s3:GetObject", "arn:aws:s3:::here/*"),
        {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"},
    )
    resources = ["arn:aws:s3:::here/x", "arn:aws:s3:::there/x"]
    found = decisions(
        local, arn, ["s3:GetObject", "s3:PutObject"], ResourceArns=resources, PaginationConfig={"PageSize": 1}
    )
    assert found == {
        ("s3:GetObject", resources[0]): "allowed",
        ("s3:GetObject", resources[1]): "implicitDeny",
        ("s3:PutObject", resources[0]): "explicitDeny",
        ("s3:PutObject", resources[1]): "explicitDeny",
    }


@pytest.mark.parametrize(("value", "decision"), [("us", "allowed"), ("them", "implicitDeny")])
def test_context_entries_are_what_conditions_ask(local: LocalAws, name: str, value: str, decision: str) -> None:
    arn = role(local, name, allow("ssm:AddTagsToResource", Condition=TAGGED))
    entry = {"ContextKeyName": "aws:RequestTag/owner", "ContextKeyValues": [value], "ContextKeyType": "string"}
    found = decisions(local, arn, ["ssm:AddTagsToResource"], ContextEntries=[entry])
    assert list(found.values()) == [decision]


def test_a_key_that_nobody_gave_is_missing(local: LocalAws, name: str) -> None:
    arn = role(local, name, allow("ssm:AddTagsToResource", Condition=TAGGED))
    answer = local.client("iam").simulate_principal_policy(PolicySourceArn=arn, ActionNames=["ssm:AddTagsToResource"])
    (result,) = answer["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:RequestTag/owner"])


@pytest.mark.parametrize(
    ("source", "code"),
    [("role/nobody", "NoSuchEntity"), ("thing/nobody", "InvalidInput"), ("user/somebody", "NotImplemented")],
)
def test_what_is_no_role_is_refused(local: LocalAws, source: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        decisions(local, f"arn:aws:iam::{ACCOUNT}:{source}", ["s3:GetObject"])
    assert refused.value.response["Error"]["Code"] == code


def test_what_is_not_modelled_is_refused(local: LocalAws, name: str) -> None:
    with pytest.raises(ClientError, match="ResourcePolicy"):
        decisions(local, role(local, name, allow("s3:GetObject")), ["s3:GetObject"], ResourcePolicy="{}")
