"""The factory's runbooks: the documents in ``runbooks/``, bound to what the configuration says."""

from pathlib import Path

from golden_ami.config import ImageFactory
from golden_ami.names import IMAGE_TAG, OWNER_TAG, DeploymentNames
from golden_ami.runbook import Binding, BoundRunbook, FixedBinding, bind, load

FOLDER = Path(__file__).parent.parent / "runbooks"
APPROVAL = FOLDER / "GoldenAmiApproval.yaml"
OUTCOME = FOLDER / "GoldenAmiOutcome.yaml"
RETIREMENT = FOLDER / "GoldenAmiRetirement.yaml"


def approval_runbook(
    factory: ImageFactory, *, organization_id: str, topic_arn: str, share_arn: str | None, pin: bool = True
) -> BoundRunbook:
    """Bind the approval runbook to an image.

    Parameters
    ----------
    factory : ImageFactory
        The image in its deployment.
    organization_id : str
        The only organization that may receive it.
    topic_arn : str
        Topic of requests and outcomes.
    share_arn : str or None
        Resource share, or a stand-in for one that Terraform has yet to create; none leaves the seed's step 7 out.
    pin : bool
        Whether what decides who approves and who receives becomes part of the document. Deployed ones are pinned.

    Returns
    -------
    BoundRunbook
        Ready to render.
    """
    names = factory.names
    binding = Binding(
        name=names.image,
        document_name=names.approval_document,
        automation_role_arn=names.automation_role_arn,
        pipeline_arn=factory.pipeline_arn,
        topic_arn=topic_arn,
        approvers=factory.approvers,
        required=factory.approval.required,
        expires_after_days=factory.approval.expires_after_days,
        share_arn=share_arn,
        shares_parameter=factory.shares_parameter,
        launch_principals=factory.launch_principals,
        image_builder_principals=factory.image_builder_principals,
        parameter=names.parameter,
        regions=factory.regions,
        region=names.scope.region,
        partition=names.scope.partition,
        scanning=factory.image.scanning.enabled,
        finding_limits=factory.finding_limits,
        max_scan_age_days=factory.max_scan_age_days,
        waivers=tuple(waiver.record() for waiver in factory.waivers),
        build_timeout_minutes=factory.image.build_timeout_minutes,
        organization_id=organization_id,
        image_tags={OWNER_TAG[0]: OWNER_TAG[1], IMAGE_TAG: names.image},
    )
    return bind(load(APPROVAL), binding, pin=pin)


def retirement_runbook(
    factory: ImageFactory, *, topic_arn: str, share_arn: str | None, pin: bool = True
) -> BoundRunbook:
    """Bind the retirement runbook to an image; which of its versions goes, and why, stays a parameter.

    Parameters
    ----------
    factory, topic_arn, share_arn, pin
        As for :func:`approval_runbook`.
    """
    names = factory.names
    values = {
        "AutomationAssumeRole": names.retirement_role_arn,
        "SnsNotificationArn": topic_arn,
        "ResourceShareArn": share_arn,
        "ImageArnPrefix": factory.images_arn.removesuffix("*"),
        "ApprovedImageParameter": names.parameter,
        "Regions": list(factory.regions),
    }
    return bind(load(RETIREMENT), FixedBinding(name=names.image, values=values), pin=pin)


def outcome_runbook(names: DeploymentNames, *, topic_arn: str, pin: bool = True) -> BoundRunbook:
    """Bind the outcome runbook to a deployment; which execution has ended stays a parameter.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    topic_arn : str
        Topic of requests and outcomes.
    pin : bool
        As for :func:`approval_runbook`.
    """
    values = {"AutomationAssumeRole": names.outcome_role_arn, "SnsNotificationArn": topic_arn}
    return bind(load(OUTCOME), FixedBinding(name=names.deployment, values=values), pin=pin)
