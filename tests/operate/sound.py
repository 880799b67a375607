"""What the stacks make beside what runbooks need: so that a deployment has nothing wrong with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import ClientError

from golden_ami.config import load
from golden_ami.deployed import deployed
from golden_ami.documents import Document
from golden_ami.permissions import automation_statements, build_trust, to_policy
from tests.operate.conftest import Floor
from verification.configurations import HOME


@contextmanager
def sound(floor: Floor) -> Iterator[Floor]:
    """Make a factory whole, and let the next one begin as this one did."""
    names, key = floor.image.names, floor.factory.keys[HOME]
    with suppress(ClientError):
        floor.client("kms").create_alias(AliasName=names.scope.key_alias, TargetKeyId=key)
    with suppress(ClientError):
        floor.client("iam").create_role(
            RoleName=names.scope.build_role, AssumeRolePolicyDocument=json.dumps(build_trust(names.scope))
        )
    _protect(floor, key)
    config = load(floor.config)
    for runbook, role in {
        Document.approval: names.approval.role,
        Document.evidence: names.evidence.role,
        Document.retirement: names.retirement.role,
        Document.revocation: names.revocation.role,
        Document.rollback: names.rollback.role,
        Document.outcome: names.scope.outcome.role,
    }.items():
        bound, confinement = deployed(config, floor.image, runbook, key_arn=key, share_arn=floor.factory.share_arn)
        policy = json.dumps(to_policy(automation_statements(bound, confinement)))
        floor.client("iam").put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=policy)
    yield floor
    bucket = floor.image.evidence_bucket
    floor.client("s3").delete_bucket_policy(Bucket=bucket)
    floor.client("s3").delete_bucket_encryption(Bucket=bucket)


def _protect(floor: Floor, key: str) -> None:
    s3, bucket = floor.client("s3"), floor.image.evidence_bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": policy_of(floor)}))


def policy_of(floor: Floor) -> list[dict[str, Any]]:
    """Write the policy of the bucket of evidence as stacks/bucket.py has it."""
    names = floor.image.names
    arn = names.scope.bucket_arn(floor.image.evidence_bucket)
    writers = {"evidence": names.evidence.role_arn, "decisions": names.scope.outcome.role_arn}
    denial = {"Effect": "Deny", "Principal": {"AWS": "*"}}
    writing = [
        denial
        | {
            "Sid": f"OnlyItsRunbooksWrite{folder}",
            "Action": "s3:PutObject",
            "Resource": f"{arn}/{folder}/*",
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": [role]}},
        }
        for folder, role in writers.items()
    ]
    elsewhere = {"Sid": "Elsewhere", "Action": "s3:PutObject", "NotResource": [f"{arn}/{each}/*" for each in writers]}
    deleting = {
        "Sid": "NobodyDeletes",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": f"{arn}/*",
    }
    return [*writing, denial | elsewhere, denial | deleting]
