"""What Image Builder and RAM ask of the sandbox's other services: whether a role, a topic, an AMI, an account exists.

The answers come from moto's backends, of the same account and Region as the request.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami
from moto.ec2.utils import random_ami_id
from moto.iam.models import iam_backends
from moto.inspector2.models import inspector2_backends
from moto.organizations.models import FakeOrganization, OrganizationsBackend, organizations_backends
from moto.sns.models import sns_backends
from moto.ssm.models import ssm_backends
from moto.utilities.utils import get_partition


def regions() -> frozenset[str]:
    """Return the Regions that EC2 knows, of every partition."""
    return frozenset(ec2_backends["000000000000"].regions)


def instance_profile_exists(account: str, region: str, name: str) -> bool:
    """Tell whether IAM of the account has an instance profile of that name."""
    profiles = iam_backends[account][get_partition(region)].get_instance_profiles()
    return any(profile.name == name for profile in list(profiles))


def role_exists(account: str, region: str, name: str) -> bool:
    """Tell whether IAM of the account has a role of that name."""
    return any(role.name == name for role in list(iam_backends[account][get_partition(region)].roles.values()))


def topic_exists(account: str, region: str, arn: str) -> bool:
    """Tell whether SNS has the topic, in the Region of the request."""
    return arn in sns_backends[account][region].topics


def ami_exists(account: str, region: str, ami: str) -> bool:
    """Tell whether EC2 has the AMI in the Region, of the account itself or of another one."""
    return any(image.id == ami for image in ec2_backends[account][region].describe_images())


def parameter_exists(account: str, region: str, name: str) -> bool:
    """Tell whether Systems Manager has a parameter, given by name or by ARN."""
    path = name.split(":parameter", 1)[1] if name.startswith("arn:") else name
    names = [path, path.removeprefix("/")] if name.startswith("arn:") else [path]
    return bool(ssm_backends[account][region].get_parameters(names))


def inspector_scans_ec2(account: str, region: str) -> bool:
    """Tell whether Inspector is enabled for EC2 instances in the account and Region."""
    status = inspector2_backends[account][region].account_status.get(account)
    return status is not None and status.ec2 == "ENABLED"


def create_service_linked_role(account: str, region: str, service: str) -> None:
    """Make a service's role in the account unless it is there."""
    iam = iam_backends[account][get_partition(region)]
    if not any(role.path == f"/aws-service-role/{service}/" for role in list(iam.roles.values())):
        iam.create_service_linked_role(service, "", "")


def organization_of(account: str, region: str) -> FakeOrganization | None:
    """Return the organization that an account manages or belongs to."""
    backend = _management_backend(account, region)
    return backend.org if backend else None


def members_of_organization(account: str, region: str) -> frozenset[str]:
    """Return the ids of all accounts of the account's organization, its management account included."""
    backend = _management_backend(account, region)
    return frozenset(member.id for member in backend.accounts) if backend else frozenset()


def units_of_organization(account: str, region: str) -> Iterable[str]:
    """Return the ARNs of all organizational units of the account's organization."""
    backend = _management_backend(account, region)
    return [unit.arn for unit in backend.ou if unit.type == "ORGANIZATIONAL_UNIT"] if backend else []


def accounts_within(account: str, region: str, principal: str) -> frozenset[str]:
    """Return the accounts that an organization's or a unit's ARN stands for, units below it included."""
    backend = _management_backend(account, region)
    if backend is None or backend.org is None:
        return frozenset()
    if principal == backend.org.arn:
        return members_of_organization(account, region)
    parents = {unit.id for unit in backend.ou if unit.arn == principal}
    while below := {unit.id for unit in backend.ou if unit.parent_id in parents} - parents:
        parents |= below
    return frozenset(member.id for member in backend.accounts if member.parent_id in parents)


def sharing_enabled(account: str, region: str) -> bool:
    """Tell whether RAM is a trusted service of the account's organization."""
    backend = _management_backend(account, region)
    return backend is not None and any(
        service["ServicePrincipal"] == "ram.amazonaws.com" for service in backend.services
    )


def trust_service(account: str, region: str, service: str) -> None:
    """Make a service a trusted one of the organization that the account manages."""
    organizations_backends[account][get_partition(region)].enable_aws_service_access(ServicePrincipal=service)


def _management_backend(account: str, region: str) -> OrganizationsBackend | None:
    partition = get_partition(region)
    manager, manager_partition = organizations_backends.master_accounts.get(account, (account, partition))
    backend = organizations_backends[manager][manager_partition]
    return backend if backend.org else None


def architecture_of(account: str, region: str, parent: str) -> str:
    """Return the architecture of a recipe's base image: its AMI's own, otherwise what its name tells."""
    if parent.startswith("ami-"):
        found = [image for image in ec2_backends[account][region].describe_images() if image.id == parent]
        return str(found[0].architecture) if found else "x86_64"
    return "arm64" if "arm64" in parent else "x86_64"


def register_ami(
    account: str,
    region: str,
    *,
    name: str,
    description: str | None,
    windows: bool,
    architecture: str,
    created: datetime,
    tags: Mapping[str, str],
    encrypted: bool,
    key: str | None,
    permissions: Iterable[Mapping[str, str]],
) -> str:
    """Register an AMI with one snapshot, as a build leaves it, and return its id.

    Parameters
    ----------
    tags : Mapping[str, str]
        For the AMI and for its snapshot.
    key : str | None
        KMS key of the snapshot; without one, encryption is with the account's default key.
    permissions : Iterable[Mapping[str, str]]
        Who may launch it, as EC2's launch permissions.
    """
    backend = ec2_backends[account][region]
    ami = _BuiltAmi(
        backend,
        random_ami_id(),
        name=name,
        description=description,
        image_location=f"{account}/{name}",
        virtualization_type="hvm",
        hypervisor="xen",
        architecture=architecture,
        platform="windows" if windows else None,
        root_device_type="ebs",
        root_device_name="/dev/sda1" if windows else "/dev/xvda",
        creation_date=created.replace(tzinfo=None),
        region_name=f"{region}a",
        tags=dict(tags),
    )
    ami.launch_permissions = [dict(permission) for permission in permissions]
    snapshot = ami.ebs_snapshot
    snapshot.encrypted, snapshot.kms_key_id = encrypted or key is not None, key
    snapshot.start_time = ami.creation_date
    snapshot.add_tags(dict(tags))
    backend.amis[ami.id] = ami
    return str(ami.id)


class _BuiltAmi(Ami):
    """An AMI that tells whether its snapshot is encrypted."""

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        mappings: list[dict[str, Any]] = super().block_device_mappings
        for mapping in mappings:
            mapping["Ebs"]["Encrypted"] = self.ebs_snapshot.encrypted
        return mappings
