"""A role and what it may do."""

from collections.abc import Iterable, Mapping
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from golden_ami.permissions import Statement, to_policy
from stacks.text import policy


class Role(Construct):
    """A role with one inline policy: what it may do is nobody else's, and goes with it.

    Parameters
    ----------
    name, description : str
        Of the role.
    trust : mapping
        Who may assume it.
    statements : iterable of Statement
        What it may do.

    Attributes
    ----------
    arn, name : str
        Of the role.
    policy : IamRolePolicy
        To be waited for by what uses the role.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        description: str,
        trust: Mapping[str, Any],
        statements: Iterable[Statement],
    ) -> None:
        super().__init__(scope, id)
        role = IamRole(self, "role", name=name, description=description, assume_role_policy=policy(trust))
        self.arn = role.arn
        self.name = role.name
        self.policy = IamRolePolicy(self, "policy", name="role", role=role.name, policy=policy(to_policy(statements)))
