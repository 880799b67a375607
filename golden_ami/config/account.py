"""How Terraform reaches a deployment's account, and what it uses of it."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from golden_ami.config.problems import Problem
from golden_ami.config.types import ArnText, Model, SecurityGroupId, SubnetId, arn_problem
from golden_ami.names import DeploymentNames


class AssumeRole(Model):
    """A role that Terraform assumes on its way to the deployment's account.

    Attributes
    ----------
    arn : str
        Role ARN.
    external_id : str, optional
        As the role's trust policy wants it.
    session_name : str
        What CloudTrail shows.
    """

    arn: ArnText
    external_id: Annotated[str, Field(min_length=2, max_length=1224)] | None = None
    session_name: Annotated[str, Field(pattern=r"^[\w+=,.@-]{2,64}$")] = "golden-ami"


def _form(value: Any) -> str:
    return "chain" if isinstance(value, list | tuple) else "role"


Roles = Annotated[
    Annotated[AssumeRole, Tag("role")]
    | Annotated[tuple[AssumeRole, ...], Field(min_length=1, max_length=5), Tag("chain")],
    Discriminator(_form),
]
"""One role, or several in their order: each is assumed with the credentials of the one before."""


def chain(roles: AssumeRole | tuple[AssumeRole, ...] | None) -> tuple[AssumeRole, ...]:
    """Give the roles in the order in which they are assumed."""
    if roles is None:
        return ()
    return roles if isinstance(roles, tuple) else (roles,)


def role_problems(roles: AssumeRole | tuple[AssumeRole, ...] | None, names: DeploymentNames) -> Iterator[Problem]:
    """Say which roles cannot be on the way; the last one is of the deployment's account."""
    steps = chain(roles)
    for index, role in enumerate(steps):
        is_last = index == len(steps) - 1
        problem = arn_problem(
            role.arn,
            service="iam",
            resource=r"role/.+",
            partition=names.partition,
            region=None,
            account=names.account if is_last else role.arn.split(":")[4],
            what="a role" if is_last else "a role on the way",
        )
        if problem:
            yield Problem((index, "arn") if isinstance(roles, tuple) else ("arn",), problem)


class Network(Model):
    """Where build and test instances run; the account's default VPC without it.

    Attributes
    ----------
    subnet : str
        Subnet id.
    security_groups : tuple of str
        Security groups of that subnet's VPC.
    """

    subnet: SubnetId
    security_groups: Annotated[tuple[SecurityGroupId, ...], Field(min_length=1, max_length=5)]


class Copy(Model):
    """A private copy of every image in another Region, made before the approval and shared after it.

    There is no way to name accounts, launch permissions, launch templates or parameters here: Image Builder would
    act on them before anybody approved.

    Attributes
    ----------
    key : str
        ARN of the key of that Region; its policy must admit the organization.
    """

    key: ArnText
