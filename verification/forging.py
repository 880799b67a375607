"""What somebody writes in the place of records, decisions and evidence of images that were approved."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from verification.people import APPROVERS
from verification.state import stored

if TYPE_CHECKING:
    from verification.stage import Stage

Prepare = Callable[["Stage"], None]
Record = dict[str, Any]


def write(stage: "Stage", leaf: str, text: str) -> None:
    """Write a parameter of the factory."""
    name = f"{stage.factory.image.names.parameter}/{leaf}"
    stage.local.plain("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def stored_as(folder: str, body: bytes | None) -> Prepare:
    """Replace the evidence or the decision on the image before, or delete it."""

    def prepare(stage: "Stage") -> None:
        _store(stage, folder, body)

    return prepare


def recorded_as(change: Callable[["Stage", Record], Record]) -> Prepare:
    """Let the record say something else of the image before."""

    def prepare(stage: "Stage") -> None:
        record = stage.eyes.record()
        text = json.dumps(record | {"previous": record["previous"] | change(stage, record)})
        write(stage, "approved", text)

    return prepare


def evidence_says(change: Callable[[Record, Record], Record]) -> Prepare:
    """Let evidence, decision and record agree on evidence that says something else: by evidence and record."""

    def prepare(stage: "Stage") -> None:
        record, execution = stage.eyes.record(), _execution(stage)
        evidence = _read(stage, "evidence", execution)
        _store(stage, "evidence", json.dumps(evidence | change(evidence, record)).encode())
        digest = _digest(stage, execution)
        decision = _read(stage, "decisions", execution)
        changed = decision | {"evidence": decision["evidence"] | {"sha256": digest}}
        _store(stage, "decisions", json.dumps(changed).encode())
        recorded_as(lambda _, __: {"evidence": digest})(stage)

    return prepare


def of_another_image(evidence: Record, record: Record) -> Record:
    """Let evidence be of the current image."""
    return {"image": evidence["image"] | {"arn": record["image"]}}


def with_its_amis(_: Record, record: Record) -> Record:
    """Let evidence have the AMIs of the current image."""
    return {"amis": record["amis"]}


def denied(stage: "Stage", _: Record) -> Record:
    """Build an image that is denied, and let the record take it for approved."""
    execution = stage.start(str(uuid4()))
    stage.signal(execution, "Reject", *APPROVERS[0])
    image = list(stage.eyes.images())[-1]
    stage.played.image = image
    amis = {region: ami.id for region, ami in stage.eyes.amis(image).items()}
    return {"image": image, "amis": amis, "execution": execution, "evidence": _digest(stage, execution)}


def with_its_decision(stage: "Stage", record: Record) -> Record:
    """Name a denied image, and the execution that approved another one."""
    return denied(stage, record) | {"execution": record["previous"]["execution"]}


def with_other_amis(_: "Stage", record: Record) -> Record:
    """Name the AMIs of the current image."""
    return {"amis": record["amis"]}


def _execution(stage: "Stage") -> str:
    return str(stage.eyes.record()["previous"]["execution"])


def _folder(stage: "Stage", folder: str) -> str:
    names = stage.factory.image.names
    return {"evidence": names.evidence_folder, "decisions": names.decision_folder}[folder]


def _read(stage: "Stage", folder: str, execution: str) -> Record:
    found = stored(stage.factory, _folder(stage, folder), execution)
    return found[0] if found else {}


def _digest(stage: "Stage", execution: str) -> str:
    found = stored(stage.factory, _folder(stage, "evidence"), execution)
    return found[1] if found else ""


def _store(stage: "Stage", folder: str, body: bytes | None) -> None:
    key, bucket = f"{_folder(stage, folder)}/{_execution(stage)}.json", stage.factory.image.evidence_bucket
    if body is None:
        stage.local.plain("s3").delete_object(Bucket=bucket, Key=key)
    else:
        stage.local.plain("s3").put_object(Bucket=bucket, Key=key, Body=body)
