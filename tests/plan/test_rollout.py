"""A rollout of three waves with the real cdktf and Terraform: a held lock, a kill, the rest, and then nothing to do."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from golden_ami.sandbox.server import LocalAws
from tests.plan.fleet import BUCKET, HUB, OTHER_ACCOUNT, Fleet

pytestmark = pytest.mark.terraform

LOCK = {
    "ID": "0f3c6b1e-1111-2222-3333-444455556666",
    "Operation": "OperationTypeApply",
    "Who": "jane@laptop",
    "Created": "2026-11-24T00:00:00Z",
}
CHAIN = [
    {"arn": HUB, "external_id": "golden-ami"},
    {"arn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/Deployer", "external_id": "golden-ami"},
]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    with LocalAws() as local:
        found = Fleet(folder, local)
        found.prepare()
        found.configure(
            {
                "canary": {"region": "eu-west-1", "wave": 1},
                "other": {"region": "eu-west-1", "wave": 2, "account": OTHER_ACCOUNT, "assume_role": CHAIN},
                "last": {"region": "eu-central-1", "wave": 3},
            }
        )
        yield found


def test_a_rollout_stops_at_a_held_lock_goes_on_survives_a_kill_and_converges(fleet: Fleet) -> None:
    s3, key = fleet.local.client("s3"), "golden-ami/other.tfstate.tflock"
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(LOCK))
    code, said = fleet.rollout()
    assert code == 1, said
    statuses = {each["name"]: each["status"] for each in fleet.report()["stacks"]}
    assert statuses == {"canary": "done", "other": "failed", "last": "waiting"}
    flat = re.sub(r"\s+", " ", said)
    assert "jane@laptop has locked the state of other" in flat
    assert f"force-unlock {LOCK['ID']}" in flat

    s3.delete_object(Bucket=BUCKET, Key=key)
    killed = fleet.start()
    deadline = time.monotonic() + 300
    while not (fleet.entry("other").get("status") == "running" and fleet.entry("other")["finished"] >= 5):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    killed.kill()
    killed.communicate()

    code, said = fleet.rollout()
    assert code == 0, said
    assert "1 stack done before" in said
    roles = fleet.local.client("iam", account=OTHER_ACCOUNT).list_roles()["Roles"]
    assert "golden-ami-other-build" in [each["RoleName"] for each in roles], "the chain of roles leads there"

    code, said = fleet.rollout("--plan-only")
    assert code == 0, said
    assert [each["changes"] for each in fleet.report("plan")["stacks"]] == [{"add": 0, "change": 0, "destroy": 0}] * 3
    found = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert sorted(each["Key"] for each in found) == [
        f"golden-ami/{name}.tfstate" for name in ("canary", "last", "other")
    ]
