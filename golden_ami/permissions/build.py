"""What build and test instances may do.

The actions are those of AWS's managed policies EC2InstanceProfileForImageBuilder and AmazonSSMManagedInstanceCore,
without the ones that builds do not need: reading any parameter of the account, above all.
"""

from golden_ami.names import DeploymentNames
from golden_ami.permissions.statement import Statement

_AGENT = (
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""The agent's channels, through which Image Builder works; none of them is about a resource that has a name before."""

_INVENTORY = (
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
)
"""Inspector scans what the agent's inventory tells, by associations with AWS's own documents."""


def build_instance_statements(names: DeploymentNames, *, log_bucket: str, key_arn: str) -> tuple[Statement, ...]:
    """Write the statements of the instance role.

    Parameters
    ----------
    names : DeploymentNames
        Names of the deployment.
    log_bucket : str
        Bucket name.
    key_arn : str
        Key of the bucket.
    """
    log_group = "log-group:/aws/imagebuilder/*"
    return (
        Statement(sid="SystemsManagerAgent", actions=_AGENT, resources=("*",)),
        Statement(sid="Inventory", actions=_INVENTORY, resources=("*",)),
        Statement(
            sid="ReadComponents",
            actions=("imagebuilder:GetComponent",),
            resources=(
                names.arn("imagebuilder", "component/*"),
                names.arn("imagebuilder", "component/*", account="aws"),
            ),
        ),
        Statement(
            sid="ReadTheComponentManager",
            actions=("s3:GetObject",),
            resources=(names.bucket_arn(f"ec2imagebuilder-managed-resources-{names.region}-prod") + "/*",),
        ),
        Statement(
            sid="WriteLogs",
            actions=("s3:PutObject",),
            resources=(names.bucket_arn(log_bucket) + "/*",),
        ),
        Statement(
            sid="EncryptLogs",
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(key_arn,),
            conditions={"StringEquals": {"kms:ViaService": f"s3.{names.region}.{names.dns_suffix}"}},
        ),
        Statement(
            sid="StreamLogs",
            actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
            resources=(names.arn("logs", log_group), names.arn("logs", f"{log_group}:log-stream:*")),
        ),
    )
