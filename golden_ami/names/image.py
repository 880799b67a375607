"""Names of what each image of a deployment has."""

from dataclasses import dataclass

from golden_ami.names.deployment import DeploymentNames
from golden_ami.names.runbook import RunbookNames

MAX_PAIR_LENGTH = 41
"""Longest deployment name plus image name: an IAM role name has at most 64 characters (IAM quotas)."""


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
    def approval(self) -> RunbookNames:
        """The runbook that asks people, and shares what they approve."""
        return self._runbook("Approval", role="automation")

    @property
    def evidence(self) -> RunbookNames:
        """The runbook that collects what they decide on."""
        return self._runbook("Evidence", role="evidence")

    @property
    def evidence_folder(self) -> str:
        """Where the evidence of this image is in the bucket, one object for each execution."""
        return f"evidence/{self.image}"

    @property
    def decision_folder(self) -> str:
        """Where the decisions on this image are in the bucket, one object for each execution."""
        return f"decisions/{self.image}"

    @property
    def retirement(self) -> RunbookNames:
        """The runbook that deletes what is no longer used."""
        return self._runbook("Retirement", role="retirement")

    @property
    def revocation(self) -> RunbookNames:
        """The runbook that takes an approved image back."""
        return self._runbook("Revocation", role="revocation")

    @property
    def rollback(self) -> RunbookNames:
        """The runbook that makes the image before the current one again."""
        return self._runbook("Rollback", role="rollback")

    @property
    def revoker_policy(self) -> str:
        """IAM policy for those who revoke and roll back."""
        return f"{self.iam_base}-revoker"

    @property
    def rollout(self) -> RunbookNames:
        """The runbook that brings what was approved to launch template and group."""
        return self._runbook("Rollout", role="rollout")

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

    @property
    def runbooks(self) -> dict[str, RunbookNames]:
        """Names of every runbook, by what it is for."""
        return {
            "approval": self.approval,
            "evidence": self.evidence,
            "retirement": self.retirement,
            "revocation": self.revocation,
            "rollback": self.rollback,
            "rollout": self.rollout,
        }

    def _runbook(self, kind: str, *, role: str) -> RunbookNames:
        return RunbookNames(place=self.scope, document=f"GoldenAmi{kind}-{self.image}", role=f"{self.iam_base}-{role}")
