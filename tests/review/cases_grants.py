"""Policies, shares and trust: what the rules about them let pass, and what not."""

from typing import Any

from tests.review.building import (
    ACCOUNT,
    APPROVERS,
    KEY,
    ORGANIZATION,
    OURS,
    UNIT,
    Raw,
    allow,
    approval,
    document,
    key,
    policy,
    reference,
    resource,
    role_policy,
    share,
    statement,
)

EVERYBODY = {"AWS": "*"}
STRANGER = {"AWS": "arn:aws:iam::999999999999:root"}
PATHS = "aws:PrincipalOrgPaths"


def _association(principal: Any, **more: Any) -> Raw:
    return resource("aws_ram_principal_association", "share", {"principal": principal} | more)


def _open(operator: str, condition_key: str, value: Any) -> Raw:
    return key(statement(EVERYBODY, condition={operator: {condition_key: value}}))


def _subscription(endpoint: str) -> Raw:
    return resource("aws_sns_topic_subscription", "s", {"protocol": "sqs", "endpoint": endpoint})


def _bucket(name: str = "logs", **more: Any) -> list[Raw]:
    blocks = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    closed = dict.fromkeys(blocks, True) | {"bucket": name} | more
    return [
        resource("aws_s3_bucket", "b", {"bucket": name, "force_destroy": True}),
        resource("aws_s3_bucket_public_access_block", "b", closed),
    ]


def _distribution(**ami: Any) -> Raw:
    made = {"region": "eu-west-1", "ami_distribution_configuration": [{"kms_key_id": KEY} | ami]}
    return resource("aws_imagebuilder_distribution_configuration", "d", {"name": "web", "distribution": [made]})


def _trust(principal: Any, condition: Any = None, action: Any = "sts:AssumeRole", **more: Any) -> Raw:
    made = {"Effect": "Allow", "Principal": principal, "Action": action} | more
    made |= {"Condition": condition} if condition else {}
    return resource("aws_iam_role", "role", {"name": "automation", "assume_role_policy": policy(made)})


BLOCK = resource("aws_ec2_image_block_public_access", "block", {"state": "block-new-sharing"})
SSM = {"Service": "ssm.amazonaws.com"}
FOR_US = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}

