"""Versions with their findings, and what runs of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golden_ami.operate.amis import instances_of
from golden_ami.operate.findings import Counts, at_approval, on_instances
from golden_ami.operate.place import Place
from golden_ami.operate.unknown import Unknown, asked
from golden_ami.operate.versions import Version, versions_of

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory


@dataclass(frozen=True, kw_only=True)
class Running:
    """What runs of an AMI in one Region, in this account.

    Attributes
    ----------
    ami : str
        Id.
    instances : int or Unknown
        Of this account, stopped ones too.
    findings : Counts, Unknown or None
        On running instances, summed; None: there is no instance.
    """

    ami: str
    instances: int | Unknown
    findings: Counts | Unknown | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A version, its findings when people were asked, and what runs of it.

    Attributes
    ----------
    name : str
        Of the image in the configuration.
    version : Version
        Which.
    at_approval : Counts, Unknown or None
        None: no evidence was collected.
    running : mapping of str to Running
        By Region.
    """

    name: str
    version: Version
    at_approval: Counts | Unknown | None
    running: Mapping[str, Running]

    @property
    def instances(self) -> int | Unknown:
        """Of this account, in all Regions."""
        counts = [each.instances for each in self.running.values()]
        unknown = next((each for each in counts if isinstance(each, Unknown)), None)
        return unknown or sum(each for each in counts if not isinstance(each, Unknown))


def entries(place: Place, factories: Sequence["ImageFactory"]) -> list[Entry]:
    """List every version of images, the newest of each first."""
    found = [(factory, version) for factory in factories for version in versions_of(place, factory)]
    running = _running(place, [version for _, version in found])
    return [
        Entry(
            name=factory.names.image,
            version=version,
            at_approval=at_approval(place, factory, version.execution) if version.execution else None,
            running={region: running[ami] for region, ami in version.amis.items()},
        )
        for factory, version in found
    ]


def _running(place: Place, versions: Sequence[Version]) -> dict[str, Running]:
    """Ask each Region once for all AMIs."""
    by_region: dict[str, list[str]] = {}
    for version in versions:
        for region, ami in version.amis.items():
            by_region.setdefault(region, []).append(ami)
    found = {}
    for region, amis in by_region.items():
        counts = _instances(place, region, amis)
        used = [ami for ami in amis if isinstance(counts, Unknown) or counts[ami]]
        findings = on_instances(place, region, used)
        for ami in amis:
            here = findings if isinstance(findings, Unknown) else findings.get(ami)
            found[ami] = Running(
                ami=ami,
                instances=counts if isinstance(counts, Unknown) else counts[ami],
                findings=here if ami in used else None,
            )
    return found


def _instances(place: Place, region: str, amis: Sequence[str]) -> dict[str, int] | Unknown:
    return asked(lambda: instances_of(place, region, amis))
