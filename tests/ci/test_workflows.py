"""The workflows are what they say: pinned, without credentials for strangers, and made of commands that are there."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from golden_ami.review.render.markdown import MARKER
from tests.unit.test_cli import golden_ami

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
ACTIONLINT = ROOT / ".tools" / "actionlint" / "bin" / "actionlint"
WAVES = [f"wave-{number}" for number in range(5)]
EXAMPLES = [ROOT / "docs" / "ci" / "gitlab-ci.yml", ROOT / "docs" / "ci" / "atlantis.yaml"]


def _read(path: Path) -> dict[str, Any]:
    content = YAML(typ="safe").load(path.read_text())
    assert isinstance(content, dict)
    return content


def _jobs(path: Path) -> dict[str, dict[str, Any]]:
    return dict(_read(path)["jobs"])


def _steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in _jobs(path).items():
        yield from ((name, step) for step in job["steps"])


def _id(path: Path) -> str:
    return path.name


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=_id)


def _lint(*files: Path) -> subprocess.CompletedProcess[str]:
    install = [sys.executable, str(ROOT / "tools" / "isolated.py"), "actionlint"]
    subprocess.run(install, check=True, cwd=ROOT)
    return subprocess.run([str(ACTIONLINT), "-no-color", *map(str, files)], check=False, capture_output=True, text=True)


def test_actionlint_finds_nothing_in_them() -> None:
    done = _lint(*WORKFLOWS)
    assert (done.returncode, done.stdout) == (0, "")
    assert {path.stem for path in WORKFLOWS} == {"pull-request", "apply", "drift"}


def test_actionlint_would_find_something(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text((FOLDER / "drift.yml").read_text().replace("needs: synth", "needs: nobody"))
    assert "nobody" in _lint(broken).stdout


@every_workflow
def test_actions_are_pinned_by_commit_and_say_which_version_it_is(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text())
    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in used), used


def test_one_action_has_one_version_everywhere() -> None:
    used = {each for path in WORKFLOWS for each in re.findall(r"uses: (.+)", path.read_text())}
    assert len({each.split("@")[0] for each in used}) == len(used)


@every_workflow
def test_nothing_is_granted_but_what_a_job_names(path: Path) -> None:
    assert _read(path)["permissions"] == {"contents": "read"}
    for name, job in _jobs(path).items():
        allowed = {
            "plan": "id-token",
            **dict.fromkeys(WAVES, "id-token"),
            "review": "pull-requests",
            "unchanged": "pull-requests",
            "tell": "issues",
        }
        granted = {key for key, value in job.get("permissions", {}).items() if value == "write"}
        assert granted == ({allowed[name]} if name in allowed else set())


@every_workflow
def test_no_secret_is_used_and_no_credential_is_left_behind(path: Path) -> None:
    text = path.read_text()
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for _, step in _steps(path):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@every_workflow
def test_no_text_of_strangers_becomes_a_command(path: Path) -> None:
    for _, step in _steps(path):
        assert "${{" not in step.get("run", "")


def test_a_fork_gets_neither_credentials_nor_a_review_that_writes() -> None:
    jobs = _jobs(FOLDER / "pull-request.yml")
    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["unchanged"]["if"]
    assert "needs.plan.result == 'success'" in jobs["review"]["if"]
    for name in ("plan", "review", "unchanged"):
        checkouts = [each["with"] for each in jobs[name]["steps"] if "checkout@" in str(each.get("uses"))]
        assert checkouts[0]["ref"] == "${{ github.event.pull_request.base.sha }}"
        assert all(each.get("sparse-checkout") == "runbooks" for each in checkouts[1:])


def test_a_comment_is_found_again_by_its_marker() -> None:
    assert (FOLDER / "pull-request.yml").read_text().count(f"'{MARKER}'") == 2


def test_what_is_applied_was_reviewed_in_the_same_job_behind_an_environment() -> None:
    jobs = _jobs(FOLDER / "apply.yml")
    for name in WAVES:
        assert jobs[name]["environment"] == f"golden-ami-{name}"
        commands = [each["run"] for each in jobs[name]["steps"] if "run" in each][-3:]
        assert [each.split()[0] for each in commands] == [
            "tools/ci/stack.sh",
            ".venv/bin/golden-ami",
            "tools/ci/stack.sh",
        ]
        assert [each.split()[1] for each in commands] == ["plan", "review", "apply"]


def test_a_wave_waits_for_every_one_before_and_begins_after_no_failure() -> None:
    jobs = _jobs(FOLDER / "apply.yml")
    assert [name for name in jobs if name.startswith("wave-")] == WAVES
    for number, name in enumerate(WAVES):
        needs = jobs[name]["needs"]
        assert ([needs] if isinstance(needs, str) else needs) == ["synth", *WAVES[:number]]
        assert number == 0 or "!contains(needs.*.result, 'failure')" in jobs[name]["if"]
        of_its_wave = f"fromJSON(needs.synth.outputs.waves)['{number}']"
        assert of_its_wave + "[0] != null" in jobs[name]["if"]
        assert jobs[name]["strategy"]["matrix"]["include"] == f"${{{{ {of_its_wave} }}}}"


def test_each_wave_that_is_asked_for_has_a_job() -> None:
    last = re.findall(r"golden-ami stacks --waves (\d+)", (FOLDER / "apply.yml").read_text())
    assert [f"wave-{number}" for number in range(int(last[0]) + 1)] == WAVES


def test_a_command_that_fails_is_not_hidden_by_what_prints_it() -> None:
    for path in WORKFLOWS:
        for _, step in _steps(path):
            assert not re.search(r"echo .*\$\(", step.get("run", ""))


def _commands() -> set[tuple[str, ...]]:
    """Every command of the project that a workflow or an example runs, with its options."""
    found: set[tuple[str, ...]] = set()
    texts = [step.get("run", "") for path in WORKFLOWS for _, step in _steps(path)]
    texts += [path.read_text() for path in EXAMPLES]
    for text in texts:
        plain = text.replace("\\\n", " ").replace(">-\n", "")
        found |= {("make", each) for each in re.findall(r"make (?:--silent |-C base )?([a-z]+)", plain)}
        found |= {("script", each) for each in re.findall(r"tools/ci/([a-z]+\.sh)", plain)}
        for command, line in re.findall(r"golden-ami\"? (review|stacks) ([^\n]*(?:\n +--[^\n]*)*)", plain):
            found |= {(command, each) for each in re.findall(r"(--[a-z-]+)", line)}
        found |= {("ci", each) for each in re.findall(r"(?m)(\.ci/run)", plain)}
    return found


@pytest.mark.parametrize("command", sorted(_commands()), ids=" ".join)
def test_a_command_of_a_workflow_is_there(command: tuple[str, ...]) -> None:
    kind, name = command
    if kind == "make":
        done = subprocess.run(["make", "--dry-run", name], cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    elif kind == "script":
        done = subprocess.run([str(ROOT / "tools" / "ci" / name)], check=False, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr.startswith(f"usage: tools/ci/{name}")
    elif kind in {"review", "stacks"}:
        assert name in golden_ami(kind, "--help", COLUMNS="200").stdout
    else:
        assert subprocess.run(["bash", "-n", name], cwd=ROOT, check=False).returncode == 0


def test_all_kinds_of_commands_are_looked_for() -> None:
    commands = _commands()
    assert {kind for kind, _ in commands} == {"make", "script", "review", "stacks", "ci"}
    assert {name for kind, name in commands if kind == "review"} >= {"--scripts", "--policy", "--expect-empty"}
    assert {name for kind, name in commands if kind == "stacks"} == {"--matrix", "--changed-since", "--waves"}
    assert {name for kind, name in commands if kind == "make"} >= {"setup", "synth", "audit"}


@pytest.mark.parametrize("path", EXAMPLES, ids=_id)
def test_an_example_is_yaml(path: Path) -> None:
    assert _read(path)


def test_the_shell_of_every_step_can_be_read() -> None:
    for path in WORKFLOWS:
        for _, step in _steps(path):
            if "run" in step:
                done = subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False, capture_output=True)
                assert done.returncode == 0, f"{shlex.quote(step['run'])}: {done.stderr}"
