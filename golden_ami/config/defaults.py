"""What deployments have in common, and what one of them does differently for one image."""

from typing import Annotated

from pydantic import Field

from golden_ami.config.account import Copy, Network, Roles
from golden_ami.config.approval import Approval, DeploymentApproval
from golden_ami.config.evidence import Evidence, Quarantine
from golden_ami.config.existing import ExistingForDeployment, ExistingForImage
from golden_ami.config.revocation import Revocation
from golden_ami.config.rollout import Rollout
from golden_ami.config.sharing import Findings, Schedule, Sharing
from golden_ami.config.types import AccountId, Flag, Model, Region, Slug, TagKey, TagValue

LAST_WAVE = 99
"""More waves than this are a queue."""


class ImageSettings(Model):
    """What a deployment does differently for one image; what is left out comes from the deployment.

    Attributes
    ----------
    approval : Approval, optional
        Other approvers than the deployment's.
    sharing : Sharing, optional
        Other receivers.
    schedule : Schedule, optional
        Another schedule.
    findings : Findings, optional
        Other limits.
    existing : ExistingForImage
        A pipeline or a share that exists already.
    revocation : Revocation, optional
        Another way of taking it back.
    rollout : Rollout, optional
        What takes the image up by itself after each approval.
    """

    approval: Approval | None = None
    sharing: Sharing | None = None
    schedule: Schedule | None = None
    findings: Findings | None = None
    existing: ExistingForImage = ExistingForImage()
    revocation: Revocation | None = None
    rollout: Rollout | None = None


class Defaults(Model):
    """What every deployment has that does not say otherwise, key by key: a deployment's key replaces the whole default.

    Attributes
    ----------
    account, region : str
        Where it lives; a pair may be there once.
    wave : int
        Waves are rolled out one after another, the lowest first.
    assume_role : AssumeRole or tuple of AssumeRole, optional
        One role, or several in the order in which they are assumed; the caller's own credentials without it.
    network : Network, optional
        The default VPC without it.
    copies : dict of str to Copy
        Other Regions that get the image.
    images : dict of str to ImageSettings, optional
        Which of the configuration's images are built here; all of them without it.
    approval, sharing, schedule, findings
        See their classes. No schedule: runs are started by people.
    existing : ExistingForDeployment
        What is used instead of being created.
    evidence, quarantine, revocation
        See their classes.
    tags : dict of str to str
        Beside the configuration's, on everything here that takes tags.
    log_retention_days : int or None
        Age at which build logs are deleted; ``null`` keeps them.
    block_public_images : bool
        Turn the account's block of public AMIs on in the home Region. Off only where something else manages it.
    retain_on_destroy : bool
        Keep the key and the evidence when the stack is destroyed. Destroying the key ends every instance family that
        launched from a shared image.
    """

    account: AccountId | None = None
    region: Region | None = None
    wave: Annotated[int, Field(strict=True, ge=1, le=LAST_WAVE)] = 1
    assume_role: Roles | None = None
    network: Network | None = None
    copies: dict[Region, Copy] = Field(default_factory=dict)
    images: Annotated[dict[Slug, ImageSettings | None], Field(min_length=1)] | None = None
    approval: DeploymentApproval | None = None
    sharing: Sharing = Sharing()
    schedule: Schedule | None = None
    findings: Findings = Findings()
    existing: ExistingForDeployment = ExistingForDeployment()
    evidence: Evidence = Evidence()
    quarantine: Quarantine = Quarantine()
    revocation: Revocation = Revocation()
    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    log_retention_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = 90
    block_public_images: Flag = True
    retain_on_destroy: Flag = True
