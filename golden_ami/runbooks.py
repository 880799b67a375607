"""The approval runbook of one image: the document in ``runbooks/``, bound to what the configuration says."""

from pathlib import Path

from golden_ami.config import ImageFactory
from golden_ami.names import IMAGE_TAG, OWNER_TAG
from golden_ami.runbook import Binding, BoundRunbook, bind, load

PATH = Path(__file__).parent.parent / "runbooks" / "GoldenAmiApproval.yaml"


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
        launch_principals=factory.launch_principals,
        image_builder_principals=factory.image_builder_principals,
        regions=factory.regions,
        region=names.scope.region,
        partition=names.scope.partition,
        scanning=factory.image.scanning.enabled,
        finding_limits=factory.finding_limits,
        build_timeout_minutes=factory.image.build_timeout_minutes,
        organization_id=organization_id,
        image_tags={OWNER_TAG[0]: OWNER_TAG[1], IMAGE_TAG: names.image},
    )
    return bind(load(PATH), binding, pin=pin)
