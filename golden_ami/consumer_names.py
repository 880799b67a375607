"""Names of what a consumer has, and of what it reads of the factory; derived once, as all names are."""

from dataclasses import dataclass

from golden_ami.names import DeploymentNames, ImageNames

METRICS = "GoldenAmi"
"""CloudWatch namespace."""


@dataclass(frozen=True, kw_only=True)
class ConsumerNames:
    """Names of a consumer.

    Attributes
    ----------
    consumer : str
        Its name in the configuration.
    scope : DeploymentNames
        Its own account and Region.
    source : ImageNames
        The image that it follows, in the factory's account.
    """

    consumer: str
    scope: DeploymentNames
    source: ImageNames

    @property
    def base(self) -> str:
        """Name of launch template, group, schedule and alarm."""
        return f"golden-ami-{self.consumer}"

    @property
    def parameter_arn(self) -> str:
        """ARN of the shared parameter; a parameter of another account is known by its whole ARN only."""
        return self.source.scope.arn("ssm", f"parameter{self.source.parameter}/ami")

    @property
    def document(self) -> str:
        """Name of the runbook that looks after it."""
        return f"GoldenAmiConsumerCheck-{self.consumer}"

    @property
    def document_arn(self) -> str:
        """ARN of that runbook."""
        return self.scope.arn("ssm", f"document/{self.document}")

    @property
    def definition_arn(self) -> str:
        """ARN of any version of that runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.document}:*")

    @property
    def check_role(self) -> str:
        """Role that the runbook assumes."""
        return f"golden-ami-consumer-{self.consumer}-check"

    @property
    def check_role_arn(self) -> str:
        """ARN of that role."""
        return self.scope.iam(f"role/{self.check_role}")

    @property
    def schedule_role(self) -> str:
        """Role with which EventBridge Scheduler starts the runbook."""
        return f"golden-ami-consumer-{self.consumer}-schedule"

    @property
    def group_arn(self) -> str:
        """The Auto Scaling group by its name; AWS chooses an id for the middle of the ARN."""
        return self.scope.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{self.base}")
