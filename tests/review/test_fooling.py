"""Plans that were written to fool the review: each hides one thing, and each is caught."""

import json
from typing import Any

import pytest

from golden_ami.review.judgement import Judge, rules_of
from golden_ami.review.parsing import parse
from golden_ami.review.permissions import action_changes
from golden_ami.review.settings import Settings
from tests.review.building import (
    ACCOUNT,
    KEY,
    ORGANIZATION,
    OURS,
    TODAY,
    UNIT,
    Raw,
    allow,
    approval,
    document,
    key,
    plan_json,
    policy,
    reference,
    resource,
    role_policy,
    statement,
)

EVERYBODY = {"AWS": "*"}
_FORGED = f"{chr(0xE000)}aws_kms_key.key.arn{chr(0xE001)}"


def failing(*resources: Raw, **more: Any) -> set[str]:
    judge = Judge(Settings(), TODAY)
    judge.judge(parse(plan_json(*resources, **more), "prod.json"))
    return set(rules_of(judge.verdict().failing))


def _distribution(unknown: Any, expression: Any) -> Raw:
    made = {"region": "eu-west-1", "ami_distribution_configuration": [{"kms_key_id": KEY, "name": "x"}]}
    return resource(
        "aws_imagebuilder_distribution_configuration",
        "d",
        {"name": "web", "distribution": [made]},
        unknown={"distribution": [{"ami_distribution_configuration": [unknown]}]},
        expressions={"distribution": [{"ami_distribution_configuration": [expression]}]},
    )


