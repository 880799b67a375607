"""An image in a deployment, with every default applied and every short form spelled out."""

from dataclasses import dataclass

from golden_ami.config.approval import Approval
from golden_ami.config.component import Component
from golden_ami.config.existing import ExistingPipeline
from golden_ami.config.image import Image
from golden_ami.config.revocation import Revocation
from golden_ami.config.rollout import Rollout
from golden_ami.config.root import Config
from golden_ami.config.sharing import Schedule
from golden_ami.config.waiver import Waiver
from golden_ami.names import DeploymentNames, ImageNames


@dataclass(frozen=True, kw_only=True)
class ImageFactory:
    """All that the constructs of one image need.

    Attributes
    ----------
    names : ImageNames
        Names of what is created.
    image : Image
        What is built.
    approval : Approval
        As configured; ``approvers`` are spelled out.
    approvers : tuple of str
        ARNs.
    launch_principals, image_builder_principals : tuple of str
        Account ids and ARNs, in the configuration's order.
    regions : tuple of str
        Home Region first, then the copies.
    finding_limits : dict of str to int
        Severity to most findings.
    max_scan_age_days : int
        Oldest scan.
    waivers : tuple of Waiver
        Findings that do not count.
    schedule : Schedule or None
        None: people start runs.
    pipeline : ExistingPipeline or None
        A brought pipeline.
    share_arn : str or None
        A brought resource share.
    shares_parameter : bool
        Whether the resource share gets the parameter of the approved AMI.
    evidence_bucket : str
        Name of the bucket of evidence.
    revocation : Revocation
        How it is taken back.
    rollout : Rollout or None
        None: nothing takes the image up by itself.
    """

    names: ImageNames
    image: Image
    approval: Approval
    approvers: tuple[str, ...]
    launch_principals: tuple[str, ...]
    image_builder_principals: tuple[str, ...]
    regions: tuple[str, ...]
    finding_limits: dict[str, int]
    max_scan_age_days: int
    waivers: tuple[Waiver, ...]
    schedule: Schedule | None
    pipeline: ExistingPipeline | None
    share_arn: str | None
    shares_parameter: bool
    evidence_bucket: str
    revocation: Revocation
    rollout: Rollout | None

    @property
    def images_arn(self) -> str:
        """Pattern of the ARNs of every image that the pipeline builds."""
        return self.names.images_arn(self.pipeline.recipe if self.pipeline else None)

    @property
    def distribution_arn(self) -> str:
        """The pipeline's distribution configuration; a brought one may have any name."""
        if self.pipeline:
            return self.names.scope.arn("imagebuilder", "distribution-configuration/*")
        return self.names.distribution_arn

    @property
    def pipeline_arn(self) -> str:
        """The pipeline that the runbook starts."""
        return self.pipeline.arn if self.pipeline else self.names.pipeline_arn

    def parent_image(self) -> str:
        """Spell the parent as Image Builder takes it."""
        kind, _, managed = self.image.parent.partition(":")
        if kind != "aws":
            return self.image.parent
        version = managed if "/" in managed else f"{managed}/x.x.x"
        return self.names.scope.arn("imagebuilder", f"image/{version}", account="aws")

    def external_component_arn(self, component: Component) -> str:
        """ARN of a component that is not made from a file."""
        if component.arn:
            return component.arn
        return self.names.scope.arn("imagebuilder", f"component/{component.aws}", account="aws")


def resolve(config: Config, deployment: str) -> tuple[ImageFactory, ...]:
    """Spell out every image of a deployment.

    Parameters
    ----------
    config : Config
        A valid configuration.
    deployment : str
        Name of one of its deployments.

    Returns
    -------
    tuple of ImageFactory
        In the configuration's order.
    """
    names = config.deployments[deployment].names(deployment)
    return tuple(_resolve(config, names, image) for image in config.images_of(deployment))


def _resolve(config: Config, names: DeploymentNames, image: str) -> ImageFactory:
    deployment = config.deployments[names.deployment]
    settings = deployment.settings(image)
    approval = settings.approval or deployment.approval
    sharing = settings.sharing or deployment.sharing
    findings = settings.findings or deployment.findings
    partition = names.partition
    return ImageFactory(
        names=ImageNames(scope=names, image=image),
        image=config.images[image],
        approval=approval,
        approvers=approval.arns(names),
        launch_principals=tuple(config.organization.resolve(each, partition) for each in sharing.launch),
        image_builder_principals=tuple(config.organization.resolve(each, partition) for each in sharing.image_builder),
        regions=(deployment.region, *deployment.copies),
        finding_limits=findings.limits(),
        max_scan_age_days=findings.max_scan_age_days,
        waivers=config.waivers_of(image),
        schedule=settings.schedule or deployment.schedule,
        pipeline=settings.existing.pipeline,
        share_arn=settings.existing.share,
        shares_parameter=sharing.share_parameter,
        evidence_bucket=deployment.evidence_bucket(names.deployment),
        revocation=settings.revocation or deployment.revocation,
        rollout=settings.rollout,
    )
