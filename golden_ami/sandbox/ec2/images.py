"""Which AMIs an account sees: its own, Amazon's, public ones, and those shared with it, its unit or its organization.

moto keeps AMIs by account, and shows each account only its own and Amazon's. Here an account of another owner sees the
owner's AMI, without the owner's tags.

Source: LaunchPermission, DescribeImages (EC2 API Reference); "Share an AMI with organizations or organizational units":
whoever belongs to a unit below a shared one has access too; "Share an AMI with specific AWS accounts": user-defined
tags are not shared (EC2 User Guide).
"""

from collections.abc import Iterator
from typing import Final

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.amis import Ami

from golden_ami.sandbox.neighbours import accounts_within

EVERYBODY: Final = "all"
AVAILABLE: Final = "available"
DISABLED: Final = "disabled"
_ORGANIZATIONAL: Final = ("OrganizationArn", "OrganizationalUnitArn")


def all_images(region: str) -> Iterator[Ami]:
    """Yield every account's own AMIs of a Region; not Amazon's, which moto gives to every account."""
    for account, backends in list(ec2_backends.items()):
        for backend in list(backends.values()):
            if backend.region_name == region:
                yield from (image for image in list(backend.amis.values()) if image.owner_id == account)


def visible_images(backend: EC2Backend) -> list[Ami]:
    """Return the AMIs that a backend's account can launch in the backend's Region, in whatever state they are."""
    foreign = (
        _without_tags(image, backend)
        for image in all_images(backend.region_name)
        if image.owner_id != backend.account_id and may_launch(image, backend.account_id)
    )
    return [*list(backend.amis.values()), *foreign]


def is_available(ami: str, account: str, region: str) -> bool:
    """Tell whether an account can launch an AMI in a Region now."""
    images = visible_images(ec2_backends[account][region])
    return any(image.id == ami and image.state == AVAILABLE for image in images)


def may_launch(image: Ami, account: str) -> bool:
    """Tell whether an AMI's launch permissions include an account; the owner needs none."""
    return is_public(image) or is_shared_with(image, account)


def is_public(image: Ami) -> bool:
    """Tell whether everybody may launch an AMI."""
    return {"Group": EVERYBODY} in image.launch_permissions


def is_shared_with(image: Ami, account: str) -> bool:
    """Tell whether an AMI is shared with an account by its id, its unit, a unit above that, or its organization."""
    return is_shared_by_id(image, account) or any(
        account in accounts_within(account, image.ec2_backend.region_name, permission[kind])
        for permission in image.launch_permissions
        for kind in _ORGANIZATIONAL
        if kind in permission
    )


def is_shared_by_id(image: Ami, account: str) -> bool:
    """Tell whether an AMI is shared with an account by the account's id."""
    return {"UserId": account} in image.launch_permissions


def _without_tags(image: Ami, backend: EC2Backend) -> Ami:
    """Return an AMI as another account sees it: moto looks for its tags among those of its backend."""
    seen: Ami = object.__new__(type(image))  # moto would remember an AMI made by its class until the next reset
    seen.__dict__.update(image.__dict__)
    seen.ec2_backend = backend
    return seen
