"""The command line says what it does, and ends with a documented exit code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from golden_ami.cli import app

ROOT = Path(__file__).parent.parent.parent
_README = (ROOT / "README.md").read_text(encoding="utf-8")


def golden_ami(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "golden_ami", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_says_what_is_beside_the_deployments() -> None:
    said = golden_ami("config", "check", "config/organization.yaml").stdout
    assert [line.split()[0] for line in said.splitlines() if "account " in line] == [
        "prod-eu",
        "state-bootstrap",
        "organization",
        "web-frontend",
    ]
    for words in ("example-golden-ami-state", "marks images of others and blocks", "web-server of prod-eu"):
        assert words in said


def test_check_says_who_approves_and_who_receives() -> None:
    done = golden_ami("config", "check", "config/example.yaml")
    assert done.returncode == 0
    for expected in ("prod-eu", "222222222222", "2 of role/GoldenAmiApprover", "workloads, sandboxes, 333333333333"):
        assert expected in done.stdout


def test_the_configuration_comes_from_the_environment() -> None:
    assert (
        "Amazon Linux 2023 with every update"
        in golden_ami("config", "check", GOLDEN_AMI_CONFIG="config/minimal.yaml").stdout
    )


def test_render_prints_a_document_that_can_be_read() -> None:
    done = golden_ami("runbook", "render", "web-server", "-d", "prod-eu", "-c", "config/example.yaml")
    document = YAML(typ="safe").load(done.stdout)
    assert document["schemaVersion"] == "0.3"
    assert "parameters" not in document
    assert "ARN-OF-THE-RESOURCE-SHARE" in done.stdout


def test_render_unpinned_keeps_the_parameters() -> None:
    done = golden_ami("runbook", "render", "web-server", "-d", "prod-eu", "--unpinned", "-c", "config/example.yaml")
    assert "PipelineApproverArn" in YAML(typ="safe").load(done.stdout)["parameters"]


def test_render_prints_the_rollout_of_an_image_that_has_one() -> None:
    done = golden_ami("runbook", "render", "arm-base", "-d", "prod-eu", "-r", "rollout", "-c", "config/example.yaml")
    assert list(YAML(typ="safe").load(done.stdout)["parameters"]) == ["ExecutionId"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("runbook", "render", "web-server", "-d", "prod-eu", "-r", "rollout"),
            "web-server is not rolled out by prod-eu",
        ),
        (("runbook", "render", "web-server"), "--deployment is missing; name one of: prod-eu, prod-us"),
        (("runbook", "render", "web-server", "-d", "prod"), "--deployment 'prod' is not in the configuration"),
        (("runbook", "render", "web", "-d", "prod-eu"), "builds no image 'web'; name one of: web-server"),
        (("runbook", "lint", "nothing.yaml"), "nothing.yaml cannot be read: No such file or directory"),
        (("config", "check", "nothing.yaml"), "nothing.yaml: 1 problem:"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments: tuple[str, ...], line: str) -> None:
    done = golden_ami(*arguments, GOLDEN_AMI_CONFIG="config/example.yaml")
    assert done.returncode == 2
    assert line in done.stderr
    assert "Traceback" not in done.stderr


def test_lint_of_our_document_is_clean_and_of_a_bad_one_fails(tmp_path: Path) -> None:
    assert golden_ami("runbook", "lint").returncode == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text("schemaVersion: '0.3'\nmainSteps:\n  - {name: a, action: 'aws:sleep', isEnd: true}\n")
    done = golden_ami("runbook", "lint", str(bad))
    assert done.returncode == 1
    assert "does not say whether it isCritical" in done.stdout


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = f"{sys.executable} -m golden_ami config schema | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_names_the_exit_codes() -> None:
    assert "0 fine, 1 failed, 2 bad input" in golden_ami("--help").stdout


def test_the_readme_says_once_what_each_command_does_and_whose_policy_it_takes() -> None:
    rows = re.findall(r"^\| `([^|]+)` \| [^|]+ \| [^|]*(?:starter|approver|reader)[^|]* \|$", _README, re.MULTILINE)
    named = [command for row in rows for command in re.findall(r"(?:^|, `)([a-z-]+)", row)]
    operating = [each.name for each in app.registered_commands if each.rich_help_panel != "Prepare"]
    assert named == [*dict.fromkeys(named)]
    assert set(named) == set(operating)


@pytest.mark.parametrize("command", ["--help", "config schema", "config check", "runbook lint"])
def test_a_reader_who_goes_away_is_not_told_that_all_is_fine(command: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "golden_ami", *command.split()],
        cwd=ROOT,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_full_disk_is_a_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "golden_ami", "config", "schema"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left" in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_who_has_closed_a_stream_gets_an_exit_code(closed: str) -> None:
    shell = f"exec {sys.executable} -m golden_ami config check {closed}"
    done = subprocess.run(["sh", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_description_is_printed_as_it_is_written(tmp_path: Path) -> None:
    text = (ROOT / "config" / "minimal.yaml").read_text(encoding="utf-8")
    hostile = re.sub(r"description: .*", r'description: "[red]x[/] [/] :boom: \\x1b[2J\\u202e"', text)
    assert hostile != text
    config = tmp_path / "config.yaml"
    config.write_text(hostile, encoding="utf-8")
    done = golden_ami("config", "check", str(config))
    assert done.returncode == 0, done.stderr
    assert "[red]x[/] [/] :boom: \\x1b[2J\\u202e" in done.stdout
