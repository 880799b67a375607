"""What documents are bound to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from golden_ami.errors import RunbookError

SHARE_STEPS = frozenset({"shareEC2BuilderImage", "waitImageShared", "assertImageShared"})
LAUNCH_STEPS = frozenset({"shareEC2AMIImage"})
SCAN_STEPS = frozenset({"waitImageScanComplete", "assertImageScanned"})


class Bindable(Protocol):
    """What decides how a document becomes a deployed one."""

    @property
    def name(self) -> str:
        """Whose document it is, for errors."""

    def literals(self) -> dict[str, object]:
        """Give parameters their values; pinning puts them into the document, and the others stay parameters."""

    def unused(self) -> frozenset[str]:
        """Name the steps and parameters to leave out."""

    def adjust(self, steps: Mapping[str, dict[str, Any]]) -> None:
        """Write into the steps, by name, what is a literal in Automation by nature: times and tags."""


@dataclass(frozen=True, kw_only=True)
class FixedBinding:
    """Values for a document.

    Attributes
    ----------
    name : str
        Whose document it is.
    values : mapping of str to object
        Parameters that become literals; None leaves the parameter out.
    without : set of str
        Steps that are left out.
    timeouts : mapping of str to int
        Seconds that steps may take, where the configuration says so.
    """

    name: str
    values: Mapping[str, object]
    without: frozenset[str] = frozenset()
    timeouts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that Systems Manager would expand."""
        _refuse_expansion(self.values)

    def literals(self) -> dict[str, object]:
        """Give parameters their values."""
        return {name: value for name, value in self.values.items() if value is not None}

    def unused(self) -> frozenset[str]:
        """Name the steps to leave out, and the parameters without value."""
        return self.without | {name for name, value in self.values.items() if value is None}

    def adjust(self, steps: Mapping[str, dict[str, Any]]) -> None:
        """Write times."""
        for name, seconds in self.timeouts.items():
            steps[name]["timeoutSeconds"] = seconds


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One image in one deployment, as the approval runbook sees it.

    Attributes
    ----------
    name, document_name, evidence_document : str
        The image's name, the deployed document's, and that of the runbook that collects the evidence.
    evidence_bucket : str
        Where that one keeps it.
    configuration_digest : str
        What both of these documents must have been deployed with.
    automation_role_arn, pipeline_arn, topic_arn : str
        ARNs.
    approvers : tuple of str
        ARNs, 1 to 10.
    required : int
        Approvals needed.
    expires_after_days : int
        Days until nobody's answer is a refusal, 1 to 30.
    share_arn : str or None
        Resource share, or a stand-in for one that does not exist yet; none leaves step 7 out.
    shares_parameter : bool
        Whether that share gets the parameter of the approved AMI too.
    launch_principals : tuple of str
        Account ids, and ARNs of the organization and its units; empty leaves step 8 out.
    image_builder_principals : tuple of str
        Principals of the share.
    parameter : str
        Path below which the approved image is published.
    regions : tuple of str
        Home Region first.
    region, partition : str
        Of the deployment.
    scanning : bool
        Whether the image is scanned; otherwise those steps are left out and the request says so.
    max_scan_age_days : int
        Oldest scan with which the image is shared.
    build_timeout_minutes : int
        Longest wait for the build.
    organization_id : str
        The only organization that receives anything.
    image_tags : mapping of str to str
        Tags of the images that are built.
    """

    name: str
    document_name: str
    evidence_document: str
    evidence_bucket: str
    configuration_digest: str
    automation_role_arn: str
    pipeline_arn: str
    topic_arn: str
    approvers: tuple[str, ...]
    required: int
    expires_after_days: int
    share_arn: str | None
    shares_parameter: bool
    launch_principals: tuple[str, ...]
    image_builder_principals: tuple[str, ...]
    parameter: str
    regions: tuple[str, ...]
    region: str
    partition: str
    scanning: bool
    max_scan_age_days: int
    build_timeout_minutes: int
    organization_id: str
    image_tags: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse values that Systems Manager would expand.

        Raises
        ------
        RunbookError
            When a value holds ``{{``.
        """
        _refuse_expansion({each.name: getattr(self, each.name) for each in fields(self)})

    def literals(self) -> dict[str, object]:
        """Give every parameter of the approval runbook its value."""
        return {
            "AutomationAssumeRole": self.automation_role_arn,
            "ImageBuilderPipelineArn": self.pipeline_arn,
            "PipelineApproverArn": list(self.approvers),
            "MinRequiredApprovals": self.required,
            "SnsNotificationArn": self.topic_arn,
            "ResourceShareArn": self.share_arn,
            "SharePrincipals": list(self.image_builder_principals),
            "AMIPrincipals": list(self.launch_principals),
            "OrganizationId": self.organization_id,
            "Regions": list(self.regions),
            "ApprovedImageParameter": self.parameter,
            "ParameterShareArn": self.share_arn,
            "MaxScanAgeDays": self.max_scan_age_days,
            "EvidenceDocument": self.evidence_document,
            "EvidenceBucket": self.evidence_bucket,
            "ConfigurationDigest": self.configuration_digest,
        }

    def unused(self) -> frozenset[str]:
        """Name the steps and parameters that this image does not use."""
        unused: frozenset[str] = frozenset()
        if self.share_arn is None:
            unused |= SHARE_STEPS | {"ResourceShareArn", "SharePrincipals", "ParameterShareArn"}
        if not self.shares_parameter:
            unused |= {"ParameterShareArn"}
        if not self.launch_principals:
            unused |= LAUNCH_STEPS | {"AMIPrincipals"}
        if not self.scanning:
            unused |= SCAN_STEPS | {"MaxScanAgeDays"}
        return unused

    def adjust(self, steps: Mapping[str, dict[str, Any]]) -> None:
        """Write times and tags."""
        steps["waitImageBuildingComplete"]["timeoutSeconds"] = self.build_timeout_minutes * 60
        steps["waitForAdministratorApproval"]["timeoutSeconds"] = self.expires_after_days * 86_400
        steps["executeImageCreation"]["inputs"]["tags"] |= dict(self.image_tags)
        steps["publishApprovedAmi"]["inputs"]["InputPayload"]["tags"] |= dict(self.image_tags)


def _refuse_expansion(values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if "{{" in repr(value):
            raise RunbookError(
                f"{name}: {value!r} holds '{{{{', which Systems Manager would expand",
                remedy="leave it out",
            )
