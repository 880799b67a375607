"""A private, versioned, encrypted bucket."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_object_lock_configuration import S3BucketObjectLockConfigurationA
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import S3BucketOwnershipControls
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA
from constructs import Construct

from golden_ami.config.evidence import Evidence
from golden_ami.names import DeploymentNames
from stacks.text import policy


class Bucket(Construct):
    """A bucket that only its account reads, over TLS only, with one key.

    Parameters
    ----------
    name : str
        Bucket name.
    key_arn : str or None
        Key of its objects; S3's own keys without it.
    statements : sequence of dict
        Policy statements beside the one that demands TLS.
    retain : bool
        Refuse to destroy it; otherwise its objects go with it.
    expire_days : int or None
        Age at which objects are deleted.
    lock : Evidence or None
        For how long nobody deletes what is in it.

    Attributes
    ----------
    name : str
        Bucket name, which waits for the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: DeploymentNames,
        name: str,
        key_arn: str | None,
        statements: Sequence[dict[str, Any]] = (),
        retain: bool,
        expire_days: int | None = None,
        lock: Evidence | None = None,
    ) -> None:
        super().__init__(scope, id)
        locked = lock is not None and lock.lock_days is not None
        bucket = S3Bucket(
            self,
            "bucket",
            bucket=name,
            force_destroy=not retain,
            # Said only where it is wanted: to begin with it later would replace the bucket.
            object_lock_enabled=True if locked else None,
            lifecycle={"prevent_destroy": retain},
        )
        self.name = bucket.bucket
        closed = S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketPolicy(
            self,
            "policy",
            bucket=bucket.id,
            policy=policy({"Version": "2012-10-17", "Statement": [_tls_only(names.bucket_arn(name)), *statements]}),
            # S3 answers 409 to two concurrent changes of a bucket's access.
            depends_on=[closed],
        )
        S3BucketOwnershipControls(self, "ownership", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
        versions = S3BucketVersioningA(
            self, "versions", bucket=bucket.id, versioning_configuration={"status": "Enabled"}
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default={
                        "sse_algorithm": "aws:kms" if key_arn else "AES256",
                        "kms_master_key_id": key_arn,
                    },
                    bucket_key_enabled=True if key_arn else None,
                )
            ],
        )
        if expire_days:
            self._expire(bucket, expire_days)
        if lock is not None and locked:
            S3BucketObjectLockConfigurationA(
                self,
                "lock",
                bucket=bucket.id,
                rule={"default_retention": {"mode": lock.lock_mode, "days": lock.lock_days}},
                depends_on=[versions],
            )

    def _expire(self, bucket: S3Bucket, days: int) -> None:
        S3BucketLifecycleConfiguration(
            self,
            "expiry",
            bucket=bucket.id,
            rule=[
                S3BucketLifecycleConfigurationRule(
                    id="expire",
                    status="Enabled",
                    filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=days)],
                    noncurrent_version_expiration=[
                        S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=1)
                    ],
                    abort_incomplete_multipart_upload=[
                        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=1)
                    ],
                )
            ],
        )


def written_only_by(
    names: DeploymentNames, bucket: str, writers: Mapping[str, Sequence[str]], *, deletable: bool
) -> list[dict[str, Any]]:
    """Deny writing to everybody but the roles of each folder, and deleting to everybody.

    Parameters
    ----------
    bucket : str
        Bucket name.
    writers : mapping of str to sequence of str
        Pattern of objects to ARNs of the roles that may write them; IAM confines each of them further.
    deletable : bool
        Leave deletion to IAM, so that the stack can be destroyed.
    """
    arn = names.bucket_arn(bucket)
    folders = {pattern: f"{arn}/{pattern}" for pattern in writers}
    writing = [
        {
            "Sid": f"OnlyItsRunbooksWrite{number}",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:PutObject",
            "Resource": folders[pattern],
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": sorted(roles)}},
        }
        for number, (pattern, roles) in enumerate(writers.items())
    ]
    elsewhere = {
        "Sid": "NobodyWritesElsewhere",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:PutObject",
        "NotResource": list(folders.values()),
    }
    deleting = {
        "Sid": "NobodyDeletes",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": f"{arn}/*",
    }
    return [*writing, elsewhere] if deletable else [*writing, elsewhere, deleting]


def _tls_only(bucket_arn: str) -> dict[str, Any]:
    return {
        "Sid": "EncryptedTransportOnly",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
