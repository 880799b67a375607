"""Render evidence as one HTML file."""

from golden_ami.evidence.decision import Decision
from golden_ami.evidence.model import Evidence


def render(
    evidence: Evidence,
    *,
    decision: Decision | None = None,
    digest: str,
    location: str,
    region: str | None = None,
    deployment: str | None = None,
) -> str:
    """Write the page: one file, which asks nobody for anything.

    Parameters
    ----------
    evidence : Evidence
        What is decided upon.
    decision : Decision, optional
        How that went, when it has been decided.
    digest : str
        SHA-256 of the evidence's bytes.
    location : str
        Where they are, as ``s3://bucket/key``.
    region : str, optional
        Region of the execution; that of the image without it.
    deployment : str, optional
        Name of the deployment, for the commands.

    Raises
    ------
    InputError
        When the decision is not upon this execution.
    """
    raise NotImplementedError
