"""Small plans, in the JSON that Terraform writes, for one thought each."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from golden_ami.review.parsing import parse
from golden_ami.review.plan import Plan
from golden_ami.review.rule import Examined
from golden_ami.review.rules import RULES
from golden_ami.review.settings import Settings
from golden_ami.runbook.scripts import embedded
from golden_ami.runbooks import FOLDER

ACCOUNT = "222222222222"
ORGANIZATION = "o-sandbox00001"
UNIT = f"arn:aws:organizations::111111111111:ou/{ORGANIZATION}/ou-sbox-workloads1"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/golden-ami-prod-web-automation"
APPROVERS = (f"arn:aws:iam::{ACCOUNT}:role/One", f"arn:aws:iam::{ACCOUNT}:role/Two")
TODAY = datetime.date(2026, 11, 25)
OURS = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}

Raw = dict[str, Any]


def resource(
    kind: str,
    name: str = "it",
    after: Mapping[str, Any] | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    unknown: Mapping[str, Any] | None = None,
    expressions: Mapping[str, Any] | None = None,
    actions: Sequence[str] = (),
    **more: Any,
) -> Raw:
    """One entry of ``resource_changes``, with its expressions under ``configured``."""
    said = {key: {"constant_value": value} for key, value in (after or {}).items()}
    made = actions or (["create"] if before is None else ["delete"] if after is None else ["update"])
    change = {"actions": list(made), "before": before, "after": after, "after_unknown": dict(unknown or {})}
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": change | more,
        "configured": said | dict(expressions or {}),
    }


def plan_json(
    *resources: Raw, provider: Mapping[str, Any] | None = None, root: Mapping[str, Any] | None = None, **more: Any
) -> Raw:
    """A plan with these resources; ``root`` adds to its module's configuration."""
    changes, configured = [], []
    for each in resources:
        entry = dict(each)
        said = entry.pop("configured", None)
        changes.append(entry)
        if said is not None:
            known = {"address": each["address"], "provider_config_key": "aws", "expressions": said}
            configured.append(known | {"mode": "managed", "type": each["type"], "name": each.get("name")})
    aws = {
        "name": "aws",
        "full_name": "registry.terraform.io/hashicorp/aws",
        "version_constraint": "5.100.0",
        "expressions": {
            "allowed_account_ids": {"constant_value": [ACCOUNT]},
            "region": {"constant_value": "eu-west-1"},
        },
    }
    module: Raw = {"resources": configured} | dict(root or {})
    configuration = {"provider_config": {"aws": aws | dict(provider or {})}, "root_module": module}
    return {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": changes,
        "configuration": configuration,
    } | more


def plan(*resources: Raw, **more: Any) -> Plan:
    return parse(plan_json(*resources, **more), "prod.json")


def violations(rule: str, *resources: Raw, settings: Settings | None = None, **more: Any) -> list[str]:
    """What one rule says about a plan; the organization is in the policy unless a test brings another one."""
    settings = settings or Settings(organization=ORGANIZATION)
    found = RULES[rule].check(Examined(plan(*resources, **more), settings))
    return [f"{each.address}: {each.message}" for each in found]


def statement(principal: Any, action: Any = "kms:Decrypt", *, condition: Any = None, **more: Any) -> Raw:
    made = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"} | more
    return made | ({"Condition": condition} if condition else {})


def policy(*statements: Raw) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def key(*statements: Raw, **more: Any) -> Raw:
    """A key with a policy."""
    values = {"policy": policy(*statements), "enable_key_rotation": True, "deletion_window_in_days": 30}
    return resource("aws_kms_key", "key", values | more)


def reference(*names: str, text: str = "") -> Raw:
    """An expression of a JSON configuration."""
    said = [part for name in names for part in (name, ".".join(name.split(".")[:2]))]
    return {"references": said} | ({"constant_value": text} if text else {})


def approval(
    *,
    approvers: Any = APPROVERS,
    required: Any = 2,
    checked: Any = None,
    principals: Any = (UNIT,),
    steps: Sequence[Raw] = (),
    **more: Any,
) -> Raw:
    """A document of three steps, as small as an approval can be: ask, read back, share."""
    ask = {
        "name": "ask",
        "action": "aws:approve",
        "inputs": {
            "Approvers": list(approvers) if isinstance(approvers, tuple) else approvers,
            "MinRequiredApprovals": required,
        },
    }
    read = {
        "name": "readBack",
        "action": "aws:executeScript",
        "inputs": {
            "Script": embedded(FOLDER / "scripts", "assert_approval.py"),
            "InputPayload": {
                "execution": "{{ automation:EXECUTION_ID }}",
                "approvers": list(approvers) if isinstance(approvers, tuple) else approvers,
                "required": required if checked is None else checked,
            },
        },
    }
    given = list(principals) if isinstance(principals, tuple) else principals
    return {"schemaVersion": "0.3", "assumeRole": ROLE, "mainSteps": list(steps) or [ask, read, share(given)]} | more


def share(principals: Any = (UNIT,), **more: Any) -> Raw:
    """A step that shares an AMI."""
    script = embedded(FOLDER / "scripts", "share_ami.py")
    payload = {
        "principals": list(principals) if isinstance(principals, tuple) else principals,
        "organization": ORGANIZATION,
    }
    inputs = {"Runtime": "python3.11", "Handler": "handler", "InputPayload": payload, "Script": script}
    return {"name": "share", "action": "aws:executeScript", "inputs": inputs} | more


def document(content: Any, name: str = "GoldenAmiApproval-web", **more: Any) -> Raw:
    text = content if isinstance(content, str) else json.dumps(content)
    values = {"name": name, "document_type": "Automation", "content": text}
    return resource("aws_ssm_document", "document", values | more)


def role_policy(*statements: Raw, **more: Any) -> Raw:
    return resource("aws_iam_role_policy", "policy", {"role": "automation", "policy": policy(*statements)} | more)


def allow(action: Any, target: Any = KEY, **more: Any) -> Raw:
    return {"Effect": "Allow", "Action": action, "Resource": target} | more
