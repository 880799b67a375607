"""Whatever changes a stack is seen by comparing configurations, without synthesising."""

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import App
from ruamel.yaml import YAML

from golden_ami.config import load
from golden_ami.config.defaults import Defaults
from golden_ami.rollouts.meaning import Meaning, differences, meaning
from golden_ami.rollouts.stack import stacks_of
from stacks.composition import compose
from tests.synth.conftest import CONFIG, synthesise
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
BESIDE: dict[str, tuple[str, Any]] = {
    "share_with_organization": ("organization_policies.share_with_organization", False),
    "its Region": ("organization_policies.region", "us-east-1"),
    "providers": ("organization_policies.images.providers", ["amazon", "aws_marketplace"]),
    "another target": ("organization_policies.images.targets", ["shared-services"]),
    "unit's id": ("organization.units.workloads", "ou-ab12-zzzzzzzz"),
    "unit's name": ("organization.units", {"renamed": "ou-ab12-c3d4e5f6", "shared-services": "ou-ab12-g7h8i9j0"}),
    "starters": ("organization_policies.guardrails.starters", []),
    "a factory's account": ("deployments.prod-eu.account", "666666666666"),
    "a factory's approvers": ("deployments.prod-eu.approval.approvers", ["role/Other"]),
    "a factory's wave": ("deployments.prod-eu.wave", 3),
    "group": ("consumers.web-frontend.group.max_size", 7),
    "no group": ("consumers.web-frontend.group", ...),
    "consumer's wave": ("consumers.web-frontend.wave", 9),
    "instance type": ("consumers.web-frontend.instance_type", "m7i.xlarge"),
    "bucket": ("state.bucket", "another-state"),
    "bucket's account": ("state.bootstrap.account", "777777777777"),
    "bucket that is there": ("state.bootstrap", ...),
    "prefix": ("state.key_prefix", "elsewhere"),
    "tags": ("tags", {"cost": "7"}),
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
        (stack,) = stacks_of(config)
        found.append((meaning(config, stack, folder), content))
    (before, one), (after, two) = found
    assert bool(differences(before, after)) == (one != two)


@pytest.mark.parametrize("case", BESIDE)
def test_what_changes_a_stack_beside_the_deployments_changes_its_meaning_too(case: str, tmp_path: Path) -> None:
    before, after = (_everything(tmp_path / name, *changes) for name, changes in (("a", ()), ("b", (BESIDE[case],))))
    assert set(before) - set(after) <= {"state-bootstrap"}
    for name, (meant, made) in after.items():
        assert bool(differences(before[name][0], meant)) == (before[name][1] != made), name


def _everything(folder: Path, *changes: tuple[str, Any]) -> dict[str, tuple[Meaning, Any]]:
    """Give meaning and content of every stack of config/organization.yaml with some changes."""
    content = YAML(typ="safe").load((CONFIG / "organization.yaml").read_text())
    for path, value in changes:
        *parents, last = path.split(".")
        target = content
        for key in parents:
            target = target.setdefault(key, {})
        if value is ...:
            del target[last]
        else:
            target[last] = value
    if any(path == "organization.units" for path, _ in changes):
        content = _renamed(content)
    folder.mkdir()
    config = load(write(folder, content))
    app = App(outdir=str(folder / "out"))
    compose(app, config)
    app.synth()
    return {
        each.name: (
            meaning(config, each, folder),
            json.loads((folder / "out" / "stacks" / each.name / "cdk.tf.json").read_text()),
        )
        for each in stacks_of(config)
    }


def _renamed(content: dict[str, Any]) -> dict[str, Any]:
    """Use the other name wherever a unit is meant."""
    renamed: dict[str, Any] = json.loads(json.dumps(content).replace('"workloads"', '"renamed"'))
    return renamed
