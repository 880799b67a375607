"""Every name, tag, ARN and path of a factory, derived once from the configuration.

Names are known before anything exists, so policies can name exact ARNs, plans show no unknown values, and the command
line finds what Terraform made without reading its state. Only two identifiers are chosen by AWS and so are absent here:
the key's id and the resource share's id.
"""

from dataclasses import dataclass

from golden_ami.arn import DNS_SUFFIXES, Arn, partition_of

OWNER_TAG = ("owner", "golden-ami-automation")
"""The seed's tag: what the runbooks may touch."""

IMAGE_TAG = "golden-ami:image"
"""On executions and Image Builder images: the image's name in the configuration."""

EXECUTION_TAG = "golden-ami:execution"
"""On Image Builder images: the Automation execution that built it."""

OUTCOME_TAG = "golden-ami:outcome"
"""On executions: how they ended, in a word, once that has been told."""

RETIRABLE_TAG = "golden-ami:retirable"
"""On Image Builder images that were never approved: the deployment whose lifecycle policy may delete them."""

ORGANIZATION_STACK = "organization"
"""The stack of what the organization enforces; no deployment and no consumer has this name."""

BOOTSTRAP_STACK = "state-bootstrap"
"""The stack of the bucket of the states; no deployment and no consumer has this name."""

MAX_PAIR_LENGTH = 41
"""Longest deployment name plus image name: an IAM role name has at most 64 characters (IAM quotas)."""


@dataclass(frozen=True, kw_only=True)
class DeploymentNames:
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
    account: str
    region: str

    @property
    def partition(self) -> str:
        """Partition of the home Region."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """Suffix of service endpoints in this partition, such as ``amazonaws.com``."""
        return DNS_SUFFIXES[self.partition]

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        """Build an ARN in this deployment's partition, and by default its Region and account."""
        region = self.region if region is None else region
        account = self.account if account is None else account
        return str(Arn(self.partition, service, region, account, resource))

    def iam(self, resource: str) -> str:
        """Build the ARN of an IAM entity of this account, such as ``role/Admin``."""
        return self.arn("iam", resource, region="")

    @property
    def root(self) -> str:
        """The account as a principal."""
        return self.iam("root")

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
    def outcome_document(self) -> str:
        """Name of the runbook that tells how executions ended."""
        return f"GoldenAmiOutcome-{self.deployment}"

    @property
    def outcome_definition_arn(self) -> str:
        """ARN of that runbook's default version, as EventBridge starts it.

        With ``document/`` instead, Terraform makes the target a Run Command (terraform-provider-aws#17223).
        """
        return self.arn("ssm", f"automation-definition/{self.outcome_document}:$DEFAULT")

    @property
    def outcome_role(self) -> str:
        """Role that the outcome runbook assumes."""
        return f"golden-ami-{self.deployment}-outcome"

    @property
    def outcome_role_arn(self) -> str:
        """ARN of the role that the outcome runbook assumes."""
        return self.iam(f"role/{self.outcome_role}")

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


