"""A bucket's policy denies to those whom it means, and to nobody else."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox.server import LocalAws
from tests.sandbox.refusals import refused

ACCOUNT = "222222222222"
VERSION = "2012-10-17"


@pytest.fixture
def bucket(local: LocalAws) -> str:
    s3 = local.client("s3")
    name = f"evidence-{uuid4()}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


def _role(local: LocalAws, name: str) -> Any:
    """S3 as a role that may do everything by its own policies."""
    iam = local.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    trusting = json.dumps({"Version": VERSION, "Statement": [trust]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    everything = {"Version": VERSION, "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
    taken = local.client("sts").assume_role(RoleArn=arn, RoleSessionName="somebody")["Credentials"]
    keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    return local.session(*keys).client("s3", endpoint_url=local.url)


def _deny(local: LocalAws, bucket: str, **statement: Any) -> None:
    denial = {"Sid": "No", "Effect": "Deny", "Principal": {"AWS": "*"}, **statement}
    policy = json.dumps({"Version": VERSION, "Statement": [denial]})
    local.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def test_only_the_role_that_is_meant_writes(local: LocalAws, bucket: str) -> None:
    writer, other = _role(local, "writer"), _role(local, "other")
    _deny(
        local,
        bucket,
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::{bucket}/evidence/*",
        Condition={"ArnNotEquals": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:role/writer"]}},
    )
    writer.put_object(Bucket=bucket, Key="evidence/a", Body=b"1")
    for s3 in (other, local.client("s3")):
        with refused("AccessDenied"):
            s3.put_object(Bucket=bucket, Key="evidence/b", Body=b"1")
        s3.put_object(Bucket=bucket, Key="elsewhere/b", Body=b"1")


def test_nobody_writes_elsewhere(local: LocalAws, bucket: str) -> None:
    _deny(local, bucket, Action="s3:PutObject", NotResource=[f"arn:aws:s3:::{bucket}/evidence/*"])
    local.client("s3").put_object(Bucket=bucket, Key="evidence/a", Body=b"1")
    with refused("AccessDenied"):
        local.client("s3").put_object(Bucket=bucket, Key="decisions/a", Body=b"1")


def test_nobody_deletes_one_or_several(local: LocalAws, bucket: str) -> None:
    s3 = local.client("s3")
    s3.put_object(Bucket=bucket, Key="evidence/a", Body=b"1")
    _deny(local, bucket, Action="s3:DeleteObject", Resource=f"arn:aws:s3:::{bucket}/*")
    with refused("AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="evidence/a")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "evidence/a"}]})
    assert [each["Code"] for each in answer["Errors"]] == ["AccessDenied"]
    assert s3.get_object(Bucket=bucket, Key="evidence/a")["Body"].read() == b"1"


def test_a_second_object_of_the_same_key_is_refused_when_none_may_be_there(local: LocalAws, bucket: str) -> None:
    s3 = local.client("s3")
    s3.put_object(Bucket=bucket, Key="evidence/a", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="evidence/a", Body=b"2", IfNoneMatch="*")
    assert s3.get_object(Bucket=bucket, Key="evidence/a")["Body"].read() == b"1"


def test_transport_is_encrypted_as_far_as_policies_can_tell(local: LocalAws, bucket: str) -> None:
    _deny(local, bucket, Action="s3:*", Resource="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    local.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
