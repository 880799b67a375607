"""What is in the evidence bucket stays as it was written first, and is known by its SHA-256."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.bucket import BUCKET, KEY, NO_EVIDENCE, Bucket
from tests.runbooks.scripts.conftest import Aws, Script, error, load

characters = st.characters(exclude_categories=["Cs"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(characters),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(characters), inner),
    max_leaves=8,
)
documents = st.dictionaries(st.text(characters), values)


class OldBoto3(Aws):
    """Calls with a boto3 from before conditional writes."""

    def call(self, service: str, api: str, *, region: str | None = None, **parameters: Any) -> Any:
        if "IfNoneMatch" in parameters:
            raise ParamValidationError(report='Unknown parameter in input: "IfNoneMatch"')
        return super().call(service, api, region=region, **parameters)


@given(documents, st.sampled_from([Aws, OldBoto3]))
def test_what_was_put_is_stored_and_its_digest_is_that_of_the_stored_bytes(
    document: dict[str, Any], kind: type[Aws]
) -> None:
    aws = kind()
    bucket, module = Bucket(aws), load("_bucket", aws)
    module.put_once(BUCKET, KEY, document)
    body, digest = module.stored(BUCKET, KEY)
    assert body == bucket.objects[KEY]
    assert json.loads(body) == document
    assert digest == hashlib.sha256(body).hexdigest()
    (asked,) = aws.requested("PutObject")
    assert asked["ChecksumAlgorithm"] == "SHA256"
    assert asked["ContentType"] == "application/json"


@given(documents, st.randoms(use_true_random=False))
def test_the_same_document_gives_the_same_bytes(document: dict[str, Any], random: Any) -> None:
    pairs = list(document.items())
    random.shuffle(pairs)
    aws = Aws()
    bucket, module = Bucket(aws), load("_bucket", aws)
    module.put_once(BUCKET, "first", document)
    module.put_once(BUCKET, "second", dict(pairs))
    assert bucket.objects["first"] == bucket.objects["second"]


@given(documents, documents)
def test_an_object_is_written_once(first: dict[str, Any], second: dict[str, Any]) -> None:
    aws = Aws()
    bucket, module = Bucket(aws), load("_bucket", aws)
    module.put_once(BUCKET, KEY, first)
    module.put_once(BUCKET, KEY, second)
    assert bucket.document() == first
    assert {asked["IfNoneMatch"] for asked in aws.requested("PutObject")} == {"*"}


@pytest.mark.parametrize(
    "problem",
    [
        error("AccessDenied"),
        error("ConditionalRequestConflict"),
        error("BadDigest"),
        error("NoSuchBucket"),
        error(""),
        EndpointConnectionError(endpoint_url="https://s3"),
        ValueError("PreconditionFailed"),
    ],
    ids=str,
)
def test_any_other_error_is_no_written_object(aws: Aws, script: Script, problem: Exception) -> None:
    aws.answers["s3", "PutObject"] = problem
    with pytest.raises(type(problem)):
        script("_bucket").put_once(BUCKET, KEY, {})
    assert len(aws.requests) == 1


@pytest.mark.parametrize("code", ["AccessDenied", "PreconditionFailed"])
def test_an_old_boto3_writes_without_a_condition_and_hides_no_error(code: str) -> None:
    aws = OldBoto3()
    aws.answers["s3", "PutObject"] = error(code)
    with pytest.raises(ClientError, match=code):
        load("_bucket", aws).put_once(BUCKET, KEY, {})
    assert len(aws.requests) == 1


def test_parameters_that_no_boto3_takes_are_still_refused() -> None:
    aws = OldBoto3()
    Bucket(aws)
    with pytest.raises(AssertionError):
        load("_bucket", aws).put_once(BUCKET, None, {})


@pytest.mark.parametrize("now", NO_EVIDENCE.values(), ids=NO_EVIDENCE)
def test_the_digest_is_of_bytes_and_not_of_what_they_mean(aws: Aws, script: Script, now: bytes) -> None:
    bucket = Bucket(aws)
    module = script("_bucket")
    module.put_once(BUCKET, KEY, {"schema": "golden-ami-evidence/1"})
    before = module.stored(BUCKET, KEY)[1]
    bucket.objects[KEY] = now
    assert module.stored(BUCKET, KEY) == (now, hashlib.sha256(now).hexdigest())
    assert module.stored(BUCKET, KEY)[1] != before


def test_what_is_not_there_is_named(aws: Aws, script: Script) -> None:
    aws.answers["s3", "GetObject"] = error("NoSuchKey")
    with pytest.raises(FileNotFoundError, match=f"s3://{BUCKET}/{KEY} is not there"):
        script("_bucket").stored(BUCKET, KEY)


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidObjectState"])
def test_what_cannot_be_read_is_not_taken_for_gone(aws: Aws, script: Script, code: str) -> None:
    aws.answers["s3", "GetObject"] = error(code)
    with pytest.raises(ClientError, match=code):
        script("_bucket").stored(BUCKET, KEY)
