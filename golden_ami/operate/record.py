"""What consumers of an image find: the parameter with its AMI in each Region, and the record of what is approved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from golden_ami.errors import OperationError
from golden_ami.operate.faults import code_of
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory


@dataclass(frozen=True, kw_only=True)
class Published:
    """One image of the record.

    Attributes
    ----------
    image : str
        ARN of the Image Builder image.
    amis : mapping of str to str
        Region to AMI.
    execution, evidence : str
        Which approved it, and the SHA-256 upon which.
    """

    image: str
    amis: Mapping[str, str]
    execution: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """Which image is approved, and which was before.

    Attributes
    ----------
    approved, previous : Published or None
        None: there is none.
    since : datetime or None
        When it was written.
    """

    approved: Published | None
    previous: Published | None
    since: datetime | None

    def role_of(self, image: str) -> str:
        """Say what an image is to consumers: ``approved``, ``previous``, or nothing."""
        for role in ("approved", "previous"):
            found: Published | None = getattr(self, role)
            if found is not None and found.image == image:
                return role
        return ""


def read_record(place: Place, factory: "ImageFactory") -> Record:
    """Read the record of an image; before the first approval it is empty.

    Raises
    ------
    OperationError
        When somebody has written something else into the parameter.
    """
    name = f"{factory.names.parameter}/approved"
    stored = _stored(place, name)
    text = str(stored.get("Value", ""))
    try:
        content = json.loads(text) if text else {}
        approved = _published(content) if content else None
        previous = _published(content["previous"]) if content.get("previous") else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OperationError(
            f"parameter {name} is no record of an approved image",
            remedy="read its history (`aws ssm get-parameter-history`), and put the last record back",
        ) from error
    return Record(approved=approved, previous=previous, since=stored.get("LastModifiedDate"))


def parameter(place: Place, name: str, *, region: str | None = None) -> str:
    """Read a parameter; one that is not there is empty."""
    return str(_stored(place, name, region=region).get("Value", ""))


def _stored(place: Place, name: str, *, region: str | None = None) -> Mapping[str, Any]:
    try:
        return dict(place.connection.client("ssm", region=region).get_parameter(Name=name)["Parameter"])
    except Exception as error:
        if code_of(error) == "ParameterNotFound":
            return {}
        raise


def _published(content: Mapping[str, object]) -> Published:
    amis = content["amis"]
    if not isinstance(amis, dict):
        raise TypeError
    return Published(
        image=str(content["image"]),
        amis={str(region): str(ami) for region, ami in amis.items()},
        execution=str(content["execution"]),
        evidence=str(content.get("evidence", "")),
    )
