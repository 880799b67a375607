"""What others do before a start: to keys, to what is stored, and to what is deployed."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.ssm.models import ssm_backends

from golden_ami.sandbox.clock import CLOCK, now
from verification.configurations import ACCOUNT, HOME, WAIVED_UNTIL
from verification.scenarios import STRANGER
from verification.state import stored

if TYPE_CHECKING:
    from verification.stage import Stage

Before = Callable[["Stage"], None]


def with_policy(statements: Sequence[dict[str, Any]]) -> Before:
    """Let the key of the last Region have other statements beside that of its account."""

    def before(stage: "Stage") -> None:
        last = stage.factory.configuration.regions[-1]
        kms, key = stage.local.plain("kms", last), stage.factory.keys[last]
        policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        policy["Statement"] = [policy["Statement"][0], *statements]
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))

    return before


def await_end_of_waiver(days: int) -> Before:
    """Start on the last day of the waiver that is the first to end, or after it."""

    def before(_: "Stage") -> None:
        start = datetime.combine(WAIVED_UNTIL, datetime.min.time(), UTC) + timedelta(days=days, hours=6)
        CLOCK.advance((start - now()).total_seconds())

    return before


def lose_previous(stage: "Stage") -> None:
    """Let the evidence of the image that was approved last be gone."""
    _delete(stage, _previous(stage))


def replace_previous(stage: "Stage") -> None:
    """Let other evidence be in its place, from which something is missing."""
    previous = _read(stage, _previous(stage))
    _write(stage, _previous(stage), previous | {"findings": []})


def age_schema(stage: "Stage") -> None:
    """Let it be of a schema that is not known, and the record with it."""
    execution = str(stage.eyes.record()["execution"])
    _write(stage, _previous(stage), _read(stage, _previous(stage)) | {"schema": "golden-ami-evidence/0"})
    found = stored(stage.factory, stage.factory.image.names.evidence_folder, execution)
    _record(stage, stage.eyes.record() | {"evidence": found[1] if found else ""})


def forget_digest(stage: "Stage") -> None:
    """Let the record say nothing of evidence."""
    _record(stage, {key: value for key, value in stage.eyes.record().items() if key != "evidence"})


def deploy_half(stage: "Stage") -> None:
    """Deploy the evidence runbook only, of a configuration that is another one."""
    document = stage.factory.image.names.evidence.document
    text = _content(stage, document)
    _deploy(stage, document, re.sub(r"(?<=configuration: )\S*[0-9a-f]{16}\S*", "'0000000000000000'", text))


def bind_to(principal: str) -> Before:
    """Deploy the approval runbook with somebody else in the place of a receiver."""

    def before(stage: "Stage") -> None:
        text = _content(stage, stage.factory.image.names.approval.document)
        step = text.rindex("principals:")
        receiver = stage.factory.image.launch_principals[0]
        changed = text[:step] + text[step:].replace(receiver, principal, 1)
        _deploy(stage, stage.factory.image.names.approval.document, changed)

    return before


def replace_receivers(stage: "Stage") -> None:
    """Deploy the rollback runbook for another receiver than images were approved for."""
    document = stage.factory.image.names.rollback.document
    text = _content(stage, document)
    for receiver in stage.factory.image.launch_principals:
        text = text.replace(receiver, STRANGER)
    _deploy(stage, document, text)


def _previous(stage: "Stage") -> str:
    return f"{stage.factory.image.names.evidence_folder}/{stage.eyes.record()['execution']}.json"


def _read(stage: "Stage", key: str) -> dict[str, Any]:
    body = stage.local.plain("s3").get_object(Bucket=stage.factory.image.evidence_bucket, Key=key)["Body"]
    return dict(json.loads(body.read()))


def _write(stage: "Stage", key: str, document: dict[str, Any]) -> None:
    bucket, body = stage.factory.image.evidence_bucket, json.dumps(document).encode()
    stage.local.plain("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _delete(stage: "Stage", key: str) -> None:
    stage.local.plain("s3").delete_object(Bucket=stage.factory.image.evidence_bucket, Key=key)


def _record(stage: "Stage", record: dict[str, Any]) -> None:
    name = f"{stage.factory.image.names.parameter}/approved"
    stage.local.plain("ssm").put_parameter(Name=name, Value=json.dumps(record), Type="String", Overwrite=True)


def _content(stage: "Stage", document: str) -> str:
    return str(stage.local.plain("ssm").get_document(Name=document, DocumentFormat="YAML")["Content"])


def _deploy(stage: "Stage", document: str, text: str) -> None:
    ssm = stage.local.plain("ssm")
    ssm.delete_document(Name=document)
    ssm.create_document(Name=document, Content=text, DocumentType="Automation", DocumentFormat="YAML")


def publish_without_tier(stage: "Stage") -> None:
    """Let the parameter be of before the share got it: a Standard one."""
    versions = ssm_backends[ACCOUNT][HOME]._parameters[f"{stage.factory.image.names.parameter}/ami"]
    for version in versions:
        version.tier = "Standard"
