"""One image of a deployment: its pipeline, its share, its approval runbook and its schedule."""

from collections.abc import Mapping

from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.config.account import Network
from stacks.approval import Approval
from stacks.pipeline import Pipeline
from stacks.revocation import Revocation
from stacks.rollout import Rollout
from stacks.schedule import ScheduledRuns
from stacks.share import Share


class GoldenImage(Construct):
    """From a recipe to an approved share.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    organization_id : str
        The only organization that may receive it.
    keys : mapping of str to str
        Region to key ARN, with every Region of the factory.
    topic_arn, log_bucket, profile_name : str
        What the deployment has once.
    network : Network or None
        Where it builds.
    tags : mapping of str to str
        Tags of instances and AMIs.

    Attributes
    ----------
    outputs : dict of str to str
        What an operator needs, by name.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        factory: ImageFactory,
        organization_id: str,
        keys: Mapping[str, str],
        topic_arn: str,
        log_bucket: str,
        profile_name: str,
        network: Network | None,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        self.outputs = {"image_pipeline_arn": factory.pipeline_arn}
        if not factory.pipeline:
            pipeline = Pipeline(
                self,
                "pipeline",
                factory=factory,
                keys=keys,
                profile_name=profile_name,
                log_bucket=log_bucket,
                topic_arn=topic_arn,
                network=network,
                tags=tags,
            )
            self.outputs |= {"image_pipeline_arn": pipeline.arn, "image_recipe_arn": pipeline.recipe_arn}
        share_arn = factory.share_arn
        if factory.image_builder_principals and not share_arn:
            share_arn = Share(self, "share", factory=factory).arn
        approval = Approval(
            self,
            "approval",
            factory=factory,
            organization_id=organization_id,
            topic_arn=topic_arn,
            keys=keys,
            share_arn=share_arn,
        )
        revocation = Revocation(
            self,
            "revocation",
            factory=factory,
            organization_id=organization_id,
            topic_arn=topic_arn,
            key_arn=keys[factory.regions[0]],
            share_arn=share_arn,
        )
        if factory.schedule:
            ScheduledRuns(self, "schedule", names=factory.names, schedule=factory.schedule, document=approval.document)
        self.outputs |= {
            "automation_role_arn": factory.names.approval.role_arn,
            "approval_document": approval.document,
            "approval_document_arn": factory.names.approval.document_arn,
            "retirement_document": approval.retirement_document,
            "revocation_document": revocation.document,
            "rollback_document": revocation.rollback_document,
            "revoker_policy_arn": revocation.policy_arn,
            "approved_ami_parameter": f"{factory.names.parameter}/ami",
        } | {f"{does}_policy_arn": arn for does, arn in approval.policies.items()}
        if factory.rollout:
            rollout = Rollout(self, "rollout", factory=factory, rollout=factory.rollout)
            self.outputs |= {"rollout_document": rollout.document, "rollout_starter_policy_arn": rollout.policy_arn}
        if share_arn:
            self.outputs["resource_share_arn"] = share_arn
