"""A deployment: the factory in one account and Region, with its own stack and its own state."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from golden_ami.config.approval import Approval, DeploymentApproval
from golden_ami.config.evidence import Evidence, Quarantine
from golden_ami.config.existing import KEY_RESOURCE, ExistingForDeployment, ExistingForImage
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.revocation import Revocation
from golden_ami.config.rollout import Rollout
from golden_ami.config.sharing import Findings, Schedule, Sharing
from golden_ami.config.types import (
    AccountId,
    ArnText,
    Flag,
    Model,
    Region,
    SecurityGroupId,
    Slug,
    SubnetId,
    arn_problem,
)
from golden_ami.names import MAX_PAIR_LENGTH, DeploymentNames


class AssumeRole(Model):
    """The role that Terraform assumes in the deployment's account.

    Attributes
    ----------
    arn : str
        Role ARN, of the deployment's account.
    external_id : str, optional
        As the role's trust policy wants it.
    session_name : str
        What CloudTrail shows.
    """

    arn: ArnText
    external_id: Annotated[str, Field(min_length=2, max_length=1224)] | None = None
    session_name: Annotated[str, Field(pattern=r"^[\w+=,.@-]{2,64}$")] = "golden-ami"


class Network(Model):
    """Where build and test instances run; the account's default VPC without it.

    Attributes
    ----------
    subnet : str
        Subnet id.
    security_groups : tuple of str
        Security groups of that subnet's VPC.
    """

    subnet: SubnetId
    security_groups: Annotated[tuple[SecurityGroupId, ...], Field(min_length=1, max_length=5)]


class Copy(Model):
    """A private copy of every image in another Region, made before the approval and shared after it.

    There is no way to name accounts, launch permissions, launch templates or parameters here: Image Builder would
    act on them before anybody approved.

    Attributes
    ----------
    key : str
        ARN of the key of that Region; its policy must admit the organization.
    """

    key: ArnText


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


class Deployment(Model):
    """The factory in one account and Region.

    Attributes
    ----------
    account, region : str
        Where it lives; a pair may be there once.
    assume_role : AssumeRole, optional
        The caller's own credentials without it.
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
    log_retention_days : int or None
        Age at which build logs are deleted; ``null`` keeps them.
    block_public_images : bool
        Turn the account's block of public AMIs on in the home Region. Off only where something else manages it.
    retain_on_destroy : bool
        Keep the key and the evidence when the stack is destroyed. Destroying the key ends every instance family that
        launched from a shared image.
    """

    account: AccountId
    region: Region
    assume_role: AssumeRole | None = None
    network: Network | None = None
    copies: dict[Region, Copy] = Field(default_factory=dict)
    images: Annotated[dict[Slug, ImageSettings | None], Field(min_length=1)] | None = None
    approval: DeploymentApproval
    sharing: Sharing = Sharing()
    schedule: Schedule | None = None
    findings: Findings = Findings()
    existing: ExistingForDeployment = ExistingForDeployment()
    evidence: Evidence = Evidence()
    quarantine: Quarantine = Quarantine()
    revocation: Revocation = Revocation()
    log_retention_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = 90
    block_public_images: Flag = True
    retain_on_destroy: Flag = True

    @model_validator(mode="after")
    def _is_consistent(self) -> "Deployment":
        refuse(self._problems())
        return self

    def names(self, name: str) -> DeploymentNames:
        """Names of what this deployment has, given its own name."""
        return DeploymentNames(deployment=name, account=self.account, region=self.region)

    def evidence_bucket(self, name: str) -> str:
        """Name of the bucket of evidence, given the deployment's own name."""
        brought = self.existing.evidence_bucket
        return brought.rsplit(":", 1)[1] if brought else self.names(name).evidence_bucket

    def settings(self, image: str) -> ImageSettings:
        """Give the settings of one image."""
        return (self.images or {}).get(image) or ImageSettings()

    def _problems(self) -> Iterator[Problem]:
        names = self.names("unnamed")
        yield from self._role_problems(names)
        yield from self._copy_problems(names)
        yield from (problem.below("existing") for problem in self.existing.problems_in(names))
        yield from (problem.below("approval") for problem in self.approval.problems_in(names))
        yield from self._evidence_problems()
        for image, settings in (self.images or {}).items():
            if settings:
                yield from (problem.below("images", image) for problem in self._image_problems(names, settings))
        yield from self._rollout_problems()

    def _evidence_problems(self) -> Iterator[Problem]:
        if self.evidence.lock_days is None:
            return
        if self.existing.evidence_bucket:
            yield Problem(("evidence", "lock_days"), "is the business of who owns existing.evidence_bucket; remove it")
        elif not self.retain_on_destroy:
            yield Problem(
                ("evidence", "lock_days"), "keeps a bucket that retain_on_destroy would let go; remove one of them"
            )

    def _image_problems(self, names: DeploymentNames, settings: ImageSettings) -> Iterator[Problem]:
        yield from (problem.below("existing") for problem in settings.existing.problems_in(names))
        if settings.approval:
            yield from (problem.below("approval") for problem in settings.approval.problems_in(names))
        if settings.existing.share and not (settings.sharing or self.sharing).image_builder:
            yield Problem(
                ("existing", "share"),
                "is never used, because sharing.image_builder is empty; add receivers or remove it",
            )

    def _rollout_problems(self) -> Iterator[Problem]:
        # Two images would take turns on the same instances.
        taken: dict[str, str] = {}
        for image, settings in (self.images or {}).items():
            for key in ("launch_template", "auto_scaling_group"):
                named = getattr(settings.rollout, key) if settings and settings.rollout else None
                if named and taken.setdefault(named, image) != image:
                    text = f"{named!r} is what {taken[named]} is rolled out to; name another one"
                    yield Problem(("images", image, "rollout", key), text)

    def _role_problems(self, names: DeploymentNames) -> Iterator[Problem]:
        if self.assume_role:
            problem = arn_problem(
                self.assume_role.arn,
                service="iam",
                resource=r"role/.+",
                partition=names.partition,
                region=None,
                account=self.account,
                what="a role",
            )
            if problem:
                yield Problem(("assume_role", "arn"), problem)

    def _copy_problems(self, names: DeploymentNames) -> Iterator[Problem]:
        for region, copy in self.copies.items():
            if region == self.region:
                yield Problem(("copies", region), f"{region} is the deployment's own Region; remove it")
                continue
            problem = arn_problem(
                copy.key,
                service="kms",
                resource=KEY_RESOURCE,
                partition=names.partition,
                region=region,
                account=self.account,
                what=f"a key in {region}",
            )
            if problem:
                yield Problem(("copies", region, "key"), problem)

    def problems_for(self, image: str, name: str) -> Iterator[Problem]:
        """Say what keeps this deployment, under its name, from building the image."""
        length = len(name) + len(image)
        if length > MAX_PAIR_LENGTH:
            yield Problem(
                ("images", image),
                f"the names {name!r} and {image!r} have {length} characters together, and IAM role names leave room "
                f"for {MAX_PAIR_LENGTH}; shorten one",
            )
