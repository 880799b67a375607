"""An account that a stack beside the deployments works in."""

from collections.abc import Iterator

from golden_ami.arn import partition_of
from golden_ami.config.account import Roles, role_problems
from golden_ami.config.problems import Problem
from golden_ami.config.types import AccountId, Model, Region
from golden_ami.names import DeploymentNames


class Account(Model):
    """An account, and what Terraform assumes in it.

    Attributes
    ----------
    account : str
        Twelve digits.
    assume_role : AssumeRole or tuple of AssumeRole, optional
        As for a deployment.
    """

    account: AccountId
    assume_role: Roles | None = None

    def role_problems(self, region: str) -> Iterator[Problem]:
        """Say what is wrong with the roles, given a Region of the account's partition."""
        names = DeploymentNames(deployment="unnamed", account=self.account, region=region)
        yield from (problem.below("assume_role") for problem in role_problems(self.assume_role, names))


class Place(Account):
    """An account and a Region.

    Attributes
    ----------
    region : str
        Where what is regional is.
    """

    region: Region

    @property
    def partition(self) -> str:
        """Partition of the Region."""
        return partition_of(self.region)
