"""Objects of the evidence bucket, as approvers may read them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from golden_ami.operate.faults import code_of
from golden_ami.operate.place import Place

_MISSING = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An object in a list.

    Attributes
    ----------
    key : str
        Its key.
    written : datetime
        When it was.
    """

    key: str
    written: datetime

    @property
    def execution(self) -> str:
        """The execution that it is named after."""
        return self.key.rpartition("/")[2].removesuffix(".json")


@dataclass(frozen=True, kw_only=True)
class Object:
    """An object that was read.

    Attributes
    ----------
    bucket, key : str
        Where it is.
    body : bytes
        All of it.
    """

    bucket: str
    key: str
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def location(self) -> str:
        """Where it is, as ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


def get(place: Place, bucket: str, key: str) -> Object | None:
    """Read an object; nothing when it is not there.

    Who may list only below a prefix is told ``AccessDenied`` of what is not there, so such a refusal is looked into.
    """
    s3 = place.connection.client("s3")
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except Exception as error:
        if code_of(error) in _MISSING or (code_of(error) == "AccessDenied" and not _is_there(place, bucket, key)):
            return None
        raise
    return Object(bucket=bucket, key=key, body=body)


def below(place: Place, bucket: str, folder: str) -> Iterator[Listed]:
    """List a folder, page after page."""
    pages = place.connection.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{folder}/")
    for page in pages:
        for each in page.get("Contents", ()):
            yield Listed(key=each["Key"], written=each["LastModified"])


def _is_there(place: Place, bucket: str, key: str) -> bool:
    try:
        found = place.connection.client("s3").list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    except Exception as error:
        if code_of(error) == "AccessDenied":
            return True
        raise
    return any(each["Key"] == key for each in found.get("Contents", ()))
