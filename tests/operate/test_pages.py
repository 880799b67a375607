"""More executions and decisions than fit on a page are all read: Systems Manager gives fifty at a time."""

import json
from dataclasses import replace
from uuid import uuid4

from golden_ami.sandbox.automation import automation_backends, service
from tests.operate.conftest import APPROVERS, Floor
from verification.configurations import ACCOUNT, HOME

MANY = 60
ANN = APPROVERS[0]


def _again(floor: Floor, execution: str, times: int) -> list[str]:
    """Let an execution have been so often; give the ids, the newest one first."""
    backend = automation_backends[ACCOUNT][HOME]
    found = backend.executions[execution]
    made = []
    for _ in range(times):
        copy = replace(found, identifier=str(uuid4()))
        backend.executions[copy.identifier] = copy
        backend.tags(copy.identifier).update(backend.tags(execution))
        made.append(copy.identifier)
    return made[::-1]


def test_list_gives_the_executions_of_every_page(floor: Floor) -> None:
    assert service.PAGE < MANY
    first = floor.approved()
    others = _again(floor, first, MANY)
    said = floor.run("list", floor.name, "--limit", "1000", "--quiet", who=ANN)
    assert said.out.split() == [*others, first]


def test_what_waits_is_found_behind_pages_of_what_does_not(floor: Floor) -> None:
    waits = floor.start()
    _again(floor, floor.approved(), MANY)
    assert floor.run("list", floor.name, "--pending", "--quiet", who=ANN).out.split() == [waits]


def test_status_finds_the_last_end_behind_pages_of_others(floor: Floor) -> None:
    execution = floor.approved()
    found = automation_backends[ACCOUNT][HOME].executions.values()
    collection = next(each for each in reversed(found) if each.document.name == floor.image.names.evidence.document)
    _again(floor, collection.identifier, MANY)
    (row,) = floor.run("status", floor.name, "--output", "json", who=ANN).data
    assert row["last"]["execution"] == execution


def test_history_gives_the_decisions_of_every_page(floor: Floor) -> None:
    execution = floor.approved()
    s3, bucket, names = floor.client("s3"), floor.image.evidence_bucket, floor.image.names
    record = json.loads(s3.get_object(Bucket=bucket, Key=f"{names.decision_folder}/{execution}.json")["Body"].read())
    # S3 gives a thousand at a time, and the newest ones are anywhere: keys are ids.
    for _ in range(1000):
        s3.put_object(Bucket=bucket, Key=f"{names.decision_folder}/{uuid4()}.json", Body=b"{}")
    newest = []
    for _ in range(MANY):
        copied = str(uuid4())
        body = json.dumps(record | {"execution": copied}).replace(execution, copied)
        evidence = s3.get_object(Bucket=bucket, Key=f"{names.evidence_folder}/{execution}.json")["Body"].read()
        s3.put_object(Bucket=bucket, Key=f"{names.evidence_folder}/{copied}.json", Body=evidence)
        floor.local.clock.advance(1)
        s3.put_object(Bucket=bucket, Key=f"{names.decision_folder}/{copied}.json", Body=body.encode())
        newest.append(copied)
    said = floor.run("history", floor.name, "--limit", str(MANY), "--quiet", who=ANN)
    assert said.code == 0, said.err
    assert said.out.split() == newest[::-1]
