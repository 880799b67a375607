"""What others do to images that were approved, before one of them is revoked or becomes current again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from moto.ec2.models import ec2_backends

from golden_ami.names import OUTCOME_TAG
from golden_ami.sandbox.imagebuilder.control import set_image_state
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from verification.configurations import ACCOUNT, HOME
from verification.people import APPROVERS
from verification.scenarios import STRANGER
from verification.state import stored
from verification.tampering import tamper

if TYPE_CHECKING:
    from verification.stage import Stage

Prepare = Callable[["Stage"], None]


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
    shared : bool
        Whether it needs a resource share.
    """

    prepare: Prepare
    refused: bool = False
    fails: bool = False
    rolled: bool = True
    revoked: bool = False
    shared: bool = False


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


def _untag(stage: "Stage") -> None:
    """Let the AMIs have lost what says which image they are of."""
    for region, ami in stage.eyes.amis(stage.played.image).items():
        ec2_backends[ACCOUNT][region].tags[ami.id].pop("Ec2ImageBuilderArn")


def _state(state: str) -> Prepare:
    return lambda stage: set_image_state(stage.played.image, state)


def _object(folder: str, body: bytes | None) -> Prepare:
    """Replace an object of the image, or delete it."""

    def prepare(stage: "Stage") -> None:
        image = stage.factory.image
        where = {"evidence": image.names.evidence_folder, "decisions": image.names.decision_folder}[folder]
        key = f"{where}/{_recorded(stage)['execution']}.json"
        s3 = stage.local.plain("s3")
        if body is None:
            s3.delete_object(Bucket=image.evidence_bucket, Key=key)
        else:
            s3.put_object(Bucket=image.evidence_bucket, Key=key, Body=body)

    return prepare


def _recorded(stage: "Stage") -> dict[str, Any]:
    return dict(stage.eyes.record()["previous"])


def _record(change: Callable[["Stage", dict[str, Any]], dict[str, Any]]) -> Prepare:
    """Let the record say something else of the image before."""

    def prepare(stage: "Stage") -> None:
        record = stage.eyes.record()
        text = json.dumps(record | {"previous": record["previous"] | change(stage, record)})
        _write(stage, "approved", text)

    return prepare


def _write(stage: "Stage", leaf: str, text: str) -> None:
    name = f"{stage.factory.image.names.parameter}/{leaf}"
    stage.local.plain("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def _denied(stage: "Stage", _: dict[str, Any]) -> dict[str, Any]:
    """Build an image that is denied, and let the record take it for approved."""
    execution = stage.start(str(uuid4()))
    stage.signal(execution, "Reject", *APPROVERS[0])
    image = list(stage.eyes.images())[-1]
    stage.played.image = image
    amis = {region: ami.id for region, ami in stage.eyes.amis(image).items()}
    found = stored(stage.factory, stage.factory.image.names.evidence_folder, execution)
    return {"image": image, "amis": amis, "execution": execution, "evidence": found[1] if found else ""}


def _with_its_decision(stage: "Stage", record: dict[str, Any]) -> dict[str, Any]:
    """Name a denied image, and the execution that approved another one."""
    return _denied(stage, record) | {"execution": record["previous"]["execution"]}


def _with_other_amis(stage: "Stage", record: dict[str, Any]) -> dict[str, Any]:
    return {"amis": record["amis"]}


SPOILED: Final[Mapping[str, Spoiled]] = MappingProxyType(
    {
        "nothing": Spoiled(prepare=_nothing, revoked=True),
        "put-away": Spoiled(prepare=_put_away, revoked=True),
        "not-launched": Spoiled(prepare=_take_permissions, revoked=True),
        "launched-by-a-stranger": Spoiled(prepare=_let_stranger_launch, revoked=True),
        "share-opened": Spoiled(prepare=_then(_nothing, "share-opened"), shared=True, revoked=True, refused=True),
        "untagged": Spoiled(prepare=_untag, revoked=True, rolled=False, fails=True),
        "put-away-and-share-opened": Spoiled(prepare=_then(_put_away, "share-opened"), shared=True, refused=True),
        "put-away-and-receiver-added": Spoiled(prepare=_then(_put_away, "receiver-added"), shared=True, refused=True),
        "tagged-revoked": Spoiled(prepare=_tag_revoked, refused=True, revoked=True),
        "image-gone": Spoiled(prepare=_delete_image, refused=True, revoked=True),
        "image-deprecated": Spoiled(prepare=_state("DEPRECATED"), refused=True, revoked=True),
        "ami-gone": Spoiled(prepare=_delete_ami, refused=True, revoked=True),
        "decision-gone": Spoiled(prepare=_object("decisions", None), refused=True),
        "decision-replaced": Spoiled(prepare=_object("decisions", b"{}"), refused=True),
        "evidence-gone": Spoiled(prepare=_object("evidence", None), refused=True),
        "evidence-replaced": Spoiled(prepare=_object("evidence", b"{}"), refused=True),
        "digest-forged": Spoiled(prepare=_record(lambda _, __: {"evidence": "0" * 64}), refused=True),
        "amis-forged": Spoiled(prepare=_record(_with_other_amis), refused=True),
        "denied-recorded": Spoiled(prepare=_record(_denied), refused=True),
        "denied-recorded-as-another": Spoiled(prepare=_record(_with_its_decision), refused=True),
        "record-is-none": Spoiled(prepare=lambda stage: _write(stage, "approved", "no JSON"), refused=True),
    }
)
"""By name."""
