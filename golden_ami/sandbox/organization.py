"""Sets up what a real factory finds before it: an organization that shares, accounts, roles, a scanner.

Everything is made by boto3 through the sandbox's door, as a platform team does it once on AWS.

Source: "Getting started with AWS Organizations", "Enabling a policy type", "Enable resource sharing within AWS
Organizations", "Using service-linked roles for Image Builder", "Activating Amazon Inspector".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from golden_ami.errors import SandboxError
from golden_ami.sandbox.endpoint import SECRET, Endpoint
from golden_ami.sandbox.identifiers import (
    FACTORY_ACCOUNT,
    MANAGEMENT_ACCOUNT,
    MEMBERS,
    ORGANIZATION_ID,
    ROOT_ID,
    SANDBOX_ACCOUNT,
    UNIT_IDS,
    WORKLOAD_ACCOUNT,
    access_key_of,
)

ROLES: Final = ("GoldenAmiApprover", "GoldenAmiSecondApprover", "GoldenAmiStarter")
"""Roles of people, in the factory account."""

POLICY_TYPES: Final = ("SERVICE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2")
"""Types of policies that are switched on in the organization."""

_HOMES: Final = {WORKLOAD_ACCOUNT: UNIT_IDS["Workloads"], SANDBOX_ACCOUNT: UNIT_IDS["Sandboxes"]}
_SERVICE_LINKED: Final = ("imagebuilder.amazonaws.com",)


@dataclass(frozen=True, kw_only=True)
class Organization:
    """What was set up.

    Attributes
    ----------
    organization_id : str
        Such as ``o-sandbox00001``.
    organization_arn : str
        Its ARN.
    root_id : str
        Root of the organization.
    management_account : str
        Account id.
    factory_account : str
        Account id of the factory, whose credentials are the default ones.
    members : Mapping[str, str]
        Names of the member accounts by id.
    unit_ids : Mapping[str, str]
        Unit ids by name.
    unit_arns : Mapping[str, str]
        Unit ARNs by name.
    role_arns : Mapping[str, str]
        ARNs of people's roles by name.
    """

    organization_id: str
    organization_arn: str
    root_id: str
    management_account: str
    factory_account: str
    members: Mapping[str, str]
    unit_ids: Mapping[str, str]
    unit_arns: Mapping[str, str]
    role_arns: Mapping[str, str]


def prepare_organization(local: Endpoint) -> Organization:
    """Create the organization of :mod:`golden_ami.sandbox.identifiers` in a sandbox that has none yet.

    Parameters
    ----------
    local : Endpoint
        A running sandbox, in this process or in another one.

    Returns
    -------
    Organization
        Units ``Workloads`` and ``Sandboxes`` with an account each, the factory's account with its roles, sharing inside
        the organization and two types of policies switched on, Inspector enabled in every Region of the factory's
        account.

    Raises
    ------
    SandboxError
        When the identifiers are not the fixed ones.
    """
    client = local.client("organizations", account=MANAGEMENT_ACCOUNT)
    organization = client.create_organization(FeatureSet="ALL")["Organization"]
    root = client.list_roots()["Roots"][0]["Id"]
    units = {
        name: client.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"] for name in UNIT_IDS
    }
    accounts = {_create_account(client, name): name for name in MEMBERS.values()}
    found = (organization["Id"], root, {name: unit["Id"] for name, unit in units.items()}, accounts)
    if found != (ORGANIZATION_ID, ROOT_ID, dict(UNIT_IDS), dict(MEMBERS)):
        raise SandboxError(f"the organization has unexpected identifiers: {found}", remedy="use a fresh sandbox")
    for account, unit in _HOMES.items():
        client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    for policy_type in POLICY_TYPES:
        client.enable_policy_type(RootId=root, PolicyType=policy_type)
    local.client("ram", account=MANAGEMENT_ACCOUNT).enable_sharing_with_aws_organization()
    return Organization(
        organization_id=ORGANIZATION_ID,
        organization_arn=organization["Arn"],
        root_id=ROOT_ID,
        management_account=MANAGEMENT_ACCOUNT,
        factory_account=FACTORY_ACCOUNT,
        members=MEMBERS,
        unit_ids=UNIT_IDS,
        unit_arns={name: unit["Arn"] for name, unit in units.items()},
        role_arns=_prepare_factory(local),
    )


def _create_account(client: Any, name: str) -> str:
    email = f"{name.replace(' ', '-').lower()}@example.com"
    return str(client.create_account(AccountName=name, Email=email)["CreateAccountStatus"]["AccountId"])


def _prepare_factory(local: Endpoint) -> dict[str, str]:
    """Make the factory account's roles, and enable what a factory needs; return the ARNs of people's roles."""
    iam = local.client("iam")
    for service in _SERVICE_LINKED:
        iam.create_service_linked_role(AWSServiceName=service)
    regions = local.session(access_key_of(FACTORY_ACCOUNT), SECRET).get_available_regions("inspector2")
    for region in regions:
        inspector = local.client("inspector2", region=region)
        inspector.enable(accountIds=[FACTORY_ACCOUNT], resourceTypes=["EC2", "ECR"])
    return {name: _create_role(iam, name) for name in ROLES}


def _create_role(iam: Any, name: str) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{FACTORY_ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return str(role["Role"]["Arn"])
