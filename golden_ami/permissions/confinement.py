"""What a runbook's role is confined to."""

from dataclasses import dataclass

from golden_ami.names import DeploymentNames, ImageNames


@dataclass(frozen=True, kw_only=True)
class Confinement:
    """What the calls of a runbook are confined to.

    Attributes
    ----------
    names : DeploymentNames
        Account, Region and partition.
    topic_arn : str
        Topic of requests and outcomes.
    key_arn : str or None
        Key of the topic and of the evidence.
    share_arn : str or None
        Resource share; without one, nothing of RAM is granted.
    shares_parameter : bool
        Whether that share gets a parameter.
    pipeline_arn, distribution_arn : str
        Pipeline, and its distribution configuration.
    images_arns : tuple of str
        Patterns of the images.
    parameter : str
        Path of the parameters.
    regions : tuple of str
        Regions with an AMI.
    launches : bool
        Whether launch permissions are given or taken.
    lists_findings : bool
        Whether findings are read one by one.
    publishes : bool
        Whether the approved AMI is published.
    evidence_bucket : str
        Bucket of evidence and decisions.
    reads, writes : tuple of str
        Patterns of the objects in it that are read and written.
    ami_key_arns : tuple of str
        Keys of AMIs, whose policies are read.
    collects_for : ImageNames or None
        Whose evidence runbook is started.
    launch_template, auto_scaling_group : str
        Id and name of what an approved image is rolled out to.
    instance_role_arn : str
        Role of the instances that it launches, if any.
    deprecates, disables, marks : bool
        Whether AMIs that were not approved are deprecated and disabled, and their images marked for deletion.
    outcome : str
        The only outcome that images and AMIs are tagged with; empty for any.
    """

    names: DeploymentNames
    topic_arn: str
    key_arn: str | None
    share_arn: str | None = None
    shares_parameter: bool = False
    pipeline_arn: str = ""
    distribution_arn: str = ""
    images_arns: tuple[str, ...] = ()
    parameter: str = ""
    regions: tuple[str, ...] = ()
    launches: bool = False
    lists_findings: bool = False
    publishes: bool = False
    evidence_bucket: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    ami_key_arns: tuple[str, ...] = ()
    collects_for: ImageNames | None = None
    launch_template: str = ""
    auto_scaling_group: str = ""
    instance_role_arn: str = ""
    deprecates: bool = False
    disables: bool = False
    marks: bool = False
    outcome: str = ""

    @property
    def ami_arns(self) -> tuple[str, ...]:
        """Every AMI of the Regions; AMI ARNs carry no account, and conditions confine them."""
        return tuple(self.names.arn("ec2", "image/*", region=region, account="") for region in self.regions)

    @property
    def snapshot_arns(self) -> tuple[str, ...]:
        """Every snapshot of the Regions; conditions confine them, too."""
        return tuple(self.names.arn("ec2", "snapshot/*", region=region, account="") for region in self.regions)

    @property
    def launch_template_arn(self) -> str:
        """The launch template."""
        return self.names.arn("ec2", f"launch-template/{self.launch_template}")

    @property
    def auto_scaling_group_arn(self) -> str:
        """The group by its name; AWS chooses an id for the middle of the ARN."""
        group = f"autoScalingGroup:*:autoScalingGroupName/{self.auto_scaling_group}"
        return self.names.arn("autoscaling", group)

    @property
    def evidence_arn(self) -> str:
        """The bucket of evidence and decisions."""
        return self.names.bucket_arn(self.evidence_bucket)

    def object_arns(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Objects of that bucket."""
        return tuple(f"{self.evidence_arn}/{pattern}" for pattern in patterns)

    @property
    def ami_parameter_arns(self) -> tuple[str, ...]:
        """The parameter of the approved AMI in each Region."""
        return tuple(self.names.arn("ssm", f"parameter{self.parameter}/ami", region=region) for region in self.regions)

    @property
    def record_arn(self) -> str:
        """The parameter that says which image is approved."""
        return self.names.arn("ssm", f"parameter{self.parameter}/approved")

    @property
    def executions_arn(self) -> str:
        """Every execution: which one it is, is known only when it runs."""
        return self.names.arn("ssm", "automation-execution/*")