OURS_KEY = key(statement(EVERYBODY, condition=OURS))
FOOLING: dict[str, tuple[str, list[Raw]]] = {
    "a launch permission through an unknown value": (
        "distribution-shares-nothing",
        [_distribution({"launch_permission": [{"user_ids": True}]}, {"launch_permission": [{"user_ids": reference("data.aws_caller_identity.x.account_id")}]})],
    ),
    "a launch permission in a dynamic block, which no expression shows": (
        "distribution-shares-nothing",
        [_distribution({"launch_permission": True}, {"name": {"constant_value": "x"}})],
    ),
    "a whole distribution that is unknown": (
        "distribution-shares-nothing",
        [resource("aws_imagebuilder_distribution_configuration", "d", {"name": "x"}, unknown={"distribution": True}, expressions={})],
    ),
    "a principal in another partition": (
        "no-external-principals",
        [OURS_KEY, resource("aws_ram_principal_association", "p", {"principal": UNIT.replace("arn:aws:", "arn:aws-us-gov:")})],
    ),
    "our account number, in another partition": (
        "no-external-principals",
        [key(statement({"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}))],
    ),
    "a policy split over two statements, one to decrypt and one to grant": (
        "no-public-permission",
        [
            key(
                statement(EVERYBODY, "kms:Decrypt", condition=OURS),
                statement(EVERYBODY, "kms:CreateGrant", condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
            )
        ],
    ),
    "a policy split by a condition and its opposite": (
        "no-public-permission",
        [key(statement(EVERYBODY, condition=OURS), statement(EVERYBODY, condition={"StringNotEquals": OURS["StringEquals"]}))],
    ),
    "a policy split over two resources": (
        "no-public-permission",
        [OURS_KEY, resource("aws_kms_key_policy", "more", {"key_id": KEY, "policy": policy(statement("*"))})],
    ),
    "a wildcard in the path of a unit": (
        "no-public-permission",
        [key(statement(EVERYBODY, condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"*/{ORGANIZATION}/r-ab12/ou-ab12-cdef0123/*"}}))],
    ),
    "a path without ForAnyValue, which no documentation decides": (
        "no-public-permission",
        [key(statement(EVERYBODY, condition={"StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}))],
    ),
    "operators that hold when nothing is there": (
        "no-public-permission",
        [key(statement(EVERYBODY, condition={"StringEqualsIfExists": OURS["StringEquals"]}))],
    ),
    "our organization, or another one": (
        "no-external-principals",
        [key(statement(EVERYBODY, condition={"StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION, "o-foreigner99"]}}))],
    ),
    "the organization itself replaced": (
        "no-external-principals",
        [
            resource(
                "aws_kms_key",
                "key",
                {"policy": policy(statement(EVERYBODY, condition={"StringEquals": {"aws:PrincipalOrgID": "o-foreigner99"}}))},
                before={"policy": policy(statement(EVERYBODY, condition=OURS))},
            )
        ],
    ),
    "a policy that comes from somewhere else": (
        "understood",
        [resource("aws_kms_key", "key", {}, unknown={"policy": True}, expressions={"policy": reference("data.http.x.body")})],
    ),
    "a principal that comes from somewhere else, inside a policy": (
        "no-external-principals",
        [
            OURS_KEY,
            resource(
                "aws_sns_topic_policy",
                "t",
                {},
                unknown={"policy": True},
                expressions={
                    "policy": reference(
                        "var.friend",
                        text='${jsonencode({"Statement" = [{"Effect" = "Allow", "Principal" = {"AWS" = var.friend}, "Action" = "sns:Subscribe", "Resource" = "*"}]})}',
                    )
                },
            ),
        ],
    ),
    "a known text that pretends to be one of our unknown ones": (
        "no-wildcard-permission",
        [key(), role_policy(allow("kms:Decrypt", _FORGED))],
    ),
    "an action in capitals, with a question mark": ("no-wildcard-permission", [role_policy(allow("EC2:Modify?mageAttribute"))]),
    "an action in a policy that a person gets": (
        "no-wildcard-permission",
        [resource("aws_iam_policy", "p", {"name": "starter", "policy": policy(allow("*", "*"))})],
    ),
    "the last statement of many": (
        "no-wildcard-permission",
        [role_policy(*[allow("sns:Publish")] * 200, allow("ssm:*"))],
    ),
    "a share that Terraform forgets": (
        "no-destroy",
        [OURS_KEY, resource("aws_ram_resource_share", "s", None, before={"name": "s"}, actions=["forget"])],
    ),
    "an approval whose answer is read back elsewhere": (
        "approval-before-sharing",
        [document(approval(steps=[*approval()["mainSteps"][:1], approval()["mainSteps"][2], approval()["mainSteps"][1]]))],
    ),
    "a name in a module, whose expressions the review does not have": (
        "distribution-shares-nothing",
        [
            {
                key_: value
                for key_, value in resource(
                    "aws_imagebuilder_distribution_configuration",
                    "d",
                    {"name": "x", "distribution": [{"region": "eu-west-1", "ami_distribution_configuration": [{}]}]},
                    unknown={"distribution": [{"ami_distribution_configuration": [{"launch_permission": True}]}]},
                ).items()
                if key_ != "configured"
            }
        ],
    ),
    "YAML that unfolds without end": (
        "document-pinned",
        [
            document(
                "a: &a [x, x, x, x, x, x, x, x, x]\n"
                + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True))
                + "mainSteps: []\n"
            )
        ],
    ),
    "a new way to let in": ("understood", [resource("aws_vpc_endpoint_policy", "p", {"policy": policy(statement("*"))})]),
}  # fmt: skip


@pytest.mark.parametrize("what", FOOLING)
def test_a_plan_that_was_made_to_fool_is_caught(what: str) -> None:
    rule, resources = FOOLING[what]
    assert rule in failing(*resources)


def test_the_same_permissions_in_one_statement_or_two_are_no_change() -> None:
    one = policy(allow(["sns:Publish", "kms:Decrypt"]))
    two = policy(allow("kms:Decrypt"), allow("sns:Publish"))
    changed = resource("aws_iam_role_policy", "p", {"role": "r", "policy": two}, before={"role": "r", "policy": one})
    assert action_changes(parse(plan_json(changed), "prod.json")) == ()
    wider = resource("aws_iam_role_policy", "p", {"role": "r", "policy": two}, before={"role": "r", "policy": policy()})
    assert [each.action for each in action_changes(parse(plan_json(wider), "prod.json"))] == [
        "kms:Decrypt",
        "sns:Publish",
    ]


def test_the_deployed_organization_counts_and_not_the_planned_one() -> None:
    theirs = {"StringEquals": {"aws:PrincipalOrgID": "o-foreigner99"}}
    assert "no-external-principals" not in failing(key(statement(EVERYBODY, condition=theirs)))
    before = json.loads(json.dumps(OURS_KEY["change"]["after"]))
    moved = resource(
        "aws_kms_key", "key", before | {"policy": policy(statement(EVERYBODY, condition=theirs))}, before=before
    )
    assert "no-external-principals" in failing(moved)
