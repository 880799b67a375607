"""The record of a decision, as ``runbooks/scripts/record_decision.py`` writes it."""

import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from golden_ami.evidence.model import EXECUTION, IMAGE
from golden_ami.evidence.stored import Part, Stored


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


Text = Annotated[str | None, BeforeValidator(_text)]


class Said(Part):
    """What Systems Manager says of one decision; whatever it says more is kept as ``model_extra``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Text]

    approver: Text = None
    decision: Text = None
    comment: Text = None
    text: Text = None


class Digests(Part):
    """The SHA-256 of the evidence when people were asked, and when the record was written."""

    key: str
    then: Annotated[str, Field(alias="sha256")]
    now: Annotated[str, Field(alias="sha256_now")]


class Decision(Stored):
    """All of it.

    Attributes
    ----------
    outcome : str
        How the execution ended, such as ``approved`` or ``denied``.
    asked, decided, ended : str or None
        When.
    """

    KIND: ClassVar[str] = "record of a decision"
    SCHEMA: ClassVar[str] = "golden-ami-decision/1"

    schema_version: Annotated[Literal["golden-ami-decision/1"], Field(alias="schema")]
    execution: Annotated[str, Field(pattern=EXECUTION)]
    document: str
    document_version: str
    started_by: str
    outcome: str
    ended: str | None
    image: Annotated[str, Field(pattern=IMAGE)]
    asked: str | None
    decided: str | None
    decisions: tuple[Said, ...]
    evidence: Digests
