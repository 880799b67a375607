"""What build and test instances may do, and where their logs go."""

from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from constructs import Construct

from golden_ami.names import DeploymentNames
from golden_ami.permissions import build_instance_statements, build_trust
from stacks.role import Role


class BuildInstance(Construct):
    """Role and instance profile of every build in a deployment.

    Parameters
    ----------
    log_bucket : str
        Bucket name.
    key_arn : str
        Key of the log bucket.

    Attributes
    ----------
    profile_name : str
        Instance profile, which waits for the role's policy.
    """

    def __init__(self, scope: Construct, id: str, *, names: DeploymentNames, log_bucket: str, key_arn: str) -> None:
        super().__init__(scope, id)
        role = Role(
            self,
            "role",
            name=names.build_role,
            description="Image Builder's build and test instances",
            trust=build_trust(names),
            statements=build_instance_statements(names, log_bucket=log_bucket, key_arn=key_arn),
        )
        profile = IamInstanceProfile(self, "profile", name=names.build_role, role=role.name, depends_on=[role.policy])
        self.profile_name = profile.name
