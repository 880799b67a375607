"""Whatever changes a stack is seen by comparing configurations, without synthesising."""

from pathlib import Path
from typing import Any

import pytest

from golden_ami.config import load
from golden_ami.config.defaults import Defaults
from golden_ami.rollouts.meaning import differences, meaning
from tests.synth.conftest import synthesise
from tests.unit.configurations import changed, write

KEY = "arn:aws:kms:eu-north-1:222222222222:key/11111111-2222-3333-4444-555555555555"
OTHER: dict[str, Any] = {
    "account": "333333333333",
    "region": "eu-west-3",
    "wave": 2,
    "assume_role": [{"arn": "arn:aws:iam::222222222222:role/D"}],
    "network": {"subnet": "subnet-0123456789abcdef0", "security_groups": ["sg-0123456789abcdef0"]},
    "copies": {"eu-north-1": {"key": KEY}},
    "images": {"web": {"schedule": {"expression": "cron(0 6 ? * MON *)"}}},
    "approval": {"approvers": ["role/A", "role/B"], "required": 2},
    "sharing": {"launch": ["sandboxes"]},
    "schedule": {"expression": "cron(0 6 ? * MON *)"},
    "findings": {"high": 7},
    "existing": {"log_bucket": "arn:aws:s3:::somebodys-logs"},
    "evidence": {"lock_days": 30},
    "quarantine": {"disable": True},
    "revocation": {"disable": True},
    "tags": {"team": "images"},
    "log_retention_days": 30,
    "block_public_images": False,
    "retain_on_destroy": False,
}
ELSEWHERE: dict[str, Any] = {
    "organization.id": "o-zzzzzzzzzz",
    "organization.management_account": "999999999999",
    "organization.units.workloads": "ou-ab12-zzzzzzzz",
    "state": {"backend": "s3", "bucket": "example-state", "region": "eu-west-1"},
    "tags": {"cost": "7"},
    "waivers": [{"id": "CVE-2026-1", "reason": "It is not loaded", "owner": "a@example.com", "expires": "2030-01-01"}],
    "images.web.description": "Another",
    "images.web.build_timeout_minutes": 300,
}
CASES = {f"deployments.prod-eu.{key}": value for key, value in OTHER.items()} | ELSEWHERE


def test_every_key_of_a_deployment_is_tried() -> None:
    assert set(OTHER) == set(Defaults.model_fields)


@pytest.mark.parametrize("path", CASES)
def test_what_changes_a_stack_changes_its_meaning(path: str, tmp_path: Path) -> None:
    found = []
    for name, changes in (("before", ()), ("after", ((path, CASES[path]),))):
        folder = tmp_path / name
        folder.mkdir()
        config = load(write(folder, changed(*changes)))
        content = synthesise(config, folder / "out")["prod-eu"].content
        found.append((meaning(config, "prod-eu", folder), content))
    (before, one), (after, two) = found
    assert bool(differences(before, after)) == (one != two)
