"""Which versions of an image may go, why the other ones stay, and how they go."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from golden_ami.errors import InputError
from golden_ami.operate.amis import amis_of, instances_of
from golden_ami.operate.outcomes import outcome, reason
from golden_ami.operate.place import Place
from golden_ami.operate.starting import start_runbook
from golden_ami.operate.unknown import Unknown, asked, unknown
from golden_ami.operate.versions import APPROVED, BUILDING, PENDING, PREVIOUS, Version, versions_of
from golden_ami.operate.watching import follow

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

AT_A_TIME: Final = 3
"""Executions that run at a time; an account has 100."""

_STAY: Final = {
    APPROVED: "it is the approved one",
    PREVIOUS: "it was approved before, and consumers get it back when the approved one goes",
    PENDING: "people are asked about it",
    BUILDING: "it is being built",
}
_AGE: Final = re.compile(r"([0-9]{1,5})d")


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of a version.

    Attributes
    ----------
    version : Version
        Which.
    stays_because : str
        Why it stays; empty when it goes.
    """

    version: Version
    stays_because: str

    @property
    def goes(self) -> bool:
        """Whether it is retired."""
        return not self.stays_because


@dataclass(frozen=True, kw_only=True)
class Retired:
    """How the retirement of a version ended.

    Attributes
    ----------
    image : str
        ARN.
    execution : str
        Id; empty when it could not be started.
    outcome : str
        As it was told, or else the execution's status.
    because : str
        Why it failed, or empty.
    """

    image: str
    execution: str
    outcome: str
    because: str

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it is left."""
        return self.outcome == "retired"


def age(text: str) -> timedelta:
    """Read an age such as ``30d``.

    Raises
    ------
    InputError
        When it is none.
    """
    found = _AGE.fullmatch(text)
    if not found:
        raise InputError(f"--older-than {text!r} is no number of days", remedy="write it like 30d")
    return timedelta(days=int(found[1]))


def fates(place: Place, factory: "ImageFactory", *, older_than: timedelta, keep: int) -> list[Fate]:
    """Decide about every version of an image, the newest first.

    Parameters
    ----------
    place, factory
        The image in its deployment.
    older_than : timedelta
        Younger versions stay.
    keep : int
        So many of the newest versions stay that neither are approved, nor were, nor are decided upon.
    """
    kept, found = 0, []
    versions = versions_of(place, factory)
    # AWS's clock, which has answered by now.
    now = place.connection.now
    for version in versions:
        because = _STAY.get(version.role, "")
        if not because and kept < keep:
            kept += 1
            because = f"it is among the {keep} newest that are kept"
        # A version that was built this second is not younger than no age.
        if not because and older_than and now - version.built < older_than:
            because = f"it is younger than {older_than.days} {'day' if older_than.days == 1 else 'days'}"
        found.append(Fate(version=version, stays_because=because or _in_use(place, factory, version)))
    return found


def _in_use(place: Place, factory: "ImageFactory", version: Version) -> str:
    """Say what holds a version that nothing else keeps; what cannot be read holds it, too."""
    held = asked(lambda: list(_holds(place, factory, version)))
    if isinstance(held, Unknown):
        return f"whether it is in use is {held}"
    return "; ".join(held)


def _holds(place: Place, factory: "ImageFactory", version: Version) -> Iterator[str]:
    for region, amis in amis_of(place, factory, version.image).items():
        for ami in amis:
            state = str(ami.get("DeregistrationProtection", "disabled"))
            if state.startswith("enabled"):
                yield f"{ami['ImageId']} in {region} is protected against deregistration"
            elif state.startswith("disabled-until"):
                yield f"the protection of {ami['ImageId']} in {region} lasts until {state[len('disabled-until-') :]}"
        identifiers = [str(ami["ImageId"]) for ami in amis]
        for ami_id, number in (instances_of(place, region, identifiers) if identifiers else {}).items():
            if number:
                plural = "instance of this account runs" if number == 1 else "instances of this account run"
                yield f"{number} {plural} {ami_id} in {region}"


def retire(
    place: Place,
    factory: "ImageFactory",
    images: Sequence[str],
    *,
    because: str = "",
    tell: Callable[[Retired], None],
) -> list[Retired]:
    """Retire versions, some at a time, and wait for the end of each.

    Parameters
    ----------
    place, factory
        The image in its deployment.
    images : sequence of str
        ARNs.
    because : str
        Reason, which only the approved version and the one before need.
    tell : callable
        Is given each result when it is there.
    """
    # Clients are made before threads share them: boto3's sessions are not safe for threads.
    place.connection.client("ssm")

    def one(image: str) -> Retired:
        found = _retire(place, factory, image, because)
        tell(found)
        return found

    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        return list(pool.map(one, images))


def _retire(place: Place, factory: "ImageFactory", image: str, because: str) -> Retired:
    parameters = {"ImageBuildVersionArn": image} | ({"RetireApprovedBecause": because} if because else {})
    execution = ""
    try:
        execution = start_runbook(place, factory.names.retirement.document, parameters)
        ended = follow(place, execution)
    except Exception as error:  # the other versions must still be reported
        return Retired(image=image, execution=execution, outcome="unknown", because=unknown(error).unknown)
    return Retired(image=image, execution=execution, outcome=outcome(ended), because=reason(ended))
