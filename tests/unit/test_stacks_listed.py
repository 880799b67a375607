"""``golden-ami stacks``: every stack has a kind and a wave, and a CI gets a matrix that it can use as it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from golden_ami.config import load
from golden_ami.errors import GoldenAmiError, InputError
from golden_ami.rollouts.changes import Touched
from golden_ami.rollouts.matrix import MAX_JOBS, matrices, matrix
from golden_ami.rollouts.stack import Stack, stacks_of
from tests.unit.configurations import changed, write
from tests.unit.test_cli import golden_ami

CONFIG = Path(__file__).parent.parent.parent / "config"
WHOLE = CONFIG / "organization.yaml"


def _stacks(count: int, **values: Any) -> list[Stack]:
    place = {"account": "222222222222", "region": "eu-west-1", "wave": 1}
    return [Stack(name=f"s{number}", **{**place, **values}) for number in range(count)]


def test_every_stack_has_a_kind_and_what_others_need_comes_first() -> None:
    found = [(each.wave, each.name, each.kind) for each in stacks_of(load(WHOLE))]
    assert found == [
        (0, "state-bootstrap", "bootstrap"),
        (0, "organization", "organization"),
        (1, "prod-eu", "deployment"),
        (2, "web-frontend", "consumer"),
    ]


def test_a_consumer_comes_after_its_factory_or_when_it_says(tmp_path: Path) -> None:
    content = YAML(typ="safe").load(WHOLE.read_text())
    content["deployments"]["prod-eu"]["wave"] = 4
    waves = {each.name: each.wave for each in stacks_of(load(write(tmp_path, content)))}
    assert (waves["prod-eu"], waves["web-frontend"]) == (4, 5)
    content["consumers"]["web-frontend"]["wave"] = 9
    assert {each.name: each.wave for each in stacks_of(load(write(tmp_path, content)))}["web-frontend"] == 9


def test_the_table_says_the_kind() -> None:
    said = golden_ami("stacks", "-c", str(WHOLE)).stdout
    assert said.splitlines()[0].split() == ["WAVE", "STACK", "KIND", "ACCOUNT", "REGION"]
    assert [line.split()[2] for line in said.splitlines()[1:5]] == [
        "bootstrap",
        "organization",
        "deployment",
        "consumer",
    ]


def test_a_matrix_is_a_line_without_the_stack_that_is_made_by_hand() -> None:
    done = golden_ami("stacks", "--matrix", "-c", str(WHOLE))
    (line,) = done.stdout.splitlines()
    assert [each["stack"] for each in json.loads(line)] == ["organization", "prod-eu", "web-frontend"]
    assert json.loads(line)[2] == {
        "stack": "web-frontend",
        "account": "333333333333",
        "region": "eu-west-1",
        "partition": "aws",
    }


def test_waves_are_a_matrix_each_and_empty_ones_are_there() -> None:
    (line,) = golden_ami("stacks", "--waves", "3", "-c", str(WHOLE)).stdout.splitlines()
    names = {wave: [each["stack"] for each in jobs] for wave, jobs in json.loads(line).items()}
    assert names == {"0": ["organization"], "1": ["prod-eu"], "2": ["web-frontend"], "3": []}


def test_the_partition_is_the_region_s() -> None:
    (job,) = matrix(_stacks(1, region="cn-north-1"))
    assert job["partition"] == "aws-cn"


def test_a_wave_without_a_job_is_refused() -> None:
    done = golden_ami("stacks", "--waves", "1", "-c", str(WHOLE))
    assert (done.returncode, done.stdout) == (2, "")
    assert "web-frontend is in wave 2, after the last one, 1" in done.stderr
    with pytest.raises(InputError, match="add a job for that wave"):
        matrices(_stacks(1, wave=7), last=6)


def test_a_stack_that_leaves_the_configuration_is_an_error_in_a_matrix() -> None:
    (stack,) = _stacks(1)
    gone = Touched(stack=stack, change="removed", reasons=("gone",))
    for refused in (lambda: matrix([gone]), lambda: matrices([gone], last=1)):
        with pytest.raises(GoldenAmiError, match="no longer in the configuration: s0; destroy them"):
            refused()


def test_more_jobs_than_a_matrix_takes_are_refused() -> None:
    assert len(matrix(_stacks(MAX_JOBS))) == MAX_JOBS
    with pytest.raises(GoldenAmiError, match="257 stacks are more than the 256 jobs"):
        matrix(_stacks(MAX_JOBS + 1))


def test_there_is_one_way_to_print_at_a_time() -> None:
    done = golden_ami("stacks", "--json", "--waves", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--json and --waves are two ways to print the same; choose one" in done.stderr


@pytest.mark.parametrize("name", ["$(id)", "Prod", 'a"b'])
def test_what_is_no_name_never_becomes_part_of_a_workflow(tmp_path: Path, name: str) -> None:
    place = {"account": "333333333333", "region": "eu-west-3", "approval": {"approvers": ["role/A"]}}
    content = changed()
    content["deployments"][name] = place
    done = golden_ami("stacks", "--matrix", "-c", str(write(tmp_path, content)))
    assert (done.returncode, done.stdout) == (2, "")
