"""Keys, buckets, volumes, logs and versions: what the rules about them let pass, and what not."""

from typing import Any

from tests.review.building import ACCOUNT, KEY, Raw, allow, key, policy, resource, statement

BUCKET = f"golden-ami-evidence-{ACCOUNT}-eu-west-1"
FOREVER = {"Sid": "NobodyDeletes", "Effect": "Deny", "Principal": {"AWS": "*"},
           "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"], "Resource": f"arn:aws:s3:::{BUCKET}/*"}  # fmt: skip


def _evidence(*statements: Raw, versions: str = "Enabled", destroy: bool = False) -> list[Raw]:
    return [
        resource("aws_s3_bucket", "evidence", {"bucket": BUCKET, "force_destroy": destroy}),
        resource("aws_s3_bucket_policy", "evidence", {"bucket": BUCKET, "policy": policy(*statements)}),
        resource(
            "aws_s3_bucket_versioning",
            "evidence",
            {"bucket": BUCKET, "versioning_configuration": [{"status": versions}]},
        ),
    ]


def _encrypted(algorithm: str, using: str | None = KEY) -> list[Raw]:
    rule = {"apply_server_side_encryption_by_default": [{"sse_algorithm": algorithm, "kms_master_key_id": using}]}
    return [
        resource("aws_s3_bucket", "b", {"bucket": "logs"}),
        resource("aws_s3_bucket_server_side_encryption_configuration", "b", {"bucket": "logs", "rule": [rule]}),
    ]


def _recipe(**volume: Any) -> Raw:
    mapping = {"device_name": "/dev/xvda", "ebs": [volume]}
    return resource("aws_imagebuilder_image_recipe", "r", {"name": "web", "block_device_mapping": [mapping]})


def _infrastructure(**values: Any) -> Raw:
    made: Raw = {
        "name": "web",
        "instance_metadata_options": [{"http_tokens": "required", "http_put_response_hop_limit": 1}],
        "logging": [{"s3_logs": [{"s3_bucket_name": "logs"}]}],
    }
    return resource("aws_imagebuilder_infrastructure_configuration", "i", made | values)


def _lifecycle(days: int) -> Raw:
    rule = {"id": "expire", "status": "Enabled", "expiration": [{"days": days}]}
    return resource("aws_s3_bucket_lifecycle_configuration", "l", {"bucket": "logs", "rule": [rule]})


def _lock(before: int, after: int | None) -> Raw:
    def locked(days: int) -> Raw:
        return {"bucket": BUCKET, "rule": [{"default_retention": [{"days": days, "mode": "GOVERNANCE"}]}]}

    kind = "aws_s3_bucket_object_lock_configuration"
    return resource(kind, "lock", None if after is None else locked(after), before=locked(before))


def _ended(kind: str, *actions: str, **values: Any) -> Raw:
    return resource(kind, "it", values if "create" in actions else None, before=values, actions=actions)


PASSING: dict[str, dict[str, list[Raw]]] = {
    "no-destroy": {
        "a new version of a recipe": [_ended("aws_imagebuilder_image_recipe", "create", "delete", version="1.0.1")],
        "a new key": [key()],
        "a role that goes": [_ended("aws_iam_role", "delete", name="x")],
    },
    "retention": {
        "a key that waits": [key()],
        "evidence that stays": _evidence(FOREVER),
        "two statements that say what one would": _evidence(
            FOREVER | {"Action": "s3:DeleteObject"}, FOREVER | {"Action": "s3:DeleteObjectVersion"}
        ),
        "a longer lock": [_lock(30, 400)],
    },
    "encryption": {
        "a rotated key": [key()],
        "a bucket with our key": _encrypted("aws:kms"),
        "a volume with our key": [_recipe(encrypted="true", kms_key_id=KEY)],
        "a topic with our key": [resource("aws_sns_topic", "t", {"kms_master_key_id": KEY})],
        "a queue": [resource("aws_sqs_queue", "q", {"sqs_managed_sse_enabled": True})],
    },
    "imdsv2": {"tokens, one hop": [_infrastructure()]},
    "logs": {"a bucket": [_infrastructure()], "logs that stay": [_lifecycle(90)]},
    "provider-version": {"the pin": []},
    "understood": {"a known type": [key(statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))]},
}

