"""A runbook as it is deployed, with what its role is confined to: by configuration alone, before Terraform has run."""

from golden_ami.config import Config, ImageFactory, resolve
from golden_ami.confinements import (
    approval_confinement,
    evidence_confinement,
    outcome_confinement,
    retirement_confinement,
    revocation_confinement,
    rollback_confinement,
    rollout_confinement,
)
from golden_ami.documents import Document
from golden_ami.errors import InputError
from golden_ami.permissions import Confinement
from golden_ami.runbook import BoundRunbook
from golden_ami.runbooks import (
    approval_runbook,
    evidence_runbook,
    outcome_runbook,
    retirement_runbook,
    revocation_runbook,
    rollback_runbook,
    rollout_runbook,
)

NEW_SHARE = "ARN-OF-THE-RESOURCE-SHARE-THAT-TERRAFORM-CREATES"
NEW_KEY = "ARN-OF-THE-KEY-THAT-TERRAFORM-CREATES"


def deployed(
    config: Config,
    factory: ImageFactory,
    runbook: Document,
    *,
    pin: bool = True,
    key_arn: str = NEW_KEY,
    share_arn: str | None = None,
) -> tuple[BoundRunbook, Confinement]:
    """Bind a runbook of an image, or of its deployment.

    Parameters
    ----------
    config : Config
        The whole configuration.
    factory : ImageFactory
        The image in its deployment.
    runbook : Document
        Which one.
    pin : bool
        As for :func:`golden_ami.runbooks.approval_runbook`.
    key_arn : str
        Key of the deployment, where it brings none; a stand-in without it.
    share_arn : str, optional
        Resource share, where the image needs one and brings none; a stand-in without it.

    Returns
    -------
    tuple of BoundRunbook and Confinement
        With stand-ins for the ids that AWS has yet to choose.

    Raises
    ------
    InputError
        When the image is not rolled out.
    """
    scope = factory.names.scope
    described = config.deployments[scope.deployment]
    topic, key = described.existing.topic or scope.topic_arn, described.existing.key or key_arn
    share = factory.share_arn or ((share_arn or NEW_SHARE) if factory.image_builder_principals else None)
    if runbook is Document.outcome:
        bucket, quarantine = factory.evidence_bucket, described.quarantine
        bound = outcome_runbook(scope, topic_arn=topic, evidence_bucket=bucket, quarantine=quarantine, pin=pin)
        images = resolve(config, scope.deployment)
        return bound, outcome_confinement(
            scope, images, topic_arn=topic, key_arn=key, evidence_bucket=bucket, quarantine=quarantine
        )
    if runbook is Document.evidence:
        keys = {described.region: key} | {region: copy.key for region, copy in described.copies.items()}
        bound = evidence_runbook(factory, organization_id=config.organization.id, keys=keys, share_arn=share, pin=pin)
        return bound, evidence_confinement(factory, keys=keys, key_arn=key)
    if runbook in _TAKING:
        make_taking, confine = _TAKING[runbook]
        bound = make_taking(factory, topic_arn=topic, share_arn=share, pin=pin)
        return bound, confine(factory, topic_arn=topic, key_arn=key, share_arn=share)
    if runbook is Document.rollout:
        if factory.rollout is None:
            raise InputError(
                f"{factory.names.image} is not rolled out by {scope.deployment}",
                remedy="name an image with rollout, or add one to its settings",
            )
        return rollout_runbook(factory.names, factory.rollout, pin=pin), rollout_confinement(factory, factory.rollout)
    make, confine = _GIVING[runbook]
    bound = make(factory, organization_id=config.organization.id, topic_arn=topic, share_arn=share, pin=pin)
    return bound, confine(factory, topic_arn=topic, key_arn=key, share_arn=share)


_TAKING = {
    Document.retirement: (retirement_runbook, retirement_confinement),
    Document.revocation: (revocation_runbook, revocation_confinement),
}
_GIVING = {
    Document.approval: (approval_runbook, approval_confinement),
    Document.rollback: (rollback_runbook, rollback_confinement),
}
"""Those that share have to know the organization."""
