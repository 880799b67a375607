"""``golden-ami review`` ends with a documented exit code, and writes what it is asked for."""

import json
from pathlib import Path

import pytest

from golden_ami.review.render.markdown import MARKER
from golden_ami.review.rules import RULES
from tests.review.building import approval, document, key, plan_json, statement
from tests.unit.test_cli import golden_ami

OWN = key(statement({"AWS": "arn:aws:iam::222222222222:root"}))


@pytest.fixture
def passing(tmp_path: Path) -> Path:
    path = tmp_path / "passing.json"
    path.write_text(json.dumps(plan_json(OWN, document(approval()))))
    return path


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    path = tmp_path / "failing.json"
    path.write_text(json.dumps(plan_json(OWN, document(approval(required=1)))))
    return path


def test_a_plan_that_passes_ends_with_0(passing: Path) -> None:
    done = golden_ami("review", str(passing))
    assert (done.returncode, done.stderr) == (0, "")
    assert "May launch: web in passing" in done.stdout


def test_a_plan_that_fails_ends_with_1_and_names_the_rule(failing: Path) -> None:
    done = golden_ami("review", str(failing))
    assert done.returncode == 1
    assert "quorum-floor: GoldenAmiApproval-web wants 1 approvals, fewer than 2" in done.stdout


def test_many_plans_are_one_review(passing: Path, failing: Path) -> None:
    done = golden_ami("review", str(passing), str(failing), "--format", "json")
    assert done.returncode == 1
    content = json.loads(done.stdout)
    assert [each["deployment"] for each in content["deployments"]] == ["passing", "failing"]
    assert [each["rule"] for each in content["findings"]] == ["quorum-floor"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no plan is named; name what"),
        (("nowhere.json",), "nowhere.json cannot be read: No such file or directory"),
        (("--explain", "nothing"), "--explain: 'nothing' is no rule; name one of: no-external-principals"),
        (("x.json", "--policy", "nowhere.yaml"), "nowhere.yaml cannot be read"),
    ],
)
def test_bad_input_ends_with_2_and_no_traceback(arguments: tuple[str, ...], message: str) -> None:
    done = golden_ami("review", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_explained(rule: str) -> None:
    assert RULES[rule].why.endswith(".")
    assert RULES[rule].title.endswith(".")
    assert not RULES[rule].remedy.endswith(".")


def test_a_rule_is_explained_on_request() -> None:
    done = golden_ami("review", "--explain", "retention")
    assert done.returncode == 0
    assert RULES["retention"].why in done.stdout


def test_comment_and_findings_are_written_beside_the_review(failing: Path, tmp_path: Path) -> None:
    comment, findings = tmp_path / "comment.md", tmp_path / "findings.sarif"
    done = golden_ami("review", str(failing), "--markdown", str(comment), "--sarif", str(findings), "--redact-accounts")
    assert done.returncode == 1
    assert comment.read_text().startswith(MARKER)
    assert json.loads(findings.read_text())["version"] == "2.1.0"
    for text in (done.stdout, comment.read_text(), findings.read_text()):
        assert "222222222222" not in text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["comment.md", "failing.json", "findings.sarif"]


def test_a_folder_that_is_not_there_is_named(passing: Path, tmp_path: Path) -> None:
    done = golden_ami("review", str(passing), "--markdown", str(tmp_path / "no" / "comment.md"))
    assert done.returncode == 2
    assert "comment.md cannot be written: No such file or directory" in done.stderr


def test_a_drift_check_fails_when_anything_changes(passing: Path, tmp_path: Path) -> None:
    assert golden_ami("review", str(passing), "--expect-empty").returncode == 1
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps(plan_json()))
    assert golden_ami("review", str(empty), "--expect-empty", "--policy", _policy(tmp_path)).returncode == 0


def _policy(folder: Path) -> str:
    path = folder / "policy.yaml"
    path.write_text("organization: o-sandbox00001\n")
    return str(path)


def test_an_accepted_finding_does_not_fail_and_is_shown(failing: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "suppressions:\n  - rule: quorum-floor\n    reason: one person is on call\n    owner: team@example.com\n"
        "    expires: 2099-01-01\n  - rule: logs\n    reason: nothing of that kind\n    owner: team@example.com\n"
        "    expires: 2099-01-01\n"
    )
    done = golden_ami("review", str(failing), "--policy", str(policy))
    assert done.returncode == 0
    assert "accepted until 2099-01-01 by team@example.com: one person is on call" in done.stdout
    assert "the suppression of logs for everything matches nothing; remove it" in done.stdout