@dataclass(frozen=True, kw_only=True)
class ImageNames:
    """Names of what each image of a deployment has.

    Attributes
    ----------
    scope : DeploymentNames
        Names of the deployment.
    image : str
        The image's name in the configuration.
    """

    scope: DeploymentNames
    image: str

    @property
    def base(self) -> str:
        """Name of the image's resources that are unique within account and Region."""
        return f"golden-ami-{self.image}"

    @property
    def iam_base(self) -> str:
        """Stem of IAM names: IAM is global in an account, so the deployment is part of it."""
        return f"golden-ami-{self.scope.deployment}-{self.image}"

    @property
    def pipeline_arn(self) -> str:
        """Image pipeline ARN."""
        return self.scope.arn("imagebuilder", f"image-pipeline/{self.base}")

    def component(self, component: str) -> str:
        """Name of a component made from a file."""
        return f"{self.base}-{component}"

    def images_arn(self, recipe: str | None = None) -> str:
        """Pattern of the ARNs of every image built from the recipe (Image Builder names images after it)."""
        return self.scope.arn("imagebuilder", f"image/{recipe or self.base}/*")

    @property
    def share(self) -> str:
        """Name of the RAM resource share."""
        return self.base

    @property
    def automation_role(self) -> str:
        """Role that the approval runbook assumes."""
        return f"{self.iam_base}-automation"

    @property
    def automation_role_arn(self) -> str:
        """ARN of the role that the approval runbook assumes."""
        return self.scope.iam(f"role/{self.automation_role}")

    @property
    def approval_document(self) -> str:
        """Name of the approval runbook, as deployed."""
        return f"GoldenAmiApproval-{self.image}"

    @property
    def approval_document_arn(self) -> str:
        """ARN of the approval runbook."""
        return self.scope.arn("ssm", f"document/{self.approval_document}")

    @property
    def approval_definition_arn(self) -> str:
        """ARN of any version of the approval runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.approval_document}:*")

    @property
    def evidence_role(self) -> str:
        """Role that the evidence runbook assumes."""
        return f"{self.iam_base}-evidence"

    @property
    def evidence_role_arn(self) -> str:
        """ARN of the role that the evidence runbook assumes."""
        return self.scope.iam(f"role/{self.evidence_role}")

    @property
    def evidence_document(self) -> str:
        """Name of the evidence runbook, as deployed."""
        return f"GoldenAmiEvidence-{self.image}"

    @property
    def evidence_document_arn(self) -> str:
        """ARN of the evidence runbook."""
        return self.scope.arn("ssm", f"document/{self.evidence_document}")

    @property
    def evidence_definition_arn(self) -> str:
        """ARN of any version of the evidence runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.evidence_document}:*")

    @property
    def evidence_folder(self) -> str:
        """Where the evidence of this image is in the bucket, one object for each execution."""
        return f"evidence/{self.image}"

    @property
    def decision_folder(self) -> str:
        """Where the decisions on this image are in the bucket, one object for each execution."""
        return f"decisions/{self.image}"

    @property
    def retirement_role(self) -> str:
        """Role that the retirement runbook assumes."""
        return f"{self.iam_base}-retirement"

    @property
    def retirement_role_arn(self) -> str:
        """ARN of the role that the retirement runbook assumes."""
        return self.scope.iam(f"role/{self.retirement_role}")

    @property
    def retirement_document(self) -> str:
        """Name of the retirement runbook, as deployed."""
        return f"GoldenAmiRetirement-{self.image}"

    @property
    def retirement_document_arn(self) -> str:
        """ARN of the retirement runbook."""
        return self.scope.arn("ssm", f"document/{self.retirement_document}")

    @property
    def retirement_definition_arn(self) -> str:
        """ARN of any version of the retirement runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.retirement_document}:*")

    @property
    def revocation_role(self) -> str:
        """Role that the revocation runbook assumes."""
        return f"{self.iam_base}-revocation"

    @property
    def revocation_role_arn(self) -> str:
        """ARN of the role that the revocation runbook assumes."""
        return self.scope.iam(f"role/{self.revocation_role}")

    @property
    def revocation_document(self) -> str:
        """Name of the revocation runbook, as deployed."""
        return f"GoldenAmiRevocation-{self.image}"

    @property
    def revocation_document_arn(self) -> str:
        """ARN of the revocation runbook."""
        return self.scope.arn("ssm", f"document/{self.revocation_document}")

    @property
    def revocation_definition_arn(self) -> str:
        """ARN of any version of the revocation runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.revocation_document}:*")

    @property
    def rollback_role(self) -> str:
        """Role that the rollback runbook assumes."""
        return f"{self.iam_base}-rollback"

    @property
    def rollback_role_arn(self) -> str:
        """ARN of the role that the rollback runbook assumes."""
        return self.scope.iam(f"role/{self.rollback_role}")

    @property
    def rollback_document(self) -> str:
        """Name of the rollback runbook, as deployed."""
        return f"GoldenAmiRollback-{self.image}"

    @property
    def rollback_document_arn(self) -> str:
        """ARN of the rollback runbook."""
        return self.scope.arn("ssm", f"document/{self.rollback_document}")

    @property
    def rollback_definition_arn(self) -> str:
        """ARN of any version of the rollback runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.rollback_document}:*")

    @property
    def revoker_policy(self) -> str:
        """IAM policy for those who revoke and roll back."""
        return f"{self.iam_base}-revoker"

    @property
    def rollout_role(self) -> str:
        """Role that the rollout runbook assumes."""
        return f"{self.iam_base}-rollout"

    @property
    def rollout_role_arn(self) -> str:
        """ARN of the role that the rollout runbook assumes."""
        return self.scope.iam(f"role/{self.rollout_role}")

    @property
    def rollout_document(self) -> str:
        """Name of the rollout runbook, as deployed."""
        return f"GoldenAmiRollout-{self.image}"

    @property
    def rollout_document_arn(self) -> str:
        """ARN of the rollout runbook."""
        return self.scope.arn("ssm", f"document/{self.rollout_document}")

    @property
    def rollout_definition_arn(self) -> str:
        """ARN of any version of the rollout runbook as an automation to start."""
        return self.scope.arn("ssm", f"automation-definition/{self.rollout_document}:*")

    @property
    def rollout_default_arn(self) -> str:
        """ARN of that runbook's default version, as EventBridge starts it."""
        return self.scope.arn("ssm", f"automation-definition/{self.rollout_document}:$DEFAULT")

    @property
    def rollout_starter_policy(self) -> str:
        """IAM policy for those who roll out again."""
        return f"{self.iam_base}-rollout-starter"

    @property
    def approved_rule(self) -> str:
        """EventBridge rule that notices an approval, and the role with which it starts the rollout."""
        return f"{self.iam_base}-approved"

    @property
    def approved_dead_letter_queue(self) -> str:
        """Queue of approvals that EventBridge could not deliver."""
        return f"{self.iam_base}-approved-dlq"

    @property
    def retirer_policy(self) -> str:
        """IAM policy for those who retire images."""
        return f"{self.iam_base}-retirer"

    @property
    def parameter(self) -> str:
        """Path below which the approved image is published, in every Region; other deployments may share the Region."""
        return f"/golden-ami/{self.scope.deployment}/{self.image}"

    @property
    def distribution_arn(self) -> str:
        """Distribution configuration ARN."""
        return self.scope.arn("imagebuilder", f"distribution-configuration/{self.base}")

    @property
    def starter_policy(self) -> str:
        """IAM policy for those who start the runbook."""
        return f"{self.iam_base}-starter"

    @property
    def approver_policy(self) -> str:
        """IAM policy for those who approve."""
        return f"{self.iam_base}-approver"

    @property
    def schedule(self) -> str:
        """Name of the EventBridge Scheduler schedule."""
        return self.iam_base[:64]

    @property
    def schedule_arn(self) -> str:
        """ARN of the schedule, in the default group."""
        return self.scope.arn("scheduler", f"schedule/default/{self.schedule}")

    @property
    def scheduler_role(self) -> str:
        """Role that EventBridge Scheduler assumes."""
        return f"{self.iam_base}-schedule"

    @property
    def dead_letter_queue(self) -> str:
        """Queue of starts that EventBridge Scheduler could not deliver."""
        return f"{self.base}-schedule-dlq"
