"""A deployment: the factory in one account and Region, with its own stack and its own state."""

from collections.abc import Iterator

from pydantic import model_validator

from golden_ami.config.account import role_problems
from golden_ami.config.approval import DeploymentApproval
from golden_ami.config.defaults import Defaults, ImageSettings
from golden_ami.config.existing import KEY_RESOURCE
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import AccountId, Region, arn_problem
from golden_ami.names import MAX_PAIR_LENGTH, DeploymentNames


class Deployment(Defaults):
    """The factory in one account and Region: the configuration's defaults, and what it says itself.

    Attributes
    ----------
    account, region : str
        Where it lives; a pair may be there once.
    approval : DeploymentApproval
        Who approves, and who hears about it.
    """

    account: AccountId
    region: Region
    approval: DeploymentApproval

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
        yield from (problem.below("assume_role") for problem in role_problems(self.assume_role, names))
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
