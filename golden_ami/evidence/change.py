"""The record of a revocation or a rollback, as ``runbooks/scripts/record_decision.py`` writes it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from golden_ami.evidence.decision import Said
from golden_ami.evidence.model import EXECUTION
from golden_ami.evidence.stored import Stored


class Change(Stored):
    """All of it.

    Attributes
    ----------
    because : str or None
        The reason that was given.
    outcome : str
        How the execution ended, such as ``revoked`` or ``rolled-back``.
    image : str or None
        ARN of what was revoked, or is current again; None when there was none.
    instead_of : str or None
        What was current until a rollback.
    access_until_now : tuple of str
        Who could launch what was revoked.
    decisions : tuple of Said
        Who decided, where people were asked.
    """

    KIND: ClassVar[str] = "record of a revocation or rollback"
    SCHEMA: ClassVar[str] = "golden-ami-change/1"

    schema_version: Annotated[Literal["golden-ami-change/1"], Field(alias="schema")]
    execution: Annotated[str, Field(pattern=EXECUTION)]
    document: str
    document_version: str
    started_by: str
    because: str | None
    outcome: str
    ended: str | None
    image: str | None
    instead_of: str | None
    access_until_now: tuple[str, ...]
    decisions: tuple[Said, ...]
