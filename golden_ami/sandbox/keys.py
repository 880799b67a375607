"""A key of another Region, as a platform team makes one before it deploys a factory with copies there."""

import json
from typing import Final

from golden_ami.sandbox.endpoint import Endpoint
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT

_LAUNCHING: Final = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*")


def create_key_for(aws: Endpoint, region: str, organization_id: str) -> str:
    """Create a key of the factory's account that an organization may launch with; return its ARN.

    Source: "Allow organizations and OUs to use a KMS key" (EC2 User Guide).
    """
    administer = {"Principal": {"AWS": f"arn:aws:iam::{FACTORY_ACCOUNT}:root"}, "Action": "kms:*"}
    launch = {
        "Principal": {"AWS": "*"},
        "Action": list(_LAUNCHING),
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization_id}},
    }
    statements = [{"Effect": "Allow", "Resource": "*", **each} for each in (administer, launch)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return str(aws.client("kms", region=region).create_key(Policy=policy)["KeyMetadata"]["Arn"])
