"""How long evidence is kept from everybody, and what becomes of images that were not approved."""

from typing import Annotated, Literal

from pydantic import Field

from golden_ami.config.types import Flag, Model


class Evidence(Model):
    """Evidence and decisions: nobody overwrites or deletes them; with a lock, not even the account's administrators.

    Attributes
    ----------
    lock_days : int, optional
        S3 Object Lock's default retention, 1 to 36500. It must be there from the beginning: Terraform would replace a
        bucket that was made without it. A locked bucket cannot be destroyed before.
    lock_mode : str
        ``GOVERNANCE`` may be lifted by who has s3:BypassGovernanceRetention, ``COMPLIANCE`` by nobody.
    """

    lock_days: Annotated[int, Field(strict=True, ge=1, le=36_500)] | None = None
    lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"


class Quarantine(Model):
    """What happens to the AMIs of images that were denied, expired, failed or stopped, beside a tag that says so.

    Attributes
    ----------
    deprecate_after_days : int or None
        Days until they count as deprecated; ``null`` never.
    disable : bool
        Disable them at once. That ends every launch permission, and only enabling and sharing again brings them back.
    delete_after_days : int or None
        Age at which Image Builder deletes images that people denied or were never asked about, with AMIs and
        snapshots; ``null`` never. One that was ever approved is never deleted so.
    """

    deprecate_after_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = 1
    disable: Flag = False
    delete_after_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None
