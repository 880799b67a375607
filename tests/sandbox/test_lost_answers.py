"""A call that an SDK sends again, because its answer was lost, is answered again, and not carried out again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from golden_ami.sandbox.endpoint import SECRET
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, access_key_of
from golden_ami.sandbox.server import LocalAws

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@contextmanager
def _losing_the_first_answer(client: Any) -> Iterator[list[str]]:
    """Let the first request reach the sandbox, and its answer nobody."""
    send, sent = client._endpoint.http_session.send, []

    def losing(request: Any) -> AWSResponse:
        answer = send(request)
        sent.append(request.headers["amz-sdk-request"])
        if len(sent) == 1:
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    client._endpoint.http_session.send = losing
    try:
        yield sent
    finally:
        client._endpoint.http_session.send = send


def _patient(local: LocalAws) -> Any:
    """Return a client of IAM that tries again, as SDKs do unless they are told not to."""
    session = local.session(access_key_of(FACTORY_ACCOUNT), SECRET)
    config = Config(retries={"total_max_attempts": 3, "mode": "standard"}, proxies={})
    return session.client("iam", endpoint_url=local.url, config=config)


def test_a_role_is_made_once_although_the_answer_was_lost(local, caplog):
    iam = _patient(local)
    with _losing_the_first_answer(iam) as sent:
        made = iam.create_role(RoleName="once", AssumeRolePolicyDocument=TRUST)["Role"]
    assert len(sent) == 2
    assert made["RoleId"] == iam.get_role(RoleName="once")["Role"]["RoleId"]
    assert "its answer was lost" in caplog.text


def test_a_second_call_with_the_same_content_is_a_call_of_its_own(local):
    iam = local.client("iam")
    iam.create_role(RoleName="twice", AssumeRolePolicyDocument=TRUST)
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        iam.create_role(RoleName="twice", AssumeRolePolicyDocument=TRUST)


def test_an_error_is_not_remembered(local):
    iam = _patient(local)
    with _losing_the_first_answer(iam) as sent, pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="nobody")
    assert len(sent) == 2


def test_what_was_answered_long_ago_is_forgotten(local):
    s3 = local.client("s3")
    kept = []
    s3.meta.events.register("before-send.s3.ListBuckets", lambda request, **_: kept.append(request) or None)
    s3.list_buckets()
    for _ in range(130):
        local.client("sts").get_caller_identity()
    send = s3._endpoint.http_session.send
    local.client("s3").create_bucket(Bucket="new", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert b"<Name>new</Name>" in send(kept[0]).content
