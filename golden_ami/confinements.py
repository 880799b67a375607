"""What the role of each runbook is confined to, from the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from golden_ami.config import ImageFactory
from golden_ami.config.evidence import Quarantine
from golden_ami.config.rollout import Rollout
from golden_ami.names import DeploymentNames
from golden_ami.permissions import Confinement


def approval_confinement(
    factory: ImageFactory, *, topic_arn: str, key_arn: str | None, share_arn: str | None
) -> Confinement:
    """Confine the approval runbook to one image.

    Parameters
    ----------
    factory : ImageFactory
        The image in its deployment.
    topic_arn : str
        Topic of requests and outcomes.
    key_arn : str or None
        Key of the topic and of the evidence.
    share_arn : str or None
        Resource share.
    """
    return Confinement(
        names=factory.names.scope,
        topic_arn=topic_arn,
        key_arn=key_arn,
        share_arn=share_arn,
        shares_parameter=factory.shares_parameter,
        pipeline_arn=factory.pipeline_arn,
        distribution_arn=factory.distribution_arn,
        images_arns=(factory.images_arn,),
        parameter=factory.names.parameter,
        regions=factory.regions,
        launches=bool(factory.launch_principals),
        publishes=True,
        evidence_bucket=factory.evidence_bucket,
        reads=(f"{factory.names.evidence_folder}/*",),
        collects_for=factory.names,
    )


def evidence_confinement(factory: ImageFactory, *, keys: Mapping[str, str], key_arn: str | None) -> Confinement:
    """Confine the evidence runbook to one image.

    Parameters
    ----------
    factory, key_arn
        As for :func:`approval_confinement`.
    keys : mapping of str to str
        Region to ARN of the key of its AMIs.
    """
    objects = (f"{factory.names.evidence_folder}/*",)
    return Confinement(
        names=factory.names.scope,
        topic_arn="",
        key_arn=key_arn,
        images_arns=(factory.images_arn,),
        parameter=factory.names.parameter,
        regions=factory.regions[:1],
        launches=bool(factory.launch_principals),
        lists_findings=factory.image.scanning.enabled,
        evidence_bucket=factory.evidence_bucket,
        reads=objects,
        writes=objects,
        ami_key_arns=tuple(dict.fromkeys(keys[region] for region in factory.regions)),
    )


def retirement_confinement(
    factory: ImageFactory, *, topic_arn: str, key_arn: str | None, share_arn: str | None
) -> Confinement:
    """Confine the retirement runbook to one image; parameters as for :func:`approval_confinement`."""
    return Confinement(
        names=factory.names.scope,
        topic_arn=topic_arn,
        key_arn=key_arn,
        share_arn=share_arn,
        images_arns=(factory.images_arn,),
        parameter=factory.names.parameter,
        regions=factory.regions,
        # It ends whatever permission it finds, whoever gave it.
        launches=True,
    )


def revocation_confinement(
    factory: ImageFactory, *, topic_arn: str, key_arn: str | None, share_arn: str | None
) -> Confinement:
    """Confine the revocation runbook to one image, as the retirement runbook, but that it marks instead of deleting.

    Parameters are those of :func:`approval_confinement`.
    """
    ends = retirement_confinement(factory, topic_arn=topic_arn, key_arn=key_arn, share_arn=share_arn)
    return replace(ends, deprecates=True, disables=factory.revocation.disable, outcome="revoked")


def rollback_confinement(
    factory: ImageFactory, *, topic_arn: str, key_arn: str | None, share_arn: str | None
) -> Confinement:
    """Confine the rollback runbook to one image; parameters as for :func:`approval_confinement`."""
    names = factory.names
    return Confinement(
        names=names.scope,
        topic_arn=topic_arn,
        key_arn=key_arn,
        share_arn=share_arn,
        shares_parameter=factory.shares_parameter,
        images_arns=(factory.images_arn,),
        parameter=names.parameter,
        regions=factory.regions,
        # Whom the image was not approved for, it takes permissions from.
        launches=True,
        publishes=True,
        evidence_bucket=factory.evidence_bucket,
        reads=(f"{names.evidence_folder}/*", f"{names.decision_folder}/*"),
    )


def rollout_confinement(factory: ImageFactory, rollout: Rollout) -> Confinement:
    """Confine the rollout runbook to one launch template and one group, and to AMIs of one image.

    Parameters
    ----------
    factory : ImageFactory
        The image in its deployment.
    rollout : Rollout
        What it is rolled out to.
    """
    names = factory.names.scope
    return Confinement(
        names=names,
        topic_arn="",
        key_arn=None,
        images_arns=(factory.images_arn,),
        parameter=factory.names.parameter,
        regions=factory.regions[:1],
        launch_template=rollout.launch_template,
        auto_scaling_group=rollout.auto_scaling_group or "",
        instance_role_arn=names.iam(rollout.instance_role) if rollout.instance_role else "",
    )


def outcome_confinement(
    names: DeploymentNames,
    factories: Sequence[ImageFactory],
    *,
    topic_arn: str,
    key_arn: str | None,
    evidence_bucket: str,
    quarantine: Quarantine,
) -> Confinement:
    """Confine the outcome runbook to the images of a deployment.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    factories : sequence of ImageFactory
        Its images.
    topic_arn, key_arn
        As for :func:`approval_confinement`.
    evidence_bucket : str
        Bucket of evidence and decisions.
    quarantine : Quarantine
        What happens to AMIs that were not approved.
    """
    return Confinement(
        names=names,
        topic_arn=topic_arn,
        key_arn=key_arn,
        # A policy has no room for the pattern of every image, several times; only brought pipelines have others.
        images_arns=(names.images_arn, *(factory.images_arn for factory in factories if factory.pipeline)),
        regions=tuple(dict.fromkeys(region for factory in factories for region in factory.regions)),
        evidence_bucket=evidence_bucket,
        reads=("evidence/*",),
        writes=("decisions/*",),
        deprecates=quarantine.deprecate_after_days is not None,
        disables=quarantine.disable,
        marks=quarantine.delete_after_days is not None,
    )
