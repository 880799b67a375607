"""What to type to decide, and to make sure that the document is still the one that was shown."""

import shlex
from dataclasses import dataclass
from typing import Self

from golden_ami.evidence.model import Evidence


@dataclass(frozen=True)
class Commands:
    """Lines for a shell; whatever comes from outside is quoted for it.

    Attributes
    ----------
    approve, deny : tuple of str
        With this project's command, and with the AWS command line alone.
    check : str
        Prints the SHA-256 of the document.
    """

    approve: tuple[str, str]
    deny: tuple[str, str]
    check: str

    @classmethod
    def of(cls, evidence: Evidence, *, location: str, region: str | None, deployment: str | None) -> Self:
        """Word them for an execution."""
        execution = evidence.execution.id
        which = f"{execution} --deployment {shlex.quote(deployment)}" if deployment else execution
        signal = (
            f"aws ssm send-automation-signal --region {shlex.quote(region or evidence.image.region)} "
            f"--automation-execution-id {execution} --signal-type"
        )
        return cls(
            approve=(f"golden-ami approve {which}", f"{signal} Approve --payload Comment=REASON"),
            deny=(f"golden-ami deny {which} --comment REASON", f"{signal} Reject --payload Comment=REASON"),
            check=f"aws s3 cp {shlex.quote(location)} - | sha256sum",
        )
