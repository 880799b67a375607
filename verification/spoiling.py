"""What others do to images that were approved, before one of them is revoked or becomes current again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from moto.ec2.models import ec2_backends

from golden_ami.names import OUTCOME_TAG
from golden_ami.sandbox.imagebuilder.control import set_image_state
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from verification.configurations import ACCOUNT, HOME
from verification.forging import (
    Prepare,
    denied,
    evidence_says,
    of_another_image,
    recorded_as,
    stored_as,
    with_its_amis,
    with_its_decision,
    with_other_amis,
    write,
)
from verification.preparations import replace_receivers
from verification.scenarios import STRANGER
from verification.tampering import tamper

if TYPE_CHECKING:
    from verification.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Spoiled:
    """Something that is otherwise than an approval leaves it.

    Attributes
    ----------
    prepare : callable
        Makes it so.
    refused : bool
        Whether a rollback must not go on.
    fails : bool
        Whether a revocation cannot take everything back.
    rolled, revoked : bool
        Whether it is tried with rollbacks, and with revocations.
    needs : frozenset of str
        What the configuration has to have.
    """

    prepare: Prepare
    refused: bool = False
    fails: bool = False
    rolled: bool = True
    revoked: bool = False
    needs: frozenset[str] = frozenset()


def _nothing(_: "Stage") -> None:
    """Leave everything as it is."""


def _put_away(stage: "Stage") -> None:
    """Disable and deprecate the AMIs, and take the image out of the share."""
    for region, ami in stage.eyes.amis(stage.played.image).items():
        ec2 = stage.local.plain("ec2", region)
        day = (stage.local.clock.now() + timedelta(days=30)).date().isoformat()
        ec2.enable_image_deprecation(ImageId=ami.id, DeprecateAt=f"{day}T00:00:00Z")
        ec2.disable_image(ImageId=ami.id)
    if stage.factory.share_arn:
        ram = stage.local.plain("ram")
        ram.disassociate_resource_share(resourceShareArn=stage.factory.share_arn, resourceArns=[stage.played.image])
        stage.wait(60)


def _then(first: Prepare, how: str) -> Prepare:
    def prepare(stage: "Stage") -> None:
        first(stage)
        tamper(stage.local, stage.factory, how)

    return prepare


def _let_stranger_launch(stage: "Stage") -> None:
    for region, ami in stage.eyes.amis(stage.played.image).items():
        permission = {"Add": [{"UserId": STRANGER}]}
        stage.local.plain("ec2", region).modify_image_attribute(ImageId=ami.id, LaunchPermission=permission)


def _take_permissions(stage: "Stage") -> None:
    for ami in stage.eyes.amis(stage.played.image).values():
        ami.launch_permissions.clear()


def _tag_revoked(stage: "Stage") -> None:
    tags = {OUTCOME_TAG: "revoked"}
    stage.local.plain("imagebuilder").tag_resource(resourceArn=stage.played.image, tags=tags)


def _delete_image(stage: "Stage") -> None:
    imagebuilder_backends[ACCOUNT][HOME].remove(stage.played.image)


def _delete_ami(stage: "Stage") -> None:
    region = stage.factory.configuration.regions[-1]
    del ec2_backends[ACCOUNT][region].amis[stage.eyes.amis(stage.played.image)[region].id]


def _untag(stage: "Stage", *elsewhere: str) -> None:
    """Let the AMIs have lost what says which image they are of, but for those of some Regions."""
    for region, ami in stage.eyes.amis(stage.played.image).items():
        if region not in elsewhere:
            ec2_backends[ACCOUNT][region].tags[ami.id].pop("Ec2ImageBuilderArn")


def _state(state: str) -> Prepare:
    return lambda stage: set_image_state(stage.played.image, state)


def _list_other_amis(stage: "Stage") -> None:
    """Let Image Builder say that the AMIs of the current image are of this one."""
    images = stage.eyes.images()
    images[stage.played.image].amis = images[stage.eyes.record()["image"]].amis


def _miss_a_region(stage: "Stage") -> None:
    """Let the current image never have been in the last Region, so that consumers there get the one before."""
    region, record = stage.factory.configuration.regions[-1], stage.eyes.record()
    there = {each: ami for each, ami in record["amis"].items() if each != region}
    write(stage, "approved", json.dumps(record | {"amis": there}))
    name, ami = f"{stage.factory.image.names.parameter}/ami", record["previous"]["amis"][region]
    stage.local.plain("ssm", region).put_parameter(Name=name, Value=ami, Overwrite=True)


def _let_many_launch(count: int) -> Prepare:
    """Let as many strangers launch the AMI of the home Region as make this many receivers with all others."""

    def prepare(stage: "Stage") -> None:
        given = stage.eyes.given(stage.played.image)
        others = sum(map(len, given.launch.values())) + (len(stage.eyes.receivers()) if given.shares else 0)
        strangers = [{"UserId": f"{6 * 10**11 + number}"} for number in range(count - others)]
        stage.eyes.amis(stage.played.image)[HOME].launch_permissions += strangers

    return prepare


def _many_and_untagged(stage: "Stage") -> None:
    _let_many_launch(40)(stage)
    _untag(stage, HOME)


_SHARE: Final = frozenset({"share"})
_COPIES: Final = frozenset({"copies"})

SPOILED: Final[Mapping[str, Spoiled]] = MappingProxyType(
    {
        "nothing": Spoiled(prepare=_nothing, revoked=True),
        "put-away": Spoiled(prepare=_put_away, revoked=True),
        "not-launched": Spoiled(prepare=_take_permissions, revoked=True),
        "launched-by-a-stranger": Spoiled(prepare=_let_stranger_launch, revoked=True),
        "share-opened": Spoiled(prepare=_then(_nothing, "share-opened"), needs=_SHARE, revoked=True, refused=True),
        "untagged": Spoiled(prepare=_untag, revoked=True, rolled=False, fails=True),
        "put-away-and-share-opened": Spoiled(prepare=_then(_put_away, "share-opened"), needs=_SHARE, refused=True),
        "put-away-and-receiver-added": Spoiled(prepare=_then(_put_away, "receiver-added"), needs=_SHARE, refused=True),
        "tagged-revoked": Spoiled(prepare=_tag_revoked, refused=True, revoked=True),
        "image-gone": Spoiled(prepare=_delete_image, refused=True, revoked=True),
        "image-deprecated": Spoiled(prepare=_state("DEPRECATED"), refused=True, revoked=True),
        "ami-gone": Spoiled(prepare=_delete_ami, refused=True, revoked=True),
        "decision-gone": Spoiled(prepare=stored_as("decisions", None), refused=True),
        "decision-replaced": Spoiled(prepare=stored_as("decisions", b"{}"), refused=True),
        "evidence-gone": Spoiled(prepare=stored_as("evidence", None), refused=True),
        "evidence-replaced": Spoiled(prepare=stored_as("evidence", b"{}"), refused=True),
        "digest-forged": Spoiled(prepare=recorded_as(lambda _, __: {"evidence": "0" * 64}), refused=True),
        "amis-forged": Spoiled(prepare=recorded_as(with_other_amis), refused=True),
        "denied-recorded": Spoiled(prepare=recorded_as(denied), refused=True),
        "denied-recorded-as-another": Spoiled(prepare=recorded_as(with_its_decision), refused=True),
        "evidence-of-another-image": Spoiled(prepare=evidence_says(of_another_image), refused=True),
        "evidence-of-other-amis": Spoiled(prepare=evidence_says(with_its_amis), refused=True),
        "other-amis-listed": Spoiled(prepare=_list_other_amis, refused=True),
        "receivers-replaced": Spoiled(prepare=replace_receivers, needs=frozenset({"launch"}), refused=True),
        "current-misses-a-region": Spoiled(prepare=_miss_a_region, needs=_COPIES),
        "launched-by-200": Spoiled(prepare=_let_many_launch(200), rolled=False, revoked=True),
        "launched-by-240": Spoiled(prepare=_let_many_launch(240), rolled=False, revoked=True),
        "launched-by-many-and-untagged-elsewhere": Spoiled(
            prepare=_many_and_untagged, needs=_COPIES, rolled=False, revoked=True, fails=True
        ),
        "record-is-none": Spoiled(prepare=lambda stage: write(stage, "approved", "no JSON"), refused=True),
    }
)
"""By name."""
