"""Twelve pull requests against a deployed factory, planned by the real Terraform with the real provider."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from golden_ami.review.judgement import rules_of
from golden_ami.review.render.markdown import LIMIT, as_markdown
from golden_ami.review.render.terminal import show
from golden_ami.review.review import Review
from golden_ami.review.shortened import redacted
from tests.review.changes import CHANGES, Change
from tests.review.conftest import ROOT, Factory, reviewed

pytestmark = pytest.mark.terraform


def _printed(review: Review) -> str:
    stream = io.StringIO()
    show(review, Console(file=stream, width=400))
    return stream.getvalue()


def test_the_first_plan_passes_although_most_of_it_is_unknown(factory: Factory) -> None:
    review = reviewed(factory.folder / "created.json")
    assert review.judgement.findings == ()
    assert review.count("create") == len(review.deployments[0].changed) > 50
    text = _printed(review)
    assert "organizational unit ou-sbox-workloads1 of organization o-sandbox00001" in text
    assert "email platform-team@example.com" in text


def test_a_plan_without_changes_says_so(factory: Factory) -> None:
    review = reviewed(factory.plan(Change(), "unchanged"))
    assert review.is_empty
    assert review.passes
    assert "passes: nothing changes" in _printed(review)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_reviewed(factory: Factory, name: str) -> None:
    change = CHANGES[name]
    review = reviewed(factory.plan(change, name.replace(" ", "-")))
    assert set(rules_of(review.judgement.failing)) == change.fails
    assert review.passes == (not change.fails)
    text = _printed(review)
    assert [words for words in change.says if words not in text] == []
    assert {kind: review.count(kind) for kind in change.counts} == dict(change.counts)
    assert len(as_markdown(review).encode()) <= LIMIT


def test_the_example_of_a_comment_is_one(factory: Factory) -> None:
    review = reviewed(factory.plan(CHANGES["lower the quorum"], "example"))
    written = redacted(as_markdown(review))
    assert (ROOT / "docs" / "review.md").read_text().rstrip("\n") == written.rstrip("\n")


def test_all_of_them_together_are_one_comment(factory: Factory) -> None:
    plans = [path for path in sorted(Path(factory.folder).glob("*.json")) if path.stem != "created"]
    if len(plans) < len(CHANGES):
        pytest.skip("the changes were not planned in this run")
    comment = as_markdown(reviewed(*plans))
    assert len(comment.encode()) <= LIMIT
    for rule in {rule for change in CHANGES.values() for rule in change.fails}:
        assert f"**{rule}**" in comment


def test_the_workflows_commands_plan_review_and_apply_a_stack(factory: Factory) -> None:
    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = factory.environment | {"OUTPUT": str(factory.stack.parent.parent)}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)

    stack, plan = str(ROOT / "tools" / "ci" / "stack.sh"), factory.stack / "plan.json"
    review = (sys.executable, "-m", "golden_ami", "review", str(plan))
    factory.write(CHANGES["add a unit"])
    for command in ((stack, "plan", "sandbox"), review, (stack, "apply", "sandbox")):
        done = run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "222222222222" not in done.stdout or command is review
    assert plan.stat().st_mode & 0o077 == 0
    assert run(stack, "plan", "sandbox").returncode == 0
    assert run(*review, "--expect-empty").returncode == 0
    factory.write(CHANGES["lower the quorum"])
    assert run(stack, "plan", "sandbox").returncode == 0
    assert run(*review, "--expect-empty").returncode == 1
