"""The stacks beside the deployments: what the rules about them let pass, and what not."""

import json
from typing import Any

from tests.review.building import ACCOUNT, Raw, allow, resource, role_policy

DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/GoldenAmiDeployer"
DENIED = ("ec2:ModifyImageAttribute", "ec2:ResetImageAttribute")


def _denial(*exempted: str, actions: tuple[str, ...] = DENIED, operator: str = "ArnNotLike", **more: Any) -> Raw:
    condition = {"Condition": {operator: {"aws:PrincipalArn": list(exempted)}}} if exempted else {}
    return {"Sid": "Only", "Effect": "Deny", "Action": list(actions), "Resource": "*"} | condition | more


def _control(*statements: Raw, before: Raw | None = None) -> Raw:
    def content(*all_of: Raw) -> Raw:
        text = json.dumps({"Version": "2012-10-17", "Statement": list(all_of)})
        return {"name": "golden-ami-images", "type": "SERVICE_CONTROL_POLICY", "content": text}

    known = None if before is None else content(before)
    return resource("aws_organizations_policy", "p", content(*statements), before=known)


def _declared(state: str, block: str = "block_new_sharing", *, before: str = "") -> Raw:
    def content(allowed: str, blocked: str) -> Raw:
        made = {
            "allowed_images_settings": {"state": {"@@assign": allowed}},
            "image_block_public_access": {"state": {"@@assign": blocked}},
        }
        text = json.dumps({"ec2_attributes": made})
        return {"name": "golden-ami-ec2", "type": "DECLARATIVE_POLICY_EC2", "content": text}

    known = content(before, "block_new_sharing") if before else None
    return resource("aws_organizations_policy", "p", content(state, block), before=known)


def _ended(kind: str) -> Raw:
    return resource(kind, "it", None, before={"target_id": "r-ab12"}, actions=["delete"])


def _template(**options: Any) -> Raw:
    return resource("aws_launch_template", "t", {"name": "front", "metadata_options": [options]})


def _alarm(*topics: str) -> Raw:
    return resource("aws_cloudwatch_metric_alarm", "a", {"alarm_name": "a", "alarm_actions": list(topics)})


def _hook(target: str) -> Raw:
    hook = {"name": "h", "notification_target_arn": target}
    return resource("aws_autoscaling_group", "g", {"name": "g", "initial_lifecycle_hook": [hook]})


COUNTING = allow("cloudwatch:PutMetricData", "*") | {
    "Condition": {"StringEquals": {"cloudwatch:namespace": "GoldenAmi"}}
}

PASSING: dict[str, dict[str, list[Raw]]] = {
    "guardrails-hold": {
        "roles that are named": [_control(_denial(DEPLOYER, f"arn:aws:iam::{ACCOUNT}:role/golden-ami-*-automation"))],
        "nobody exempted": [_control(_denial())],
        "more denied": [_control(_denial(DEPLOYER), before=_denial(DEPLOYER, actions=DENIED[:1]))],
        "a condition that is no exemption": [_control(_denial("arn:aws:iam::*:role/x", operator="ArnLike"))],
        "audited at first": [_declared("audit_mode")],
        "enforced afterwards": [_declared("enabled", before="audit_mode")],
    },
    "no-wildcard-permission": {"counting in a namespace": [role_policy(COUNTING)]},
    "imdsv2": {"a template": [_template(http_tokens="required", http_put_response_hop_limit=1)]},
    "no-external-principals": {
        "a topic of ours": [_alarm(f"arn:aws:sns:eu-west-1:{ACCOUNT}:operations")],
        "a hook of ours": [_hook(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:hooks")],
    },
    "understood": {
        "what the organization has": [
            _control(_denial(DEPLOYER)),
            resource("aws_organizations_policy_attachment", "a", {"target_id": "r-ab12"}),
            resource("aws_ram_sharing_with_organization", "s", {}),
        ],
        "what a consumer has": [
            _template(http_tokens="required"),
            _alarm(),
            _hook(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:h"),
        ],
    },
}

FAILING: dict[str, dict[str, tuple[list[Raw], str]]] = {
    "guardrails-hold": {
        "every role of an account": ([_control(_denial(f"arn:aws:iam::{ACCOUNT}:role/*"))], "exempts whoever is like"),
        "a role of any account": ([_control(_denial(DEPLOYER, "arn:aws:iam::*:role/Deployer"))], "arn:aws:iam::*:role/Deployer"),
        "whatever of an account": ([_control(_denial(f"arn:aws:iam::{ACCOUNT}:*"))], "exempts whoever is like"),
        "everybody": ([_control(_denial("*"))], "exempts whoever is like *"),
        "everybody, by another operator": ([_control(_denial("*", operator="StringNotLikeIfExists"))], "exempts"),
        "everybody, in other words": ([_control(_denial("*", operator="ForAllValues:StringNotLike"))], "exempts"),
        "an organization by account": (
            [_control(_denial() | {"Condition": {"StringNotLike": {"aws:PrincipalAccount": "2*"}}})],
            "exempts whoever is like 2*",
        ),
        "what it allows": ([_control(_denial(), {"Effect": "Allow", "Action": "*", "Resource": "*"})], "where a guardrail denies"),
        "less than before": (
            [_control(_denial(DEPLOYER, actions=DENIED[:1]), before=_denial(DEPLOYER))],
            "denies no longer: ec2:resetimageattribute",
        ),
        "what cannot be read": ([resource("aws_organizations_policy", "p", {"type": "SERVICE_CONTROL_POLICY", "content": "{"})], "cannot be judged"),
        "images that are only audited again": ([_declared("audit_mode", before="enabled")], "from enabled to audit_mode"),
        "images that are not looked at": ([_declared("disabled", before="audit_mode")], "from audit_mode to disabled"),
        "public images": ([_declared("audit_mode", "unblocked", before="audit_mode")], "to unblocked"),
        "a declaration that is none": ([resource("aws_organizations_policy", "p", {"type": "DECLARATIVE_POLICY_EC2", "content": "[]"})], "no declarative policy"),
    },
    "no-destroy": {
        "a guardrail": ([_ended("aws_organizations_policy")], "may do what it denied"),
        "where it holds": ([_ended("aws_organizations_policy_attachment")], "may do what the policy denies"),
        "sharing inside the organization": ([_ended("aws_ram_sharing_with_organization")], "and not only ours"),
    },
    "no-wildcard-permission": {
        "counting anywhere": ([role_policy(allow("cloudwatch:PutMetricData", "*"))], "allows cloudwatch:PutMetricData on *"),
        "counting in any namespace": (
            [role_policy(allow("cloudwatch:PutMetricData", "*") | {"Condition": {"StringLike": {"cloudwatch:namespace": "*"}}})],
            "allows cloudwatch:PutMetricData on *",
        ),
    },
    "imdsv2": {"a template": ([_template(http_tokens="optional")], "http_tokens optional")},
    "no-external-principals": {
        "an alarm for others": ([_alarm("arn:aws:sns:eu-west-1:999999999999:t")], "which is not of our account"),
        "an alarm that acts": ([_alarm("arn:aws:automate:eu-west-1:ec2:terminate")], "which is not of our account"),
        "a hook for others": ([_hook("arn:aws:sqs:eu-west-1:999999999999:q")], "which is not of our account"),
    },
}  # fmt: skip
