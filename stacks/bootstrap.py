"""The stack of the bucket that keeps every other stack's state, which has to be there before them."""

from cdktf import LocalBackend, TerraformOutput, TerraformStack
from constructs import Construct

from golden_ami.config import Config
from golden_ami.config.place import Account
from golden_ami.config.state import S3State
from golden_ami.names import DeploymentNames
from stacks.account import provide
from stacks.bucket import Bucket


class BootstrapStack(TerraformStack):
    """A private, versioned, encrypted bucket that refuses to be destroyed.

    Parameters
    ----------
    config : Config
        The whole configuration.
    state : S3State
        Whose bucket is made.
    home : Account
        Where it is made.

    Notes
    -----
    Its own state is a file beside ``cdktf.json``: it could not lie in a bucket that is not there yet. There is no table
    of locks, because Terraform locks by an object beside the state.
    """

    def __init__(self, scope: Construct, id: str, *, config: Config, state: S3State, home: Account) -> None:
        super().__init__(scope, id)
        LocalBackend(self, path=f"../../../terraform.{id}.tfstate")
        provide(self, home.account, state.region, assume_role=home.assume_role, tags=config.common_tags())
        bucket = Bucket(
            self,
            "state",
            names=DeploymentNames(deployment=id, account=home.account, region=state.region),
            name=state.bucket,
            key_arn=state.kms_key,
            retain=True,
        )
        TerraformOutput(self, "state_bucket", value=bucket.name)
