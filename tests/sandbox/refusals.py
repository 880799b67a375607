"""What a refusal looks like to a caller."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


class Refusal:
    """Filled when the block ends."""

    code = ""
    message = ""
    status = 0
    retries = 0


@contextmanager
def refused(code: str, *words: str) -> Iterator[Refusal]:
    """Expect the service's error of that code, whose message has the words."""
    refusal = Refusal()
    with pytest.raises(ClientError) as caught:
        yield refusal
    response = caught.value.response
    refusal.code = response["Error"]["Code"]
    refusal.message = response["Error"]["Message"]
    refusal.status = response["ResponseMetadata"]["HTTPStatusCode"]
    refusal.retries = response["ResponseMetadata"]["RetryAttempts"]
    assert refusal.code == code, refusal.message
    for word in words:
        assert word in refusal.message
