"""Who receives an image after its approval, when it is built, and how many findings are too many."""

import re
import zoneinfo
from collections.abc import Iterator
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field

from golden_ami.config.organization import Organization
from golden_ami.config.problems import Problem
from golden_ami.config.types import Count, Flag, Model


class Sharing(Model):
    """Receivers of an approved image.

    Attributes
    ----------
    launch : tuple of str
        Who may launch instances of the AMI: ``organization``, names of units, account ids.
    image_builder : tuple of str
        Who may build upon the image in Image Builder, through RAM. Each must be covered by ``launch``, because RAM
        shares neither the AMI nor its key.
    share_parameter : bool
        Share the parameter with the approved AMI's id of the home Region with ``image_builder`` too. It is of the
        Advanced tier then, which costs; RAM shares no others.
    """

    launch: tuple[str, ...] = ()
    image_builder: tuple[str, ...] = ()
    share_parameter: Flag = False

    def problems_in(self, organization: Organization, partition: str) -> Iterator[Problem]:
        """Say which receivers are unknown, outside the organization, twice there, or not covered by ``launch``."""
        if self.share_parameter and not self.image_builder:
            yield Problem(("share_parameter",), "has nobody to share with; add receivers to sharing.image_builder")
        resolved: dict[str, list[str]] = {"launch": [], "image_builder": []}
        for key, found in resolved.items():
            for index, principal in enumerate(getattr(self, key)):
                try:
                    target = organization.resolve(principal, partition)
                except ValueError as error:
                    yield Problem((key, index), str(error))
                    continue
                if target in found:
                    yield Problem((key, index), f"{principal!r} is there twice; remove one")
                elif key == "image_builder" and not self._covers(
                    organization.arn(partition), target, resolved["launch"]
                ):
                    yield Problem(
                        (key, index),
                        f"{principal!r} could not launch the AMI that the image holds; add it to sharing.launch",
                    )
                found.append(target)

    @staticmethod
    def _covers(everybody: str, target: str, launch: list[str]) -> bool:
        return target in launch or everybody in launch


_FIELDS: dict[str, str] = {
    "minutes": r"[0-9*,/-]+",
    "hours": r"[0-9*,/-]+",
    "day of month": r"[0-9*?,/LW-]+",
    "month": r"[0-9A-Z*,/-]+",
    "day of week": r"[0-9A-Z*?,/L#-]+",
    "year": r"[0-9*,/-]+",
}


def _expression(value: str) -> str:
    inner = re.fullmatch(r"cron\((.*)\)", value)
    if not inner:
        raise ValueError(f"{value!r} is no cron expression; write it like cron(0 6 ? * MON *)")
    fields = inner[1].split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"{value!r} has {len(fields)} fields, and EventBridge Scheduler wants six: {', '.join(_FIELDS)}; "
            "write it like cron(0 6 ? * MON *)"
        )
    for (name, pattern), field in zip(_FIELDS.items(), fields, strict=True):
        if not re.fullmatch(pattern, field):
            raise ValueError(f"{value!r}: {field!r} is no {name}; write it like cron(0 6 ? * MON *)")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(f"{value!r}: exactly one of day of month and day of week must be ?; write ? for the other")
    return value


def _timezone(value: str) -> str:
    if value not in _timezones():
        raise ValueError(f"{value!r} is no IANA time zone; write it like Europe/Paris or UTC")
    return value


@cache
def _timezones() -> frozenset[str]:
    """Walk the time zone database once, not for every schedule; ZoneInfo itself would also take ``posixrules``."""
    return frozenset(zoneinfo.available_timezones())


class Schedule(Model):
    """When EventBridge Scheduler starts the runbook.

    Attributes
    ----------
    expression : str
        Six-field cron expression.
    timezone : str
        IANA time zone.
    """

    expression: Annotated[str, AfterValidator(_expression)]
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"


class Findings(Model):
    """Most findings, by severity, with which people are asked at all; ``null`` is no limit.

    Attributes
    ----------
    critical, high, medium, all : int or None
        Counts, as ListImageScanFindingAggregations gives them, without those that are waived.
    max_scan_age_days : int
        Oldest scan with which people are asked, and with which an image is shared after they have decided. Image
        Builder scans the test instance once, so the scan is as old as the image.
    """

    critical: Count | None = 0
    high: Count | None = 0
    medium: Count | None = None
    all: Count | None = None
    max_scan_age_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 30

    def limits(self) -> dict[str, int]:
        """Severity to limit, without those that have none."""
        found = {"critical": self.critical, "high": self.high, "medium": self.medium, "all": self.all}
        return {severity: limit for severity, limit in found.items() if limit is not None}
