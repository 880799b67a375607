"""An evidence bucket that keeps what was written first, and can be tampered with."""

import hashlib
import io
import json
from typing import Any

from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.conftest import EXECUTION, Aws, error

BUCKET = NAMES.scope.evidence_bucket
KEY = f"{NAMES.evidence_folder}/{EXECUTION}.json"
DIGEST = "5e" * 32
NO_EVIDENCE = {
    "other JSON": b'{"schema": "other"}',
    "other bytes of the same JSON": b'{"schema":"golden-ami-evidence/1"}',
    "not an object": b"[]",
}
"""What an object may have become since; none of it is what was written."""


class Bucket:
    """S3 of a fake AWS: objects by key, of which a conditional write overwrites none.

    Attributes
    ----------
    objects : dict of str to bytes
        What is stored. Tests lose and change it here.
    """

    def __init__(self, aws: Aws) -> None:
        self.objects: dict[str, bytes] = {}
        aws.answers["s3", "PutObject"] = self._put
        aws.answers["s3", "GetObject"] = self._get

    def keep(self, key: str, body: bytes) -> str:
        """Store bytes, and give their SHA-256."""
        self.objects[key] = body
        return hashlib.sha256(body).hexdigest()

    def document(self, key: str = KEY) -> Any:
        """Read a document."""
        return json.loads(self.objects[key])

    def _put(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["Bucket"] == BUCKET
        if asked.get("IfNoneMatch") == "*" and asked["Key"] in self.objects:
            raise error("PreconditionFailed")
        self.objects[asked["Key"]] = asked["Body"]
        return {}

    def _get(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["Bucket"] == BUCKET
        if asked["Key"] not in self.objects:
            raise error("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[asked["Key"]])}
