"""What those who look after a deployment may read: everything of it, and nothing of anything else."""

from collections.abc import Mapping, Sequence

from golden_ami.config import ImageFactory
from golden_ami.names import DeploymentNames
from golden_ami.permissions.statement import Conditions, Statement


def reader_statements(
    names: DeploymentNames,
    factories: Sequence[ImageFactory],
    *,
    topic_arn: str,
    keys: Mapping[str, str],
    evidence_bucket: str,
) -> tuple[Statement, ...]:
    """Read what a deployment has, and judge what its roles may do.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    factories : sequence of ImageFactory
        Its images.
    topic_arn : str
        Topic of requests and outcomes.
    keys : mapping of str to str
        Region to ARN of its key.
    evidence_bucket : str
        Bucket of evidence and decisions.
    """
    return (
        *_images(names, factories, tuple(keys)),
        *_runbooks(names, tuple(keys)),
        *_infrastructure(names, topic_arn),
        *_evidence(names, evidence_bucket, keys),
        Statement(
            sid="ReadKeys",
            actions=("kms:DescribeKey", "kms:GetKeyPolicy"),
            resources=tuple(dict.fromkeys(keys.values())),
        ),
    )


def _images(
    names: DeploymentNames, factories: Sequence[ImageFactory], regions: tuple[str, ...]
) -> tuple[Statement, ...]:
    brought = (factory.images_arn for factory in factories if factory.pipeline)
    return (
        Statement(
            sid="ReadImages",
            actions=("imagebuilder:GetImage", "imagebuilder:ListImageBuildVersions"),
            resources=(names.images_arn, *brought),
        ),
        Statement(
            sid="ReadLaunchPermissions",
            actions=("ec2:DescribeImageAttribute",),
            resources=tuple(names.arn("ec2", "image/*", region=region, account="") for region in regions),
            conditions={"StringEquals": {"ec2:Owner": names.account}},
        ),
        # None of them knows a resource.
        Statement(
            sid="ListWhatThereIs",
            actions=(
                "ec2:DescribeImages",
                "ec2:DescribeInstances",
                "ec2:DescribeSnapshots",
                "ec2:GetImageBlockPublicAccessState",
                "imagebuilder:ListImages",
                "inspector2:BatchGetAccountStatus",
                "inspector2:ListFindingAggregations",
                "kms:ListAliases",
                "organizations:DescribeOrganization",
                "ram:GetResourceShareAssociations",
                "ram:GetResourceShares",
                "servicequotas:GetServiceQuota",
                "ssm:DescribeAutomationExecutions",
            ),
            resources=("*",),
        ),
    )


def _runbooks(names: DeploymentNames, regions: tuple[str, ...]) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="ReadRunbooks",
            actions=("ssm:DescribeDocument", "ssm:GetDocument"),
            resources=(names.arn("ssm", "document/GoldenAmi*"),),
        ),
        Statement(
            sid="ReadExecutions",
            actions=("ssm:DescribeAutomationStepExecutions", "ssm:GetAutomationExecution", "ssm:ListTagsForResource"),
            resources=(names.arn("ssm", "automation-execution/*"),),
        ),
        Statement(
            sid="ReadWhatIsApproved",
            actions=("ssm:GetParameter",),
            resources=tuple(
                names.arn("ssm", f"parameter/golden-ami/{names.deployment}/*", region=region) for region in regions
            ),
        ),
        Statement(
            sid="ReadRoles",
            actions=("iam:GetRole", "iam:SimulatePrincipalPolicy"),
            resources=(names.iam(f"role/golden-ami-{names.deployment}-*"),),
        ),
        Statement(
            sid="SeeServiceRoles",
            actions=("iam:GetRole",),
            resources=(names.iam("role/aws-service-role/*"),),
        ),
    )


def _infrastructure(names: DeploymentNames, topic_arn: str) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="ReadRules",
            actions=("events:DescribeRule", "events:ListTargetsByRule"),
            resources=(names.rule_arn(f"golden-ami-{names.deployment}-*"),),
        ),
        Statement(
            sid="ReadSchedules",
            actions=("scheduler:GetSchedule",),
            resources=(names.arn("scheduler", f"schedule/default/golden-ami-{names.deployment}-*"),),
        ),
        Statement(
            sid="CountDeadLetters",
            actions=("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
            resources=(names.arn("sqs", "golden-ami-*-dlq"),),
        ),
        Statement(
            sid="ReadTheTopic",
            actions=("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"),
            resources=(topic_arn,),
        ),
    )


def _evidence(names: DeploymentNames, evidence_bucket: str, keys: Mapping[str, str]) -> tuple[Statement, ...]:
    bucket = names.bucket_arn(evidence_bucket)
    via: Conditions = {"StringEquals": {"kms:ViaService": f"s3.{names.region}.{names.dns_suffix}"}}
    return (
        Statement(
            sid="ReadTheBucketOfEvidence",
            actions=(
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
                # Without it, an object that is not there looks like one that is forbidden.
                "s3:ListBucket",
            ),
            resources=(bucket,),
        ),
        Statement(
            sid="ReadEvidenceAndDecisions",
            actions=("s3:GetObject",),
            resources=(f"{bucket}/decisions/*", f"{bucket}/evidence/*"),
        ),
        Statement(sid="DecryptThem", actions=("kms:Decrypt",), resources=(keys[names.region],), conditions=via),
    )
