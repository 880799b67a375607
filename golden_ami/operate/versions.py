"""Every version of an image that Image Builder has, and what it is to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from golden_ami.names import EXECUTION_TAG, OUTCOME_TAG
from golden_ami.operate.executions import Execution, listed, outcome_of, read
from golden_ami.operate.place import Place
from golden_ami.operate.record import Record, read_record

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

APPROVED: Final = "approved"
PREVIOUS: Final = "previous"
PENDING: Final = "pending approval"
BUILDING: Final = "building"
RETIRED_PENDING: Final = "retired-pending"
SUPERSEDED: Final = "superseded"
NEVER_ASKED: Final = "never asked"

_ROLES: Final[Mapping[str, str]] = {
    "approved": SUPERSEDED,
    "rolled-back": "rolled back",
    "denied": "denied",
    "expired": "expired",
    "revoked": "revoked",
    "retirement-pending": RETIRED_PENDING,
    "cancelled": "cancelled",
}
"""By the outcome that an image is tagged with; every other one is a failure."""

_READY: Final = frozenset({"AVAILABLE", "DEPRECATED", "DISABLED"})
_UNFINISHED: Final = frozenset({"PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"})


@dataclass(frozen=True, kw_only=True)
class Version:
    """One build of a version.

    Attributes
    ----------
    image : str
        ARN.
    version : str
        Semantic version and build number.
    built : datetime
        When it was created.
    state : str
        As Image Builder says.
    role : str
        What it is to people.
    outcome : str
        How its execution ended, as the image is tagged; empty before that.
    execution : str
        That built it; empty for another one's work.
    amis : mapping of str to str
        Region to AMI, as Image Builder says.
    """

    image: str
    version: str
    built: datetime
    state: str
    role: str
    outcome: str
    execution: str
    amis: Mapping[str, str]


def versions_of(place: Place, factory: "ImageFactory") -> list[Version]:
    """List the versions of an image, the newest first."""
    record = read_record(place, factory)
    waiting, pending = _concerned(place, factory)
    found = [_version(each, record, waiting, pending) for each in _builds(place, factory)]
    return sorted(found, key=lambda each: (each.built, each.version), reverse=True)


def _builds(place: Place, factory: "ImageFactory") -> Iterator[Mapping[str, Any]]:
    prefix = factory.images_arn.removesuffix("*")
    name = prefix.rstrip("/").rpartition("/")[2]
    filters = [{"name": "name", "values": [name]}]
    versions = place.connection.pages("imagebuilder", "list_images", "imageVersionList", owner="Self", filters=filters)
    for version in versions:
        # An image's name is a pattern to Image Builder.
        if not version["arn"].startswith(prefix):
            continue
        for build in place.connection.pages(
            "imagebuilder", "list_image_build_versions", "imageSummaryList", imageVersionArn=version["arn"]
        ):
            yield build if build.get("tags") else _read(place, build)


def _read(place: Place, build: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for an image itself where the list has no tags: they say what became of it."""
    found = place.connection.client("imagebuilder").get_image(imageBuildVersionArn=build["arn"])["image"]
    return {**build, **found}


def _concerned(place: Place, factory: "ImageFactory") -> tuple[dict[str, str], set[str]]:
    """Find which images are being built or decided upon, and which wait for the rest of their retirement."""
    waiting: dict[str, str] = {}
    pending: set[str] = set()
    settled: set[str] = set()
    for execution in listed(place, [factory]):
        if execution.does == "approval" and not execution.has_ended:
            found = read(place, execution.id)
            if found.image_arn:
                waiting[found.image_arn] = PENDING if found.asks else BUILDING
        elif execution.does == "retirement" and execution.has_ended:
            image = read(place, execution.id).image_arn
            # The newest one counts, and comes first.
            if image not in settled and _is_pending(place, execution):
                pending.add(image)
            settled.add(image)
    return waiting, pending


def _is_pending(place: Place, execution: Execution) -> bool:
    return execution.status == "Failed" and outcome_of(place, execution.id) == "retirement-pending"


def _version(build: Mapping[str, Any], record: Record, waiting: Mapping[str, str], pending: set[str]) -> Version:
    arn, tags = str(build["arn"]), build.get("tags", {})
    state, outcome = str(build.get("state", {}).get("status", "unknown")), str(tags.get(OUTCOME_TAG, ""))
    return Version(
        image=arn,
        version="/".join(arn.split("/")[-2:]),
        built=datetime.fromisoformat(str(build["dateCreated"]).replace("Z", "+00:00")),
        state=state,
        role=record.role_of(arn) or (RETIRED_PENDING if arn in pending else waiting.get(arn) or _role(state, outcome)),
        outcome=outcome,
        execution=str(tags.get(EXECUTION_TAG, "")),
        amis={str(ami["region"]): str(ami["image"]) for ami in build.get("outputResources", {}).get("amis", [])},
    )


def _role(state: str, outcome: str) -> str:
    if outcome:
        return _ROLES.get(outcome, "failed")
    if state in _UNFINISHED:
        return BUILDING
    return NEVER_ASKED if state in _READY else "failed"


def find_version(place: Place, factory: "ImageFactory", image: str) -> Version | None:
    """Find one version; None when Image Builder does not have it any more."""
    return next((each for each in versions_of(place, factory) if each.image == image), None)
