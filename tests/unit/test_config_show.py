"""``golden-ami config show`` prints a deployment as it is in the end, and where each value came from."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from golden_ami.config import load
from tests.unit.configurations import COMPONENTS
from tests.unit.test_cli import golden_ami

ROOT = Path(__file__).parent.parent.parent
ONE = """\
organization: { id: o-a1b2c3d4e5, management_account: "111111111111" }
tags: { cost: "7" }
images:
  web: { description: Web, version: "1.0", parent: "ssm:/a/b", components: [aws: update-linux] }
  db: { description: Db, version: "1.0", parent: "ssm:/a/b", components: [aws: update-linux] }
defaults:
  region: eu-west-1
  approval:
    approvers: [role/A, role/B]
"""
DEPLOYMENTS = """\
deployments:
  first: &first
    account: "222222222222"
    log_retention_days: 5
    sharing:
      launch: [organization]
  second:
    <<: *first
    account: "333333333333"
    wave: 2
    images:
      db: { schedule: { expression: cron(0 6 ? * MON *) } }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "components").symlink_to(COMPONENTS)
    (tmp_path / "a.yaml").write_text(ONE)
    (tmp_path / "b.yaml").write_text(DEPLOYMENTS)
    return tmp_path


def _origins(folder: Path, deployment: str) -> dict[str, str]:
    done = golden_ami("config", "show", deployment, "--json", "-c", str(folder))
    assert done.returncode == 0, done.stderr
    return {
        ".".join(map(str, each["path"])): f"{each['from']} {Path(each['file'] or '').name}:{each['line']}"
        for each in json.loads(done.stdout)["values"]
    }


def test_each_value_names_file_and_line(folder: Path) -> None:
    found = _origins(folder, "second")
    assert found["account"] == "deployment b.yaml:9"
    assert found["wave"] == "deployment b.yaml:10"
    assert found["region"] == "defaults a.yaml:7"
    assert found["approval.approvers.1"] == "defaults a.yaml:9"
    assert found["approval.required"] == "built-in :None"
    assert found["tags.cost"] == "configuration a.yaml:2"
    assert found["images.db.schedule.expression"] == "deployment b.yaml:12"


def test_what_a_merge_key_brings_has_the_line_where_it_is_written(folder: Path) -> None:
    found = _origins(folder, "second")
    assert found["log_retention_days"] == "deployment b.yaml:4"
    assert found["sharing.launch.0"] == "deployment b.yaml:6"


def test_a_deployment_that_names_no_images_builds_those_of_the_configuration(folder: Path) -> None:
    found = _origins(folder, "first")
    assert found["images.web"] == "configuration a.yaml:4"
    assert found["images.db"] == "configuration a.yaml:5"


@pytest.mark.parametrize("deployment", ["prod-eu", "prod-us"])
def test_what_is_printed_is_the_deployment_again(deployment: str) -> None:
    path = ROOT / "config" / "example.yaml"
    printed = YAML(typ="safe").load(golden_ami("config", "show", deployment, "-c", str(path)).stdout)
    found = load(path).deployments[deployment].model_dump(mode="json")
    images = printed.pop("images"), found.pop("images")
    tags = printed.pop("tags"), found.pop("tags")
    assert printed == found
    assert list(images[0]) == list(images[1])
    assert tags[0].items() >= tags[1].items()


def test_an_unknown_deployment_is_bad_input() -> None:
    done = golden_ami("config", "show", "prod", "-c", "config/example.yaml")
    assert done.returncode == 2
    assert "name one of: prod-eu, prod-us" in done.stderr
