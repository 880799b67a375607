"""The texts of the organization's policies: what they deny, to whom, and whom they leave alone.

A service control policy denies whatever the account's administrator allows, except to service-linked roles and in the
management account ("Service control policies", Organizations User Guide). So the exempt are named by exact ARNs, or by
the patterns of our runbooks' roles, which nobody but the deployers may make.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from golden_ami.arn import Arn, partition_of
from golden_ami.config import Config
from golden_ami.config.account import chain
from golden_ami.config.organization_policies import Guardrails, ImagePolicy
from golden_ami.errors import ConfigError

MAX_SERVICE_CONTROL_POLICY = 5_120
"""Characters, white space included ("Quotas for AWS Organizations")."""

SHARING_ROLES = ("automation", "revocation", "rollback", "retirement")
"""Ends of the names of our roles that change launch permissions."""

PASSING_ROLES = ("automation", "approved", "ended", "schedule")
"""Ends of the names of our roles that start runbooks, and pass those their roles."""

_BUILT_AS = "Ec2ImageBuilderArn"
_ROLE_CHANGES = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
_DOCUMENT_CHANGES = (
    "ssm:CreateDocument",
    "ssm:DeleteDocument",
    "ssm:ModifyDocumentPermission",
    "ssm:UpdateDocument",
    "ssm:UpdateDocumentDefaultVersion",
)
_STARTS = ("ssm:CreateAssociation", "ssm:StartAutomationExecution", "ssm:StartChangeRequestExecution")

Policy = Mapping[str, Any]


def service_control_policies(config: Config, guardrails: Guardrails, partition: str) -> dict[str, str]:
    """Write the service control policies.

    Parameters
    ----------
    config : Config
        Whose deployments are protected.
    guardrails : Guardrails
        Whom they leave alone.
    partition : str
        Of the organization.

    Returns
    -------
    dict of str to str
        Name to compact JSON.

    Raises
    ------
    ConfigError
        When one is longer than AWS takes.
    """
    factories = [each for each in config.deployments.values() if partition_of(each.region) == partition]
    accounts = sorted({each.account for each in factories})
    deployers = sorted(
        {*guardrails.deployers, *(role.arn for each in factories for role in chain(each.assume_role)[-1:])}
    )
    policies = {
        "golden-ami-images": _images(partition, accounts, guardrails.sharers),
        "golden-ami-runbooks": _runbooks(partition, accounts, deployers, guardrails.starters),
    }
    return {name: _compact(name, statements) for name, statements in policies.items()}


def ec2_policy(config: Config, images: ImagePolicy, partition: str) -> str:
    """Write the EC2 declarative policy ("EC2 policy syntax and examples", Organizations User Guide).

    Parameters
    ----------
    config : Config
        Whose factories' images are allowed.
    images : ImagePolicy
        What else is.
    partition : str
        Of the organization.
    """
    accounts = {each.account for each in config.deployments.values() if partition_of(each.region) == partition}
    attributes: dict[str, Any] = {
        "allowed_images_settings": {
            # Units and accounts below could loosen what is inherited otherwise.
            "@@operators_allowed_for_child_policies": ["@@none"],
            "state": {"@@assign": images.allowed_images},
            "image_criteria": {
                "criteria_1": {"allowed_image_providers": {"@@assign": [*images.providers, *sorted(accounts)]}}
            },
        }
    }
    if images.block_public_images:
        attributes["image_block_public_access"] = {
            "@@operators_allowed_for_child_policies": ["@@none"],
            "state": {"@@assign": "block_new_sharing"},
        }
    return json.dumps({"ec2_attributes": attributes}, separators=(",", ":"))


def _images(partition: str, accounts: Sequence[str], sharers: Sequence[str]) -> list[Policy]:
    images = _arn(partition, "ec2", "image/*", region="*")
    tag = f"ec2:ResourceTag/{_BUILT_AS}"
    return [
        _deny(
            "OnlyRunbooksShareImages",
            ["ec2:ModifyImageAttribute"],
            images,
            _unless([*_roles(partition, accounts, SHARING_ROLES), *sharers]),
        ),
        # The tag says which image an AMI is of: our roles may touch only theirs, and can take back only what has it.
        _deny(
            "NobodyChangesWhatAnImageIsOf",
            ["ec2:CreateTags", "ec2:DeleteTags"],
            images,
            {"ForAnyValue:StringEquals": {"aws:TagKeys": _BUILT_AS}},
        ),
        # DeleteTags without keys deletes every tag (EC2 API Reference).
        _deny("NorAllOfItsTags", ["ec2:DeleteTags"], images, {"Null": {"aws:TagKeys": "true", tag: "false"}}),
    ]


def _runbooks(
    partition: str, accounts: Sequence[str], deployers: Sequence[str], starters: Sequence[str]
) -> list[Policy]:
    roles = [_arn(partition, "iam", "role/golden-ami-*", account=account) for account in accounts]
    ours = {
        kind: [_arn(partition, "ssm", f"{kind}/GoldenAmi*", region="*", account=account) for account in accounts]
        for kind in ("document", "automation-definition")
    }
    executions = [_arn(partition, "ssm", "automation-execution/*", region="*", account=each) for each in accounts]
    passing = [*deployers, *starters, *_roles(partition, accounts, PASSING_ROLES)]
    statements = [
        _deny("OnlyDeployersWriteRunbooks", _DOCUMENT_CHANGES, ours["document"], _unless(deployers)),
        _deny("OnlyDeployersChangeTheirRoles", _ROLE_CHANGES, roles, _unless(deployers)),
        _deny("OnlyStartersPassThem", ["iam:PassRole"], roles, _unless(passing)),
    ]
    if starters:
        # Who may pass a runbook's role could pass it to a document of his own.
        started = [*ours["document"], *ours["automation-definition"], *executions]
        statements.append(
            {
                "Sid": "StartersStartNothingElse",
                "Effect": "Deny",
                "Action": list(_STARTS),
                "NotResource": started,
                "Condition": {"ArnLike": {"aws:PrincipalArn": sorted(starters)}},
            }
        )
    return statements


def _roles(partition: str, accounts: Iterable[str], ends: Iterable[str]) -> list[str]:
    return [_arn(partition, "iam", f"role/golden-ami-*-{end}", account=account) for account in accounts for end in ends]


def _arn(partition: str, service: str, resource: str, *, region: str = "", account: str = "") -> str:
    return str(Arn(partition, service, region, account, resource))


def _unless(principals: Iterable[str]) -> dict[str, Any]:
    return {"ArnNotLike": {"aws:PrincipalArn": list(principals)}}


def _deny(sid: str, actions: Iterable[str], resources: str | list[str], condition: dict[str, Any]) -> Policy:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Action": list(actions),
        "Resource": resources,
        "Condition": condition,
    }


def _compact(name: str, statements: list[Policy]) -> str:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    if len(text) > MAX_SERVICE_CONTROL_POLICY:
        raise ConfigError(
            "organization_policies.guardrails",
            [
                f"the policy {name} has {len(text)} characters and AWS takes {MAX_SERVICE_CONTROL_POLICY}; name fewer "
                "starters and deployers, or keep deployments of other accounts in a configuration of their own"
            ],
        )
    return text
