"""Findings that somebody has answered for, until a date."""

from typing import Annotated

from pydantic import Field

from golden_ami.config.types import Day, Model, Slug


class Waiver(Model):
    """One vulnerability that does not count, for a reason and for a time.

    An expired waiver fails the run, so that nobody forgets it; one that matches nothing is named in the request.

    Attributes
    ----------
    id : str
        As Amazon Inspector names the vulnerability, such as ``CVE-2026-1234``.
    reason : str
        Why it is harmless here.
    owner : str
        Who answers for it.
    expires : date
        Last day on which it holds (UTC).
    images : tuple of str
        Names of the images that it is for; all of them without it.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{2,63}$")]
    reason: Annotated[str, Field(min_length=10, max_length=256, pattern=r"^[^\n{}]+$")]
    owner: Annotated[str, Field(min_length=3, max_length=128, pattern=r"^[^\s{}]+$")]
    expires: Day
    images: tuple[Slug, ...] = ()

    def concerns(self, image: str) -> bool:
        """Tell whether it is for an image."""
        return not self.images or image in self.images

    def record(self) -> dict[str, str]:
        """Write it as the runbook reads it."""
        return {"id": self.id, "reason": self.reason, "owner": self.owner, "expires": self.expires.isoformat()}
