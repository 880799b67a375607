"""The customer key: it encrypts volumes, AMIs, the topic and the buckets, and lets the organization launch."""

import re
from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from golden_ami.names import DeploymentNames
from stacks.text import policy

_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
_LAUNCH = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*")


class Encryption(Construct):
    """A key of ours, or one that the deployment brings.

    Parameters
    ----------
    existing : str or None
        ARN of a brought key, whose policy is its owner's.
    organization_id : str
        Whose accounts may launch.
    launch_principals : sequence of str
        All receivers of all images; when they are accounts only, the key admits those accounts only.
    rolls_out : bool
        Whether Auto Scaling launches AMIs of this key in the account itself.
    retain : bool
        Refuse to destroy the key: whatever runs from a shared AMI needs it.

    Attributes
    ----------
    key_arn : str
        ARN of the key.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: DeploymentNames,
        existing: str | None,
        organization_id: str,
        launch_principals: Sequence[str],
        rolls_out: bool,
        retain: bool,
    ) -> None:
        super().__init__(scope, id)
        statements = [
            _administration(names),
            *_service_role(names, "ImageBuilder", names.image_builder_service_role_arn),
            # "Required AWS KMS key policy for use with encrypted volumes" (EC2 Auto Scaling User Guide).
            *(_service_role(names, "AutoScaling", names.auto_scaling_service_role_arn) if rolls_out else []),
            _event_bridge(names),
            *_launches(names, organization_id, launch_principals),
        ]
        self.key_arn = existing or self._key(names, statements, retain)

    def _key(self, names: DeploymentNames, statements: list[dict[str, Any]], retain: bool) -> str:
        key = KmsKey(
            self,
            "key",
            description=f"Golden AMIs of {names.deployment}: volumes, shared AMIs, notifications, evidence",
            policy=policy({"Version": "2012-10-17", "Statement": statements}),
            enable_key_rotation=True,
            deletion_window_in_days=30 if retain else 7,
            lifecycle={"prevent_destroy": retain},
        )
        KmsAlias(self, "alias", name=names.key_alias, target_key_id=key.key_id)
        return key.arn


def _administration(names: DeploymentNames) -> dict[str, Any]:
    return {
        "Sid": "AccountAdministersByIam",
        "Effect": "Allow",
        "Principal": {"AWS": names.root},
        "Action": "kms:*",
        "Resource": "*",
    }


def _service_role(names: DeploymentNames, service: str, role_arn: str) -> list[dict[str, Any]]:
    # The role is matched by a condition, not named as principal: KMS refuses a policy whose principal does not exist,
    # and the account has the service-linked role only after the service's first use.
    by_role = {"ArnEquals": {"aws:PrincipalArn": role_arn}}
    return [
        {
            "Sid": f"{service}Uses",
            "Effect": "Allow",
            "Principal": {"AWS": names.root},
            "Action": list(_USE),
            "Resource": "*",
            "Condition": by_role,
        },
        {
            "Sid": f"{service}Grants",
            "Effect": "Allow",
            "Principal": {"AWS": names.root},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {**by_role, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def _event_bridge(names: DeploymentNames) -> dict[str, Any]:
    return {
        "Sid": "EventBridgePublishes",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": names.account}},
    }


def _launches(names: DeploymentNames, organization_id: str, launch_principals: Sequence[str]) -> list[dict[str, Any]]:
    if not launch_principals:
        return []
    who: dict[str, Any] = {"aws:PrincipalOrgID": organization_id}
    if all(re.fullmatch(r"\d{12}", each) for each in launch_principals):
        who["aws:PrincipalAccount"] = sorted(set(launch_principals))
    return [
        {
            "Sid": "OrganizationLaunches",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": list(_LAUNCH),
            "Resource": "*",
            "Condition": {"StringEquals": who},
        },
        {
            "Sid": "OrganizationGrantsToEc2",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"StringEquals": who, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
