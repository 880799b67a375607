"""What the workflows call does what it says, with stand-ins for GitHub only."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from golden_ami.review.render.markdown import MARKER

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = ROOT / "tools" / "ci"


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False, capture_output=True, text=True)


def _stack(account: str, region: str = "eu-west-1", **more: Any) -> dict[str, Any]:
    return {"provider": {"aws": [{"allowed_account_ids": [account], "region": region}]}} | more


def _synthesis(folder: Path, **stacks: dict[str, Any]) -> Path:
    for name, content in stacks.items():
        place = folder / "stacks" / name.replace("_", "-")
        place.mkdir(parents=True)
        (place / "cdk.tf.json").write_text(json.dumps(content))
    return folder


def _stacks(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, str(SCRIPTS / "stacks.py"), *arguments])


def test_stacks_are_a_matrix_with_account_region_and_partition(tmp_path: Path) -> None:
    made = _synthesis(tmp_path, prod_eu=_stack("222222222222"), prod_cn=_stack("333333333333", "cn-north-1"))
    assert json.loads(_stacks(str(made)).stdout) == [
        {"stack": "prod-cn", "account": "333333333333", "region": "cn-north-1", "partition": "aws-cn"},
        {"stack": "prod-eu", "account": "222222222222", "region": "eu-west-1", "partition": "aws"},
    ]


def test_stacks_are_split_into_waves(tmp_path: Path) -> None:
    made = _synthesis(tmp_path, one=_stack("222222222222"), two=_stack("333333333333"))
    waves = json.loads(_stacks(str(made), "--first", "two,elsewhere").stdout)
    assert [[each["stack"] for each in waves[name]] for name in ("first", "rest")] == [["two"], ["one"]]


def test_only_what_differs_from_the_base_is_planned(tmp_path: Path) -> None:
    base = _synthesis(tmp_path / "base", same=_stack("222222222222"), other=_stack("222222222222"))
    new = {"other": _stack("222222222222", x=1), "added": _stack("333333333333")}
    made = _synthesis(tmp_path / "made", same=_stack("222222222222"), **new)
    found = json.loads(_stacks(str(made), "--base", str(base)).stdout)
    assert [each["stack"] for each in found] == ["added", "other"]


def test_a_stack_that_leaves_the_configuration_is_an_error(tmp_path: Path) -> None:
    base = _synthesis(tmp_path / "base", gone=_stack("222222222222"), same=_stack("222222222222"))
    made = _synthesis(tmp_path / "made", same=_stack("222222222222"))
    done = _stacks(str(made), "--base", str(base))
    assert done.returncode == 1
    assert "gone: gone; destroy them before they leave the configuration" in done.stderr


@pytest.mark.parametrize("account", ["$(id)", "22222222222", '222222222222"'])
def test_what_is_no_account_never_becomes_part_of_a_workflow(tmp_path: Path, account: str) -> None:
    done = _stacks(str(_synthesis(tmp_path, one=_stack(account))))
    assert done.returncode == 1
    assert done.stdout == ""


def test_a_commit_is_synthesised_for_comparison(tmp_path: Path) -> None:
    environment = {"GOLDEN_AMI_CONFIG": "config/minimal.yaml", "OUTPUT": str(tmp_path)}
    _run([sys.executable, "main.py"], CDKTF_OUTDIR=str(tmp_path), **environment)
    changed = str(SCRIPTS / "changed.sh")
    head = _run(["git", "rev-parse", "HEAD"]).stdout.strip()
    same = _run([changed, head], **environment)
    path = tmp_path / "stacks" / "prod" / "cdk.tf.json"
    known = json.loads(same.stdout)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"output": {}}))
    after = json.loads(_run([changed, head], **environment).stdout)
    assert [each["stack"] for each in after] == ["prod"]
    # Until a commit holds what is tested here, the working copy may differ from it.
    assert known in ([], after)
    assert "golden" not in _run(["git", "worktree", "list"]).stdout.split("\n", 1)[1]


GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$*" in
  *--jq*comments* | *comments*--jq*) printf '%s' "$GH_KNOWN" ;;
  "issue list"*) printf '%s' "$GH_KNOWN" ;;
esac
"""


def _github(tmp_path: Path, known: str) -> dict[str, str]:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "GH_LOG": str(tmp_path / "log"),
        "GH_KNOWN": known,
        "GITHUB_REPOSITORY": "example/golden-ami",
    }


@pytest.mark.parametrize(("known", "last"), [("", "--method POST"), ("77", "--method PATCH")])
def test_there_is_one_comment_which_is_updated_in_place(tmp_path: Path, known: str, last: str) -> None:
    comment = tmp_path / "comment.md"
    comment.write_text(f"{MARKER}\n### text\n")
    done = _run([str(SCRIPTS / "comment.sh"), str(comment), "12"], **_github(tmp_path, known))
    assert done.returncode == 0, done.stderr
    asked, wrote = (tmp_path / "log").read_text().splitlines()
    assert "repos/example/golden-ami/issues/12/comments" in asked
    assert MARKER in asked
    assert last in wrote
    assert f"body=@{comment}" in wrote


def test_a_comment_wants_a_number(tmp_path: Path) -> None:
    comment = tmp_path / "comment.md"
    comment.write_text("x")
    done = _run([str(SCRIPTS / "comment.sh"), str(comment), "12/../13"], **_github(tmp_path, ""))
    assert done.returncode == 2
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("arguments", "known", "last"),
    [
        (["drift", "REPORT"], "", "issue create"),
        (["drift", "REPORT"], "5", "issue edit 5"),
        (["clean"], "5", "issue close 5"),
        (["clean"], "", "issue list"),
    ],
)
def test_there_is_one_issue_while_there_is_drift(tmp_path: Path, arguments: list[str], known: str, last: str) -> None:
    report = tmp_path / "drift.md"
    report.write_text("x")
    given = [str(report) if each == "REPORT" else each for each in arguments]
    done = _run([str(SCRIPTS / "issue.sh"), *given], **_github(tmp_path, known))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "log").read_text().splitlines()[-1].startswith(last)


def test_only_what_was_planned_is_applied(tmp_path: Path) -> None:
    made = _synthesis(tmp_path, one=_stack("222222222222"))
    done = _run([str(SCRIPTS / "stack.sh"), "apply", "one"], OUTPUT=str(made))
    assert done.returncode == 2
    assert "only what was planned, and reviewed, is applied" in done.stderr


def test_a_stack_that_is_not_there_is_named(tmp_path: Path) -> None:
    made = _synthesis(tmp_path, one=_stack("222222222222"))
    done = _run([str(SCRIPTS / "stack.sh"), "plan", "two"], OUTPUT=str(made))
    assert done.returncode == 2
    assert "two/cdk.tf.json is not there" in done.stderr
