"""Names of a runbook: the document and the role that it assumes."""

from dataclasses import dataclass

from golden_ami.names.place import PlaceNames


@dataclass(frozen=True, kw_only=True)
class RunbookNames:
    """A document of Systems Manager as deployed, and its role.

    Attributes
    ----------
    place : PlaceNames
        Where it is.
    document : str
        Name of the document.
    role : str
        Name of the role that it assumes.
    """

    place: PlaceNames
    document: str
    role: str

    @property
    def document_arn(self) -> str:
        """ARN of the document."""
        return self.place.arn("ssm", f"document/{self.document}")

    @property
    def definition_arn(self) -> str:
        """ARN of any version of it as an automation to start."""
        return self.place.arn("ssm", f"automation-definition/{self.document}:*")

    @property
    def default_arn(self) -> str:
        """ARN of its default version, as EventBridge starts it.

        With ``document/`` instead, Terraform makes the target a Run Command (terraform-provider-aws#17223).
        """
        return self.place.arn("ssm", f"automation-definition/{self.document}:$DEFAULT")

    @property
    def role_arn(self) -> str:
        """ARN of the role."""
        return self.place.iam(f"role/{self.role}")
