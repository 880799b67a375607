"""The factory's runbooks: the documents in ``runbooks/``, bound to what the configuration says."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from golden_ami.config import ImageFactory
from golden_ami.config.consumer import Group
from golden_ami.config.evidence import Quarantine
from golden_ami.config.rollout import Rollout
from golden_ami.names import IMAGE_TAG, METRICS, OWNER_TAG, ConsumerNames, DeploymentNames, ImageNames
from golden_ami.runbook import Binding, BoundRunbook, FixedBinding, bind, load

FOLDER = Path(__file__).parent.parent / "runbooks"
APPROVAL = FOLDER / "GoldenAmiApproval.yaml"
EVIDENCE = FOLDER / "GoldenAmiEvidence.yaml"
OUTCOME = FOLDER / "GoldenAmiOutcome.yaml"
RETIREMENT = FOLDER / "GoldenAmiRetirement.yaml"
REVOCATION = FOLDER / "GoldenAmiRevocation.yaml"
ROLLBACK = FOLDER / "GoldenAmiRollback.yaml"
ROLLOUT = FOLDER / "GoldenAmiRollout.yaml"
CONSUMER_CHECK = FOLDER / "GoldenAmiConsumerCheck.yaml"

_ASKING = frozenset({"waitForAdministratorApproval", "assertRevocationApproved"})
_REFRESHING = frozenset({"inspectGroup", "startRefresh", "waitRefresh", "assertRefreshed"})


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
        document_name=names.approval.document,
        evidence_document=names.evidence.document,
        evidence_bucket=factory.evidence_bucket,
        configuration_digest=_digest(factory),
        automation_role_arn=names.approval.role_arn,
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
        max_scan_age_days=factory.max_scan_age_days,
        build_timeout_minutes=factory.image.build_timeout_minutes,
        organization_id=organization_id,
        image_tags={OWNER_TAG[0]: OWNER_TAG[1], IMAGE_TAG: names.image},
    )
    return bind(load(APPROVAL), binding, pin=pin)


def evidence_runbook(
    factory: ImageFactory, *, organization_id: str, keys: Mapping[str, str], share_arn: str | None, pin: bool = True
) -> BoundRunbook:
    """Bind the evidence runbook to an image; which execution asks, about what, stays a parameter.

    Parameters
    ----------
    factory, organization_id, share_arn, pin
        As for :func:`approval_runbook`.
    keys : mapping of str to str
        Region to ARN of the key with which snapshots must be encrypted, or to a stand-in for it.
    """
    names, scanning = factory.names, factory.image.scanning
    values = {
        "AutomationAssumeRole": names.evidence.role_arn,
        "EvidenceBucket": factory.evidence_bucket,
        "EvidenceFolder": names.evidence_folder,
        "Keys": {region: keys[region] for region in factory.regions},
        "PipelineApproverArn": list(factory.approvers),
        "MinRequiredApprovals": factory.approval.required,
        "ResourceShareArn": share_arn,
        "SharePrincipals": list(factory.image_builder_principals) or None,
        "AMIPrincipals": list(factory.launch_principals) or None,
        "OrganizationId": organization_id,
        "ApprovedImageParameter": names.parameter,
        "FindingLimits": _limits(factory) if scanning.enabled else None,
        "Waivers": [dict(waiver.record()) for waiver in factory.waivers] or None,
        "MaxScanAgeDays": factory.max_scan_age_days if scanning.enabled else None,
        "NotScannedBecause": scanning.disabled_because,
        "ConfigurationDigest": _digest(factory),
    }
    without = frozenset() if scanning.enabled else frozenset({"checkFindings"})
    return bind(load(EVIDENCE), FixedBinding(name=names.image, values=values, without=without), pin=pin)


def _digest(factory: ImageFactory) -> str:
    """Digest who decides, who receives and what may be found, as two documents must agree upon it."""
    agreed = [
        factory.approvers,
        factory.approval.required,
        factory.launch_principals,
        factory.image_builder_principals,
        factory.finding_limits if factory.image.scanning.enabled else factory.image.scanning.disabled_because,
        [waiver.record() for waiver in factory.waivers],
    ]
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()[:16]


def _limits(factory: ImageFactory) -> dict[str, str]:
    return {severity: str(limit) for severity, limit in factory.finding_limits.items()}


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
    values = _taking(factory, names.retirement.role_arn, topic_arn, share_arn)
    return bind(load(RETIREMENT), FixedBinding(name=names.image, values=values), pin=pin)


def revocation_runbook(
    factory: ImageFactory, *, topic_arn: str, share_arn: str | None, pin: bool = True
) -> BoundRunbook:
    """Bind the revocation runbook to an image; which of its versions is taken back, and why, stays a parameter.

    Parameters
    ----------
    factory, topic_arn, share_arn, pin
        As for :func:`approval_runbook`.
    """
    names, approval, revocation = factory.names, factory.approval, factory.revocation
    values = _taking(factory, names.revocation.role_arn, topic_arn, share_arn) | {
        "PipelineApproverArn": list(factory.approvers) if revocation.approval else None,
        "MinRequiredApprovals": approval.required if revocation.approval else None,
    }
    asks = {"waitForAdministratorApproval": approval.expires_after_days * 86_400}
    binding = FixedBinding(
        name=names.image,
        values=values,
        without=(frozenset() if revocation.approval else _ASKING)
        | (frozenset() if revocation.disable else {"disableRevokedAmis"}),
        timeouts=asks if revocation.approval else {},
    )
    return bind(load(REVOCATION), binding, pin=pin)


def _taking(factory: ImageFactory, role_arn: str, topic_arn: str, share_arn: str | None) -> dict[str, object]:
    """Give what every runbook has that takes an image back, wherever it went."""
    return {
        "AutomationAssumeRole": role_arn,
        "SnsNotificationArn": topic_arn,
        "ResourceShareArn": share_arn,
        "ImageArnPrefix": factory.images_arn.removesuffix("*"),
        "ApprovedImageParameter": factory.names.parameter,
        "Regions": list(factory.regions),
    }


def rollback_runbook(
    factory: ImageFactory, *, organization_id: str, topic_arn: str, share_arn: str | None, pin: bool = True
) -> BoundRunbook:
    """Bind the rollback runbook to an image; only the reason stays a parameter.

    Parameters
    ----------
    factory, organization_id, topic_arn, share_arn, pin
        As for :func:`approval_runbook`.
    """
    names = factory.names
    values = {
        "AutomationAssumeRole": names.rollback.role_arn,
        "SnsNotificationArn": topic_arn,
        "ResourceShareArn": share_arn,
        "ParameterShareArn": share_arn if factory.shares_parameter else None,
        "AMIPrincipals": list(factory.launch_principals) or None,
        "OrganizationId": organization_id,
        "ApprovedImageParameter": names.parameter,
        "EvidenceBucket": factory.evidence_bucket,
        "EvidenceFolder": names.image,
        "Regions": list(factory.regions),
    }
    return bind(load(ROLLBACK), FixedBinding(name=names.image, values=values), pin=pin)


def rollout_runbook(names: ImageNames, rollout: Rollout, *, pin: bool = True) -> BoundRunbook:
    """Bind the rollout runbook to an image; which execution has approved it stays a parameter.

    Parameters
    ----------
    names : ImageNames
        The image in its deployment.
    rollout : Rollout
        What it is rolled out to; without a group, only the launch template changes.
    pin : bool
        As for :func:`approval_runbook`.
    """
    group = rollout.auto_scaling_group
    values = {
        "AutomationAssumeRole": names.rollout.role_arn,
        "ApprovedImageParameter": names.parameter,
        "LaunchTemplateId": rollout.launch_template,
        "AutoScalingGroupName": group,
        "MinHealthyPercentage": rollout.min_healthy_percentage,
    }
    binding = FixedBinding(
        name=names.image,
        values=values,
        without=frozenset() if group else _REFRESHING,
        timeouts={"waitRefresh": rollout.timeout_minutes * 60} if group else {},
    )
    return bind(load(ROLLOUT), binding, pin=pin)


def consumer_check_runbook(names: ConsumerNames, group: Group | None, *, pin: bool = True) -> BoundRunbook:
    """Bind the runbook that looks after a consumer.

    Parameters
    ----------
    names : ConsumerNames
        Names of the consumer.
    group : Group or None
        What is refreshed; without one, instances are only counted.
    pin : bool
        As for :func:`approval_runbook`.
    """
    values = {
        "AutomationAssumeRole": names.check.role_arn,
        "Consumer": names.consumer,
        "Image": names.source.image,
        "Namespace": METRICS,
        "ParameterArn": names.parameter_arn if group else None,
        "AutoScalingGroupName": names.base if group else None,
        "MinHealthyPercentage": group.min_healthy_percentage if group else None,
    }
    without = frozenset() if group else frozenset({"refreshGroup"})
    return bind(load(CONSUMER_CHECK), FixedBinding(name=names.consumer, values=values, without=without), pin=pin)


def outcome_runbook(
    names: DeploymentNames, *, topic_arn: str, evidence_bucket: str, quarantine: Quarantine, pin: bool = True
) -> BoundRunbook:
    """Bind the outcome runbook to a deployment; which execution has ended stays a parameter.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    topic_arn : str
        Topic of requests and outcomes.
    evidence_bucket : str
        Bucket of evidence and decisions.
    quarantine : Quarantine
        What happens to AMIs that were not approved.
    pin : bool
        As for :func:`approval_runbook`.
    """
    values = {
        "AutomationAssumeRole": names.outcome.role_arn,
        "SnsNotificationArn": topic_arn,
        "EvidenceBucket": evidence_bucket,
        "DeprecateAfterDays": quarantine.deprecate_after_days,
        "DisableUnapproved": quarantine.disable,
        "RetirableAs": None if quarantine.delete_after_days is None else names.deployment,
    }
    return bind(load(OUTCOME), FixedBinding(name=names.deployment, values=values), pin=pin)