FAILING: dict[str, dict[str, tuple[list[Raw], str]]] = {
    "no-destroy": {
        "the key": ([_ended("aws_kms_key", "delete", policy="{}")], "is destroyed, and every instance"),
        "a replaced bucket": ([_ended("aws_s3_bucket", "delete", "create", bucket=BUCKET)], "is replaced"),
        "a forgotten key": ([_ended("aws_kms_key", "forget", policy="{}")], "is forgotten"),
        "the share": ([_ended("aws_ram_resource_share", "delete", name="s")], "loses that"),
        "a runbook": ([_ended("aws_ssm_document", "delete", name="GoldenAmiRevocation-web")], "taken back"),
    },
    "retention": {
        "a key that does not wait": ([key(deletion_window_in_days=7)], "is gone 7 days after"),
        "evidence that goes": (_evidence(FOREVER, destroy=True), "force_destroy"),
        "evidence that anybody deletes": (_evidence(), "lets its evidence be deleted"),
        "only its versions": (_evidence(FOREVER | {"Action": "s3:DeleteObjectVersion"}), "denies s3:deleteobject to"),
        "only a folder": (_evidence(FOREVER | {"Resource": f"arn:aws:s3:::{BUCKET}/evidence/*"}), "lets its evidence"),
        "only somebody": (_evidence(FOREVER | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/x"}}), "lets its"),
        "only sometimes": (_evidence(FOREVER | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}), "lets"),
        "nothing kept": (_evidence(FOREVER, versions="Suspended"), "does not keep what is overwritten"),
        "a shorter lock": ([_lock(400, 30)], "locks evidence for 30 days, and not for 400"),
        "no lock any more": ([_lock(400, None)], "locks evidence for nothing days, and not for 400"),
    },
    "encryption": {
        "a key that is not rotated": ([key(enable_key_rotation=False)], "is not rotated"),
        "a bucket with S3's key": (_encrypted("AES256"), "encrypts with AES256"),
        "a bucket with AWS's key": (_encrypted("aws:kms", "alias/aws/s3"), "AWS's own key"),
        "a bucket with a stranger's key": (_encrypted("aws:kms", KEY.replace(ACCOUNT, "999999999999")), "not of our account"),
        "a plain volume": ([_recipe(encrypted="false")], "which is not encrypted"),
        "a volume with AWS's key": ([_recipe(encrypted="true")], "does not encrypt volumes with a key of ours"),
        "a plain topic": ([resource("aws_sns_topic", "t", {"name": "t"})], "does not encrypt its messages"),
        "a plain queue": ([resource("aws_sqs_queue", "q", {"sqs_managed_sse_enabled": False})], "is not encrypted"),
    },
    "imdsv2": {
        "optional": ([_infrastructure(instance_metadata_options=[{"http_tokens": "optional"}])], "http_tokens optional"),
        "far away": (
            [_infrastructure(instance_metadata_options=[{"http_tokens": "required", "http_put_response_hop_limit": 2}])],
            "2 hops",
        ),
        "nothing said": ([_infrastructure(instance_metadata_options=[])], "http_tokens nothing"),
    },
    "logs": {
        "none": ([_infrastructure(logging=[])], "keeps no build logs"),
        "gone soon": ([_lifecycle(3)], "deletes objects after 3 days"),
    },
    "understood": {
        "a type that nobody knows": ([resource("aws_lambda_permission", "p", {"principal": "*"})], "nobody here knows"),
        "a hidden policy": (
            [resource("aws_kms_key", "key", {"policy": policy()}, after_sensitive={"policy": True})],
            "hides policy as sensitive",
        ),
        "a policy that is no JSON": ([resource("aws_kms_key", "key", {"policy": "{"})], "the policy is not JSON"),
        "a key said twice": (
            [resource("aws_kms_key", "key", {"policy": '{"Statement": [], "Statement": []}'})],
            "says Statement twice",
        ),
        "a statement of a new kind": ([key(allow("kms:Decrypt") | {"Purpose": "x"})], "has Purpose"),
    },
}  # fmt: skip
