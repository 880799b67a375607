"""Every mistake in a configuration is told by key, value and remedy, and ends with exit code 2."""

import subprocess
import sys
from pathlib import Path

import pytest

from golden_ami.config import load
from golden_ami.errors import ConfigError
from tests.unit.bad_configurations import Case, beside, brought, images, people, resources, rollouts, waivers
from tests.unit.configurations import changed, write

CASES = [*people.CASES, *resources.CASES, *brought.CASES, *images.CASES, *waivers.CASES, *rollouts.CASES, *beside.CASES]
ROOT = Path(__file__).parent.parent.parent


def _problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return [problem.replace(f"{path.parent}/", "") for problem in raised.value.problems]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_told_with_key_value_and_remedy(case: Case, tmp_path: Path) -> None:
    _, changes, lines = case
    assert _problems(write(tmp_path, changed(*changes))) == lines


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_every_line_has_a_key_and_ends_with_a_remedy(case: Case) -> None:
    for line in case[2]:
        key, _, rest = line.partition(": ")
        assert key
        assert rest.rpartition("; ")[2]
        assert "; " in rest


def test_mistakes_in_several_places_are_told_at_once(tmp_path: Path) -> None:
    other = {"account": "333333333333", "region": "eu-central-1", "approval": {"approvers": ["role/A"]}}
    path = write(
        tmp_path,
        changed(
            ("deployments.prod-eu.account", 222222222222),
            ("deployments.prod-eu.approval.required", 5),
            ("deployments.second", {**other, "sharing": {"launch": ["nobody-knows"]}}),
            ("deployments.third", {**other, "region": "eu-west-3", "images": {"wbe": None}}),
        ),
    )
    assert [problem.split(": ")[0] for problem in _problems(path)] == [
        "deployments.prod-eu.account",
        "deployments.prod-eu.approval.required",
        "deployments.second.sharing.launch[0]",
        "deployments.third.images.wbe",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", "holds no mapping; start with organization, images and deployments"),
        (b"- a\n- b\n", "holds no mapping; start with organization, images and deployments"),
        (b"images: [\n", "line 2: expected the node content, but found '<stream end>'; mend the YAML"),
        (b"a: 1\na: 2\n", 'line 2: found duplicate key "a" with value "2" (original value: "1"); remove one of them'),
        (b"\xff\xfe\x00", "is not UTF-8 text; save it as UTF-8"),
        (b"a: !!python/object/apply:os.system [ls]\n", "line 1: could not determine a constructor for the tag"),
    ],
    ids=["empty", "a list", "cut off", "duplicate key", "no text", "a tag that runs code"],
)
def test_a_file_that_is_no_configuration_is_refused(text: bytes, line: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(text)
    (problem,) = _problems(path)
    assert problem.startswith(line)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert "No such file" in _problems(tmp_path / "nothing.yaml")[0]
    assert "holds no *.yaml" in _problems(tmp_path)[0]


@pytest.mark.parametrize(
    "command",
    [["-m", "golden_ami", "config", "check"], ["main.py"]],
    ids=["golden-ami config check", "main.py"],
)
def test_bad_input_ends_with_exit_code_2_and_no_traceback(command: list[str], tmp_path: Path) -> None:
    path = write(tmp_path, changed(("deployments.prod-eu.approval.required", 3)))
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"GOLDEN_AMI_CONFIG": str(path), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "deployments.prod-eu.approval.required: 3 is more than the 2 approvers; lower it" in done.stderr
    assert "Traceback" not in done.stderr
