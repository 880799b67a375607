"""The stack of a deployment: the golden-AMI factory in one account and Region."""

from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from golden_ami.config import Config, resolve
from golden_ami.config.deployment import Deployment
from golden_ami.names import DeploymentNames
from golden_ami.permissions import reader_statements, to_policy
from stacks.account import connect
from stacks.backend import keep_state
from stacks.bucket import Bucket, written_only_by
from stacks.build_instance import BuildInstance
from stacks.clean_up import CleanUp
from stacks.encryption import Encryption
from stacks.image import GoldenImage
from stacks.notifications import Notifications
from stacks.outcome import Outcome
from stacks.text import policy


class DeploymentStack(TerraformStack):
    """What a deployment has once, and then its images one by one.

    Parameters
    ----------
    config : Config
        The whole configuration.

    Notes
    -----
    The construct's id is the deployment's name. Ids are state addresses: renaming one replaces what it names.
    """

    def __init__(self, scope: Construct, id: str, *, config: Config) -> None:
        super().__init__(scope, id)
        deployment = config.deployments[id]
        names = deployment.names(id)
        factories = resolve(config, id)
        keep_state(self, id, config.state)
        connect(self, deployment, tags=config.all_tags(id))
        encryption = Encryption(
            self,
            "encryption",
            names=names,
            existing=deployment.existing.key,
            organization_id=config.organization.id,
            launch_principals=[each for factory in factories for each in factory.launch_principals],
            rolls_out=any(factory.rollout for factory in factories),
            retain=deployment.retain_on_destroy,
        )
        notifications = Notifications(
            self,
            "notifications",
            names=names,
            existing=deployment.existing.topic,
            key_arn=encryption.key_arn,
            subscriptions=deployment.approval.subscriptions,
        )
        logs = _logs(self, deployment, names, encryption.key_arn)
        writers = {
            "evidence/*": [factory.names.evidence.role_arn for factory in factories],
            "decisions/*": [names.outcome.role_arn],
        }
        evidence = _evidence(self, deployment, names, encryption.key_arn, writers)
        instance = BuildInstance(
            self,
            "build-instance",
            names=names,
            log_bucket=_own_name(deployment.existing.log_bucket) or names.log_bucket,
            key_arn=encryption.key_arn,
        )
        keys = {deployment.region: encryption.key_arn} | {
            region: copy.key for region, copy in deployment.copies.items()
        }
        for factory in factories:
            image = GoldenImage(
                self,
                factory.names.image,
                factory=factory,
                organization_id=config.organization.id,
                keys=keys,
                topic_arn=notifications.topic_arn,
                log_bucket=logs,
                profile_name=instance.profile_name,
                network=deployment.network,
                tags=config.all_tags(id),
            )
            TerraformOutput(self, f"image-{factory.names.image}", value=image.outputs)
        Outcome(
            self,
            "outcome",
            names=names,
            topic_arn=notifications.topic_arn,
            key_arn=encryption.key_arn,
            factories=factories,
            evidence_bucket=deployment.evidence_bucket(id),
            quarantine=deployment.quarantine,
        )
        if deployment.quarantine.delete_after_days:
            CleanUp(
                self,
                "clean-up",
                names=names,
                regions=[deployment.region, *deployment.copies],
                after_days=deployment.quarantine.delete_after_days,
            )
        reader = IamPolicy(
            self,
            "reader",
            name=names.reader_policy,
            description=f"Look after {id}, and change nothing",
            policy=policy(
                to_policy(
                    reader_statements(
                        names,
                        factories,
                        topic_arn=deployment.existing.topic or names.topic_arn,
                        keys=keys,
                        evidence_bucket=deployment.evidence_bucket(id),
                    )
                )
            ),
        )
        for name, value in {
            "topic_arn": notifications.topic_arn,
            "key_arn": encryption.key_arn,
            "log_bucket": logs,
            "evidence_bucket": evidence,
            "reader_policy_arn": reader.arn,
        }.items():
            TerraformOutput(self, name, value=value)


def _logs(stack: TerraformStack, deployment: Deployment, names: DeploymentNames, key_arn: str) -> str:
    """Build logs: their loss is no harm, so they go when the stack goes."""
    existing = _own_name(deployment.existing.log_bucket)
    return (
        existing
        or Bucket(
            stack,
            "logs",
            names=names,
            name=names.log_bucket,
            key_arn=key_arn,
            retain=False,
            expire_days=deployment.log_retention_days,
        ).name
    )


def _evidence(
    stack: TerraformStack, deployment: Deployment, names: DeploymentNames, key_arn: str, writers: dict[str, list[str]]
) -> str:
    """Evidence of decisions: apart from the logs, because build instances write those."""
    retain = deployment.retain_on_destroy
    existing = _own_name(deployment.existing.evidence_bucket)
    return (
        existing
        or Bucket(
            stack,
            "evidence",
            names=names,
            name=names.evidence_bucket,
            key_arn=key_arn,
            statements=written_only_by(names, names.evidence_bucket, writers, deletable=not retain),
            retain=retain,
            lock=deployment.evidence,
        ).name
    )


def _own_name(bucket_arn: str | None) -> str | None:
    return bucket_arn.rsplit(":", 1)[1] if bucket_arn else None
