"""Who can launch an image: by its AMIs' permissions, by their keys, and by the resource share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golden_ami.errors import InputError
from golden_ami.operate.amis import amis_of, find_ami, instances_of, keys_of
from golden_ami.operate.key_policy import missing_actions
from golden_ami.operate.place import Place
from golden_ami.operate.receivers import Receiver, launch_receivers, receiver
from golden_ami.operate.record import read_record
from golden_ami.operate.shares import find_share, has_resource, principals_of
from golden_ami.operate.unknown import Unknown, asked

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

BLOCKED = "block-new-sharing"


@dataclass(frozen=True, kw_only=True)
class KeyAccess:
    """What the key of an AMI lets its receivers do.

    Attributes
    ----------
    key : str
        ARN.
    refuses : tuple of str
        Receivers whom the configuration names, and whom the key does not let launch, with the actions that they lack.
        Others are not judged: whether they are in the organization, which the key admits, is not known here.
    """

    key: str
    refuses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AmiAccess:
    """Who can launch an AMI.

    Attributes
    ----------
    region, ami, state : str
        Which one, and whether it is available.
    receivers : tuple of Receiver, or Unknown
        By launch permissions.
    keys : tuple of KeyAccess, or Unknown
        Of its encrypted snapshots.
    instances : int or Unknown
        Of this account.
    public_block : str or Unknown
        The account's block of public AMIs there.
    """

    region: str
    ami: str
    state: str
    receivers: tuple[Receiver, ...] | Unknown
    keys: tuple[KeyAccess, ...] | Unknown
    instances: int | Unknown
    public_block: str | Unknown


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who has an image.

    Attributes
    ----------
    name, image : str
        Of the image in the configuration, and the ARN of its version.
    amis : tuple of AmiAccess
        By Region.
    share : str
        ARN of the resource share, or empty.
    builders : tuple of Receiver, or Unknown
        Who may build upon the image; nobody unless it is in the share.
    """

    name: str
    image: str
    amis: tuple[AmiAccess, ...]
    share: str
    builders: tuple[Receiver, ...] | Unknown

    @property
    def strangers(self) -> tuple[str, ...]:
        """Who has access without being named in the configuration, in words."""
        groups = [(f"{each.ami} in {each.region}", each.receivers) for each in self.amis]
        groups.append(("the resource share", self.builders))
        return tuple(
            f"{found.words}: {where}"
            for where, receivers in groups
            if not isinstance(receivers, Unknown)
            for found in receivers
            if not found.is_named
        )

    @property
    def unknowns(self) -> tuple[str, ...]:
        """What could not be found out about who has access."""
        groups = [(f"{each.ami} in {each.region}", each.receivers) for each in self.amis]
        groups.append(("resource share", self.builders))
        return tuple(f"{where}: {found.unknown}" for where, found in groups if isinstance(found, Unknown))


def find_image(place: Place, named: str) -> tuple["ImageFactory", str]:
    """Find a version by an AMI's id, an image's ARN, or a name that stands for the approved one.

    Raises
    ------
    InputError
        When there is none.
    """
    if named.startswith("ami-"):
        return find_ami(place, named)
    if named.startswith("arn:"):
        return place.factory_of(named), named
    factory = place.factory(named)
    approved = read_record(place, factory).approved
    if approved is None:
        raise InputError(
            f"no version of {named} is approved", remedy=f"name a version that `golden-ami images {named}` shows"
        )
    return factory, approved.image


def read_access(place: Place, factory: "ImageFactory", image: str) -> Access:
    """Find out who can launch a version of an image, everywhere it is."""
    amis = [
        _of_ami(place, factory, region, ami)
        for region, found in amis_of(place, factory, image).items()
        for ami in found
    ]
    share = asked(lambda: find_share(place, factory))
    builders = asked(lambda: _builders(place, factory, share, image)) if isinstance(share, str) else share
    return Access(
        name=factory.names.image,
        image=image,
        amis=tuple(amis),
        share=share if isinstance(share, str) else "",
        builders=builders,
    )


def _of_ami(place: Place, factory: "ImageFactory", region: str, ami: Mapping[str, Any]) -> AmiAccess:
    identifier, ec2 = str(ami["ImageId"]), place.connection.client("ec2", region=region)
    permissions = asked(
        lambda: ec2.describe_image_attribute(ImageId=identifier, Attribute="launchPermission")["LaunchPermissions"]
    )
    receivers = permissions if isinstance(permissions, Unknown) else launch_receivers(place, factory, permissions)
    instances = asked(lambda: instances_of(place, region, [identifier])[identifier])
    block = asked(lambda: str(ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"]))
    return AmiAccess(
        region=region,
        ami=identifier,
        state=str(ami.get("State", "unknown")),
        receivers=receivers,
        keys=asked(lambda: _keys(place, region, ami, receivers)),
        instances=instances,
        public_block=block,
    )


def _keys(
    place: Place, region: str, ami: Mapping[str, Any], receivers: tuple[Receiver, ...] | Unknown
) -> tuple[KeyAccess, ...]:
    kms, organization = place.connection.client("kms", region=region), place.config.organization.id
    found = []
    for key in sorted(each for each in keys_of(place, region, ami) if each):
        policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        refuses = []
        for each in () if isinstance(receivers, Unknown) else receivers:
            if not each.is_named:
                continue
            lacks = missing_actions(policy, each.principal, organization)
            if lacks:
                refuses.append(f"{each.words} ({', '.join(lacks)})")
        found.append(KeyAccess(key=key, refuses=tuple(refuses)))
    return tuple(found)


def _builders(place: Place, factory: "ImageFactory", share: str, image: str) -> tuple[Receiver, ...]:
    if not share or not has_resource(place, share, image):
        return ()
    named = factory.image_builder_principals
    return tuple(receiver(place, principal, named) for principal in principals_of(place, share))
