"""Names of what a deployment has once, whatever images it builds."""

from dataclasses import dataclass

from golden_ami.names.place import PlaceNames
from golden_ami.names.runbook import RunbookNames


@dataclass(frozen=True, kw_only=True)
class DeploymentNames(PlaceNames):
    """Names of what a deployment (an account and a Region) has once.

    Attributes
    ----------
    deployment : str
        The deployment's name in the configuration.
    account : str
        Twelve digits.
    region : str
        Home Region.
    """

    deployment: str

    @property
    def topic(self) -> str:
        """Topic name; Systems Manager wants the prefix ``Automation`` (aws:approve reference)."""
        return f"Automation-golden-ami-{self.deployment}"

    @property
    def topic_arn(self) -> str:
        """Topic ARN."""
        return self.arn("sns", self.topic)

    @property
    def key_alias(self) -> str:
        """Alias of the customer key."""
        return f"alias/golden-ami-{self.deployment}"

    @property
    def log_bucket(self) -> str:
        """Bucket of build logs; bucket names are global, so it carries account and Region."""
        return f"golden-ami-logs-{self.account}-{self.region}"

    @property
    def evidence_bucket(self) -> str:
        """Bucket of evidence and decisions."""
        return f"golden-ami-evidence-{self.account}-{self.region}"

    def bucket_arn(self, bucket: str) -> str:
        """ARN of a bucket."""
        return self.arn("s3", bucket, region="", account="")

    @property
    def build_role(self) -> str:
        """Role and instance profile of build and test instances."""
        return f"golden-ami-{self.deployment}-build"

    @property
    def images_arn(self) -> str:
        """Pattern of the ARNs of every image that this deployment's own pipelines build."""
        return self.arn("imagebuilder", "image/golden-ami-*/*")

    @property
    def outcome(self) -> RunbookNames:
        """The runbook that tells how executions ended."""
        return RunbookNames(
            place=self, document=f"GoldenAmiOutcome-{self.deployment}", role=f"golden-ami-{self.deployment}-outcome"
        )

    @property
    def outcome_rule(self) -> str:
        """EventBridge rule that notices the end of executions; where one is not enough, it is the first one."""
        return f"golden-ami-{self.deployment}-ended"

    def numbered_outcome_rule(self, number: int) -> str:
        """Name one of the rules that notice the end of executions, from 1; no deployment's name has a dot."""
        return self.outcome_rule if number == 1 else f"{self.outcome_rule}.{number}"

    @property
    def outcome_rules(self) -> tuple[str, str]:
        """All of these rules, as IAM takes them."""
        return self.outcome_rule, f"{self.outcome_rule}.*"

    @property
    def untold_rule(self) -> str:
        """EventBridge rule that notices when the outcome runbook itself fails."""
        return f"golden-ami-{self.deployment}-untold"

    def rule_arn(self, rule: str) -> str:
        """ARN of a rule on the default event bus."""
        return self.arn("events", f"rule/{rule}")

    @property
    def outcome_starter_role(self) -> str:
        """Role with which EventBridge starts the outcome runbook."""
        return f"golden-ami-{self.deployment}-ended"

    @property
    def outcome_dead_letter_queue(self) -> str:
        """Queue of ends that EventBridge could not deliver."""
        return f"golden-ami-{self.deployment}-ended-dlq"

    @property
    def reader_policy(self) -> str:
        """IAM policy for those who look after the deployment, and change nothing."""
        return f"golden-ami-{self.deployment}-reader"

    @property
    def clean_up_role(self) -> str:
        """Role with which Image Builder deletes images that were never approved."""
        return f"golden-ami-{self.deployment}-clean-up"

    @property
    def clean_up_policy(self) -> str:
        """Lifecycle policy of images that were never approved."""
        return f"golden-ami-{self.deployment}-never-approved"

    @property
    def image_builder_service_role_arn(self) -> str:
        """Image Builder's service-linked role in this account."""
        return self.iam("role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder")

    @property
    def auto_scaling_service_role_arn(self) -> str:
        """EC2 Auto Scaling's service-linked role in this account."""
        return self.iam("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")
