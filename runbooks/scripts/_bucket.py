"""What scripts do with the evidence bucket: write an object once, and read what is there."""

import hashlib
import json
from typing import Any

from _aws import call, code
from botocore.exceptions import ParamValidationError


def put_once(bucket: str, key: str, document: dict[str, Any]) -> None:
    """Write a JSON document, which S3 checks by its SHA-256, unless one is there."""
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    given = {"Bucket": bucket, "Key": key, "Body": text.encode(), "ContentType": "application/json"}
    given["ChecksumAlgorithm"] = "SHA256"
    try:
        call("s3", "PutObject", IfNoneMatch="*", **given)
    except ParamValidationError:
        # A boto3 from before conditional writes (August 2024): the bucket's versions keep what was there.
        call("s3", "PutObject", **given)
    except Exception as error:
        if code(error) != "PreconditionFailed":
            raise


def stored(bucket: str, key: str) -> tuple[bytes, str]:
    """Read what is there, which may be anything, and give its SHA-256 in hexadecimal beside it."""
    try:
        body = call("s3", "GetObject", Bucket=bucket, Key=key)["Body"].read()
    except Exception as error:
        if code(error) == "NoSuchKey":
            raise FileNotFoundError(f"s3://{bucket}/{key} is not there") from error
        raise
    return body, hashlib.sha256(body).hexdigest()