PASSING: dict[str, dict[str, list[Raw]]] = {
    "no-external-principals": {
        "a unit of ours": [_association(UNIT)],
        "the account itself": [key(statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*"))],
        "the organization": [key(statement(EVERYBODY, condition=OURS))],
        "accounts of the organization": [
            key(
                statement(
                    EVERYBODY,
                    condition={
                        "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION, "aws:PrincipalAccount": ["444444444444"]}
                    },
                )
            )
        ],
        "another account that has to be of the organization": [key(statement(STRANGER, condition=OURS))],
        "a service that works for us": [key(statement({"Service": "events.amazonaws.com"}, condition=FOR_US))],
        "our queue as subscriber": [_subscription(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:inbox")],
        "who is denied": [key(statement(STRANGER, Effect="Deny"))],
    },
    "no-public-permission": {
        "the organization": [key(statement(EVERYBODY, condition=OURS))],
        "any of our paths": [_open("ForAnyValue:StringLike", PATHS, f"{ORGANIZATION}/r-ab12/ou-ab12-cdef0123/*")],
        "a closed share": [resource("aws_ram_resource_share", "s", {"allow_external_principals": False})],
        "a closed bucket": _bucket(),
        "AMIs where public ones are blocked": [_distribution(), BLOCK],
        "a denial of everybody": [key(statement(EVERYBODY, Effect="Deny"))],
    },
    "distribution-shares-nothing": {
        "private copies": [_distribution(launch_permission=[], target_account_ids=[])],
        "an empty structure": [_distribution(launch_permission=[{"user_ids": [], "organization_arns": []}])],
    },
    "no-wildcard-permission": {
        "an action and an ARN": [role_policy(allow("sns:Publish", "arn:aws:sns:eu-west-1:222222222222:topic"))],
        "an action that knows no resource": [role_policy(allow(["ec2:DescribeImages"], "*"))],
        "a key of this plan": [
            key(),
            resource(
                "aws_iam_role_policy",
                "policy",
                {"role": "automation"},
                unknown={"policy": True},
                expressions={
                    "policy": reference(
                        "aws_kms_key.key.arn",
                        text='${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", '
                        '"Action" = ["kms:Decrypt"], "Resource" = [aws_kms_key.key.arn]}]})}',
                    )
                },
            ),
        ],
    },
    "trust-confined": {
        "Systems Manager, for our account": [_trust(SSM, FOR_US)],
        "EventBridge, for one rule": [
            _trust(
                {"Service": "events.amazonaws.com"},
                {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/x"}},
            )
        ],
        "instances": [_trust({"Service": "ec2.amazonaws.com"})],
    },
}

FAILING: dict[str, dict[str, tuple[list[Raw], str]]] = {
    "no-external-principals": {
        "a unit of another organization": (
            [_association("arn:aws:organizations::999999999999:ou/o-foreigner99/ou-frgn-workloads1")],
            "organization o-foreigner99, and ours is o-sandbox00001",
        ),
        "a unit in another partition": ([_association(UNIT.replace("arn:aws:", "arn:aws-cn:"))], "in partition aws-cn"),
        "an unknown principal": (
            [resource("aws_ram_principal_association", "s", {}, unknown={"principal": True}, expressions={"principal": reference("var.who")})],
            "known after apply (var.who)",
        ),
        "another account": ([key(statement(STRANGER))], "lets in arn:aws:iam::999999999999:root of account 999999999999"),
        "two organizations": (
            [_open("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION, "o-foreigner99"])],
            "organization o-foreigner99",
        ),
        "another account in a third one's partition": (
            [key(statement({"AWS": "arn:aws-us-gov:iam::222222222222:root"}))],
            "in partition aws-us-gov",
        ),
        "a service that works for anybody": ([key(statement({"Service": "sns.amazonaws.com"}))], "for any account"),
        "an identity provider": ([key(statement({"Federated": "accounts.google.com"}))], "Federated accounts.google.com"),
        "a queue of another account": ([_subscription("arn:aws:sqs:eu-west-1:999999999999:inbox")], "not of our account"),
        "a script with an account in it": (
            [document(approval(steps=[share(inputs={"Script": "x = ['999999999999']"})]))],
            "names the account 999999999999",
        ),
        "a document with another organization": (
            [document(approval(principals=("arn:aws:organizations::999999999999:organization/o-foreigner99",)))],
            "shares with organization o-foreigner99",
        ),
    },
    "no-public-permission": {
        "everybody": ([key(statement("*"))], "lets in everybody"),
        "everybody, as an account": ([key(statement(EVERYBODY))], "lets in everybody"),
        "everybody but one": (
            [key({"Effect": "Allow", "NotPrincipal": STRANGER, "Action": "kms:Decrypt", "Resource": "*"})],
            "everybody but those",
        ),
        "every organization": ([_open("StringLike", "aws:PrincipalOrgID", "*")], "every organization like *"),
        "organizations that begin like ours": ([_open("StringLike", "aws:PrincipalOrgID", "o-sandbox0000*")], "every organization like"),
        "who is in no organization": ([_open("StringEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION)], "lets in everybody"),
        "who has no path": ([_open("ForAllValues:StringLike", PATHS, f"{ORGANIZATION}/*")], "lets in everybody"),
        "a unit of any organization": ([_open("ForAnyValue:StringLike", PATHS, "*/ou-ab12-cdef0123/*")], "every organization with a path"),
        "paths that begin like ours": ([_open("ForAnyValue:StringLike", PATHS, "o-sandbox0000*/r-*")], "every organization with a path"),
        "all but ours": ([_open("StringNotEquals", "aws:PrincipalOrgID", ORGANIZATION)], "lets in everybody"),
        "whoever asks from a network": ([_open("IpAddress", "aws:SourceIp", "10.0.0.0/8")], "lets in everybody"),
        "whoever has that role name": ([_open("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Admin")], "whatever is like"),
        "an open share": ([resource("aws_ram_resource_share", "s", {"name": "s"})], "open to principals outside"),
        "a bucket without a block": (_bucket()[:1], "has no block of public access"),
        "half a block": (_bucket(block_public_policy=False), "does not set block_public_policy"),
        "AMIs where public ones are not blocked": ([_distribution()], "where public ones are not blocked"),
        "an AMI by itself": ([resource("aws_ami_launch_permission", "p", {"image_id": "ami-1", "group": "all"})], "without any approval"),
        "a shared document": ([document(approval(), permissions={"type": "Share", "account_ids": "All"})], "is shared"),
        "a script that shares with everybody": (
            [document(approval(steps=[share(inputs={"Script": 'x = [{"Group": "all"}]'})]))],
            "names the group of everybody",
        ),
    },
    "distribution-shares-nothing": {
        "an account": ([_distribution(launch_permission=[{"user_ids": ["444444444444"]}])], "shares the AMI in eu-west-1"),
        "copies elsewhere": ([_distribution(target_account_ids=["444444444444"])], "copies the AMI to other accounts"),
    },
    "no-wildcard-permission": {
        "every action": ([role_policy(allow("*"))], "allows the actions *"),
        "every action of a service": ([role_policy(allow("s3:Get*"))], "allows the actions s3:Get*"),
        "every resource": ([role_policy(allow("ec2:ModifyImageAttribute", "*"))], "allows ec2:ModifyImageAttribute on *"),
        "every resource of a service": ([role_policy(allow("sns:Publish", "arn:aws:sns:*:222222222222:*"))], "allows sns:Publish on"),
        "any account": ([role_policy(allow("sns:Publish", "arn:aws:sns:eu-west-1:*:topic"))], "resources of any account"),
        "all but some actions": ([role_policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": KEY})], "NotAction"),
        "all but some resources": ([role_policy({"Effect": "Allow", "Action": "sns:Publish", "NotResource": KEY})], "NotResource"),
        "a policy of somebody else": (
            [resource("aws_iam_role_policy_attachment", "a", {"role": "x", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"})],
            "whose content the plan does not show",
        ),
        "a policy in the role": (
            [resource("aws_iam_role", "role", {"name": "x", "assume_role_policy": "{}", "inline_policy": [{"name": "x", "policy": policy(allow("*", "*"))}]})],
            "allows the actions *",
        ),
    },
    "trust-confined": {
        "Systems Manager, for anybody": ([_trust(SSM)], "for any account"),
        "for another account": ([_trust(SSM, {"StringEquals": {"aws:SourceAccount": "999999999999"}})], "for any account"),
        "for any account, by a pattern": ([_trust(SSM, {"StringLike": {"aws:SourceAccount": "*"}})], "for any account"),
        "if there is an account": ([_trust(SSM, {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}})], "for any account"),
        "a person": ([_trust({"AWS": APPROVERS[0]})], "which is no service"),
        "another service": ([_trust({"Service": "lambda.amazonaws.com"}, FOR_US)], "starts nothing of ours"),
        "tags of sessions as well": ([_trust(SSM, FOR_US, ["sts:AssumeRole", "sts:TagSession"])], "not sts:AssumeRole alone"),
    },
}  # fmt: skip
