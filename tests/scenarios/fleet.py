"""A launch template and the Auto Scaling group that uses it, as a team has them before any rollout."""

from dataclasses import dataclass
from typing import Any

from golden_ami.sandbox.server import LocalAws

GROUP = "fleet"
TRUST = '{"Version": "2012-10-17", "Statement": []}'


@dataclass(frozen=True)
class Fleet:
    """Two instances that a group keeps.

    Attributes
    ----------
    local : LocalAws
        Where it is.
    template : str
        Id of the launch template.
    """

    local: LocalAws
    template: str

    @classmethod
    def create(cls, local: LocalAws) -> "Fleet":
        """Make the template, with tags and an instance profile, and the group, on the template's first version."""
        ec2, iam = local.client("ec2"), local.client("iam")
        iam.create_role(RoleName=GROUP, AssumeRolePolicyDocument=TRUST)
        iam.create_instance_profile(InstanceProfileName=GROUP)
        iam.add_role_to_instance_profile(InstanceProfileName=GROUP, RoleName=GROUP)
        data = {
            "ImageId": ec2.register_image(Name="before-any-approval")["ImageId"],
            "InstanceType": "t3.micro",
            "IamInstanceProfile": {"Name": GROUP},
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "web"}]}],
        }
        made = ec2.create_launch_template(LaunchTemplateName=GROUP, LaunchTemplateData=data)["LaunchTemplate"]
        local.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=GROUP,
            MinSize=1,
            MaxSize=4,
            DesiredCapacity=2,
            AvailabilityZones=["eu-west-1a"],
            LaunchTemplate={"LaunchTemplateId": made["LaunchTemplateId"], "Version": "1"},
        )
        return cls(local, str(made["LaunchTemplateId"]))

    def default(self) -> dict[str, Any]:
        """The default version."""
        ec2 = self.local.client("ec2")
        found = ec2.describe_launch_template_versions(LaunchTemplateId=self.template, Versions=["$Default"])
        return dict(found["LaunchTemplateVersions"][0])

    def versions(self) -> int:
        """How many versions there are."""
        found = self.local.client("ec2").describe_launch_templates(LaunchTemplateIds=[self.template])
        return int(found["LaunchTemplates"][0]["LatestVersionNumber"])

    def refreshes(self) -> list[dict[str, Any]]:
        """What DescribeInstanceRefreshes says, the last one first."""
        scaling = self.local.client("autoscaling")
        return list(scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)["InstanceRefreshes"])

    def instances(self) -> dict[str, str]:
        """AMIs of the running instances."""
        filters = [
            {"Name": "tag:aws:autoscaling:groupName", "Values": [GROUP]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        found = self.local.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return {each["InstanceId"]: each["ImageId"] for reservation in found for each in reservation["Instances"]}
