"""What a document is bound to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from golden_ami.errors import RunbookError


@dataclass(frozen=True, kw_only=True)
class Binding:
    """One image in one deployment, as a runbook sees it.

    Attributes
    ----------
    name, document_name : str
        The image's name and the deployed document's.
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
    launch_principals : tuple of str
        Account ids, and ARNs of the organization and its units; empty leaves step 8 out.
    image_builder_principals : tuple of str
        Principals of the share.
    regions : tuple of str
        Home Region first.
    region, partition : str
        Of the deployment.
    scanning : bool
        Whether the image is scanned; otherwise those steps are left out and the request says so.
    finding_limits : mapping of str to int
        Severity (critical, high, medium, all) to most findings.
    build_timeout_minutes : int
        Longest wait for the build.
    organization_id : str
        The only organization that receives anything.
    image_tags : mapping of str to str
        Tags of the images that are built.
    """

    name: str
    document_name: str
    automation_role_arn: str
    pipeline_arn: str
    topic_arn: str
    approvers: tuple[str, ...]
    required: int
    expires_after_days: int
    share_arn: str | None
    launch_principals: tuple[str, ...]
    image_builder_principals: tuple[str, ...]
    regions: tuple[str, ...]
    region: str
    partition: str
    scanning: bool
    finding_limits: Mapping[str, int]
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
        for field in fields(self):
            if "{{" in repr(getattr(self, field.name)):
                raise RunbookError(
                    f"{field.name}: {getattr(self, field.name)!r} holds '{{{{', which Systems Manager would expand",
                    remedy="leave it out",
                )

    def literals(self) -> dict[str, object]:
        """Give every parameter of the approval runbook its value; pinning puts them into the document."""
        values: dict[str, object] = {
            "AutomationAssumeRole": self.automation_role_arn,
            "ImageBuilderPipelineArn": self.pipeline_arn,
            "PipelineApproverArn": list(self.approvers),
            "MinRequiredApprovals": self.required,
            "SnsNotificationArn": self.topic_arn,
            "ResourceShareArn": self.share_arn,
            "AMIPrincipals": list(self.launch_principals),
            "OrganizationId": self.organization_id,
            "Regions": list(self.regions),
            "FindingLimits": {severity: str(limit) for severity, limit in self.finding_limits.items()},
        }
        return values
