"""What the workflows call does what it says, with stand-ins for GitHub only."""

import os
import subprocess
from pathlib import Path

import pytest

from golden_ami.review.render.markdown import MARKER

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = ROOT / "tools" / "ci"


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False, capture_output=True, text=True)


def _synthesis(folder: Path, name: str) -> Path:
    place = folder / "stacks" / name
    place.mkdir(parents=True)
    (place / "cdk.tf.json").write_text("{}")
    return folder


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


@pytest.mark.parametrize(("known", "calls"), [("", 1), ("77", 2)])
def test_that_nothing_changes_is_said_only_where_something_was_said_before(
    tmp_path: Path, known: str, calls: int
) -> None:
    comment = tmp_path / "comment.md"
    comment.write_text(f"{MARKER}\n### No stack changes\n")
    done = _run([str(SCRIPTS / "comment.sh"), str(comment), "12", "--if-known"], **_github(tmp_path, known))
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "log").read_text().splitlines()
    assert len(asked) == calls
    assert "--method POST" not in " ".join(asked)


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
    made = _synthesis(tmp_path, "one")
    done = _run([str(SCRIPTS / "stack.sh"), "apply", "one"], OUTPUT=str(made))
    assert done.returncode == 2
    assert "only what was planned, and reviewed, is applied" in done.stderr


def test_a_stack_that_is_not_there_is_named(tmp_path: Path) -> None:
    made = _synthesis(tmp_path, "one")
    done = _run([str(SCRIPTS / "stack.sh"), "plan", "two"], OUTPUT=str(made))
    assert done.returncode == 2
    assert "two/cdk.tf.json is not there" in done.stderr
