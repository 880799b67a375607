"""Names of what a consumer has, and of what it reads of the factory; derived once, as all names are."""

from dataclasses import dataclass

from golden_ami.names.deployment import DeploymentNames
from golden_ami.names.image import ImageNames
from golden_ami.names.runbook import RunbookNames

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
    def check(self) -> RunbookNames:
        """The runbook that looks after it."""
        return RunbookNames(
            place=self.scope,
            document=f"GoldenAmiConsumerCheck-{self.consumer}",
            role=f"golden-ami-consumer-{self.consumer}-check",
        )

    @property
    def schedule_role(self) -> str:
        """Role with which EventBridge Scheduler starts the runbook."""
        return f"golden-ami-consumer-{self.consumer}-schedule"

    @property
    def group_arn(self) -> str:
        """The Auto Scaling group by its name; AWS chooses an id for the middle of the ARN."""
        return self.scope.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{self.base}")
