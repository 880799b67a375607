"""What revoking an image, or going back to the one before, would change; and the start of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golden_ami.errors import InputError, OperationError
from golden_ami.operate.access import Access, read_access
from golden_ami.operate.amis import is_known
from golden_ami.operate.place import Place
from golden_ami.operate.receivers import in_words
from golden_ami.operate.record import Published, read_record
from golden_ami.operate.starting import start_tagged
from golden_ami.operate.unknown import Unknown

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

LONGEST_REASON = 500
"""As the runbooks take it."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What would be otherwise.

    Attributes
    ----------
    image : str
        ARN of the version that is revoked, or becomes current again.
    role : str
        What it is to consumers now; empty where it is nothing.
    lose, gain : tuple of str
        Who could launch or build upon it no more, and who could again, in words.
    unknown : tuple of str
        What could not be found out about that.
    consumers : mapping of str to str
        Region to what the parameter says afterwards, where that changes.
    notes : tuple of str
        What else is to be known.
    """

    image: str
    role: str
    lose: tuple[str, ...] = ()
    gain: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    consumers: Mapping[str, str]
    notes: tuple[str, ...] = ()


def reason(text: str) -> str:
    """Check a reason as the runbooks do, before anybody is asked.

    Raises
    ------
    InputError
        When it is none, or too long.
    """
    said = " ".join(text.split())
    if said.lower() in {"", "none"}:
        raise InputError("--because says nothing", remedy="give the reason; it is told and recorded")
    if len(said) > LONGEST_REASON:
        raise InputError(
            f"--because has {len(said)} characters", remedy=f"say it in {LONGEST_REASON}; a link may hold the rest"
        )
    if "{{" in said:
        # Systems Manager would look for a parameter of that name.
        raise InputError("--because holds {{", remedy="write it without")
    return said


def revocation(place: Place, factory: "ImageFactory", image: str) -> Change:
    """Say what a revocation of a version would change.

    Raises
    ------
    InputError
        When there is nothing of it: a mistyped version must not count as revoked.
    """
    record, access = read_record(place, factory), read_access(place, factory, image)
    role = record.role_of(image)
    if not access.amis and not role and not is_known(place, image):
        raise InputError(
            f"there is no {image}, and no AMI of it: it was retired, or never built",
            remedy=f"name one that `golden-ami images {factory.names.image}` shows",
        )
    notes = []
    if factory.revocation.approval:
        notes.append(f"{factory.approval.required} of the approvers must approve it first.")
    if factory.revocation.disable:
        notes.append("Its AMIs are disabled: nobody launches them any more, not even this account.")
    if role == "previous":
        notes.append("A rollback to it would be impossible.")
    notes.append("Instances that run go on running; nothing is deleted.")
    return Change(
        image=image,
        role=role,
        lose=_holders(access),
        unknown=access.unknowns,
        consumers=_afterwards(factory, record.approved, record.previous) if role == "approved" else {},
        notes=tuple(notes),
    )


def rollback(place: Place, factory: "ImageFactory") -> Change:
    """Say what going back to the version that was approved before would change.

    Raises
    ------
    OperationError
        When there is none.
    """
    record = read_record(place, factory)
    if record.approved is None or record.previous is None:
        raise OperationError(
            f"no version of {factory.names.image} was approved before the current one",
            remedy="approve another version, or revoke the current one",
        )
    before = record.previous
    access = read_access(place, factory, before.image)
    has = _holders(access)
    named = dict.fromkeys(in_words(place, each) for each in factory.launch_principals)
    return Change(
        image=before.image,
        role="previous",
        gain=tuple(each for each in named if each not in has),
        unknown=access.unknowns,
        consumers=_afterwards(factory, record.approved, before),
        notes=(
            f"The current one, {record.approved.image}, stays shared: revoke it to take it back from everybody.",
            "Only those receive it whom it was approved for, and who are configured still.",
        ),
    )


def start_revocation(place: Place, factory: "ImageFactory", image: str, because: str) -> str:
    """Start the revocation runbook, and return the execution's id."""
    parameters = {"ImageBuildVersionArn": image, "RevokeBecause": because}
    return start_tagged(place, factory, factory.names.revocation.document, parameters)


def start_rollback(place: Place, factory: "ImageFactory", because: str) -> str:
    """Start the rollback runbook, and return the execution's id."""
    return start_tagged(place, factory, factory.names.rollback.document, {"RollbackBecause": because})


def _holders(access: Access) -> tuple[str, ...]:
    groups = [each.receivers for each in access.amis] + [access.builders]
    found = [each.words for group in groups if not isinstance(group, Unknown) for each in group]
    return tuple(dict.fromkeys(found))


def _afterwards(factory: "ImageFactory", now: Published | None, then: Published | None) -> dict[str, str]:
    regions = dict.fromkeys([*factory.regions, *(now.amis if now else ()), *(then.amis if then else ())])
    return {region: (then.amis.get(region) if then else None) or "not there any more" for region in regions}
