"""What the demonstration looks for in the evidence bucket: what was asked upon, and who decided."""

import hashlib
import json
import time
from typing import Any, Final

from botocore.exceptions import ClientError
from rich.console import Console

from golden_ami.config import ImageFactory
from golden_ami.errors import SandboxError
from golden_ami.sandbox.server import LocalAws

_POLL: Final = 0.2
_PATIENCE: Final = 60


class Archive:
    """The evidence and the decisions of one image.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    factory : ImageFactory
        The image.
    console : Console
        Where people look.
    """

    def __init__(self, local: LocalAws, factory: ImageFactory, console: Console) -> None:
        self._s3 = local.client("s3")
        self._factory = factory
        self._console = console

    def show_evidence(self, execution: str) -> None:
        """Print what the evidence of an execution says, and how to know that it is still the same."""
        key = f"{self._factory.names.evidence_folder}/{execution}.json"
        body = self._read(key)
        evidence = json.loads(body)
        self._console.print(f"    Evidence: {key}, {len(body):,} bytes", highlight=False)
        self._console.print(f"    SHA-256:  {hashlib.sha256(body).hexdigest()}", highlight=False)
        difference = evidence["difference"]
        for kind in ("findings", "packages"):
            since = difference[kind] if difference and difference["known"] else {}
            counts = ", ".join(f"{len(found)} {name}" for name, found in since.items())
            text = f"    It has {len(evidence[kind])} {kind}" + (f" ({counts})" if counts else "")
            self._console.print(text, highlight=False)

    def expect_decision(self, execution: str, outcome: str) -> None:
        """Make sure that it is recorded who decided upon which evidence, and print it.

        Raises
        ------
        SandboxError
            When there is no record, or it says something else.
        """
        record = self._awaited(f"{self._factory.names.decision_folder}/{execution}.json")
        evidence = record["evidence"]
        if record["outcome"] != outcome or evidence["sha256"] != evidence["sha256_now"]:
            raise SandboxError(f"the record says {json.dumps(record)}", remedy=f"it must say {outcome}")
        for each in record["decisions"]:
            who = each["approver"].rpartition("/")[2]
            self._console.print(f"    Recorded: {who}: {each['decision']}, {each['comment']!r}", highlight=False)
        self._console.print(f"    Recorded: {outcome}, upon evidence {evidence['sha256'][:12]}...", highlight=False)

    def _awaited(self, key: str) -> Any:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return json.loads(self._read(key))
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchKey" or time.monotonic() > until:
                    raise SandboxError(f"{key} is not there: {error}", remedy="read the steps above") from error
                time.sleep(_POLL)

    def _read(self, key: str) -> bytes:
        found: bytes = self._s3.get_object(Bucket=self._factory.evidence_bucket, Key=key)["Body"].read()
        return found
