"""A rollout goes wave by wave, a bounded number at a time, and stops at the first failure."""

import re
from pathlib import Path

import pytest

from tests.rollouts.conftest import Fake

CONFIG = Path(__file__).parent.parent.parent / "config"
LOCKED = """
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error StatusCode: 412
Lock Info:
  ID:        0f3c6b1e-1111-2222-3333-444455556666
  Path:      example-state/golden-ami/bb.tfstate
  Operation: OperationTypeApply
  Who:       jane@laptop
  Version:   1.11.4
  Created:   2026-11-24 10:00:00 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
"""


def test_no_wave_begins_before_the_one_before_has_ended(fake: Fake) -> None:
    fake.configure(cc=3, aa=1, bb=1, dd=2)
    assert fake.rollout()[0] == 0
    applied = [line.split()[1] for line in fake.calls("BEGIN", "apply")]
    assert set(applied[:2]) == {"aa", "bb"}
    assert applied[2:] == ["dd", "cc"]
    ends = [line.split()[1] for line in fake.calls("END", "apply")]
    assert fake.calls().index("BEGIN dd init") > max(fake.calls().index(f"END {each} apply") for each in ("aa", "bb"))
    assert ends[-1] == "cc"


def test_each_stack_is_initialised_planned_and_applied_by_that_plan(fake: Fake) -> None:
    fake.configure(aa=1)
    assert fake.rollout()[0] == 0
    assert fake.calls("BEGIN") == ["BEGIN aa init", "BEGIN aa plan", "BEGIN aa apply"]
    (entry,) = fake.report["stacks"]
    assert entry["changes"] == {"add": 2, "change": 0, "destroy": 0}
    assert entry["finished"] == 2
    assert not (fake.root / "cdktf.out" / "stacks" / "aa" / "rollout.tfplan").exists()


def test_an_empty_plan_is_not_applied(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.rollout()
    fake.forget()
    assert fake.rollout()[0] == 0
    assert fake.calls("BEGIN") == ["BEGIN aa init", "BEGIN aa plan"]


@pytest.mark.parametrize("parallelism", [1, 2])
def test_as_many_as_allowed_are_at_work_at_a_time(fake: Fake, parallelism: int) -> None:
    fake.configure(**dict.fromkeys(("aa", "bb", "cc", "dd", "ee"), 1))
    assert fake.rollout("--parallelism", str(parallelism))[0] == 0
    most, working = 0, set()
    for line in fake.calls():
        word, name, verb = line.split()
        if word == "BEGIN":
            working.add(name)
        most = max(most, len(working))
        if (word, verb) == ("END", "apply"):
            working.discard(name)
    assert most == parallelism


def test_after_a_failure_running_stacks_finish_and_nothing_else_begins(fake: Fake) -> None:
    fake.configure(aa=1, bb=2, cc=2, dd=2, ee=3)
    fake.say("fail.bb.apply", "Error: the role exists already\n\n  with aws_iam_role.x\n")
    hold = fake.say("hold.cc.apply")
    process = fake.start("--parallelism", "2")
    fake.until(lambda: fake.calls("FAIL", "bb") and fake.calls("BEGIN", "cc", "apply"))
    fake.until(lambda: fake.statuses()["bb"] == "failed")
    hold.unlink()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert fake.statuses() == {"aa": "done", "bb": "failed", "cc": "done", "dd": "waiting", "ee": "waiting"}
    assert fake.calls("dd") == fake.calls("ee") == []
    assert "Error: the role exists already" in said
    assert "with aws_iam_role.x" in said
    assert fake.report["outcome"] == "failed"


def test_the_next_one_goes_on_where_it_stopped(fake: Fake) -> None:
    fake.configure(aa=1, bb=2, cc=3)
    failing = fake.say("fail.bb.apply", "Error: no\n")
    assert fake.rollout()[0] == 1
    failing.unlink()
    fake.forget()
    code, said = fake.rollout()
    assert code == 0
    assert fake.calls("aa") == []
    assert fake.statuses() == {"aa": "done", "bb": "done", "cc": "done"}
    assert "1 stack done before" in said


def test_what_has_changed_meanwhile_is_done_again(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    failing = fake.say("fail.bb.plan", "Error: no\n")
    fake.rollout()
    failing.unlink()
    fake.say("content.aa", "another")
    fake.forget()
    assert fake.rollout()[0] == 0
    assert fake.calls("BEGIN", "aa", "apply")


def test_a_rollout_that_came_to_its_end_looks_at_everything_again(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.rollout()
    fake.forget()
    fake.rollout()
    assert fake.calls("BEGIN", "aa", "plan")
    fake.forget()
    fake.rollout("--resume")
    assert fake.calls() == []


def test_fresh_forgets_what_was_done(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    fake.say("fail.bb.plan", "Error: no\n")
    fake.rollout()
    fake.forget()
    fake.rollout("--fresh")
    assert fake.calls("BEGIN", "aa", "plan")


def test_what_was_done_elsewhere_is_not_done_here(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    fake.say("fail.bb.plan", "Error: no\n")
    fake.rollout()
    fake.forget()
    fake.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    fake.rollout()
    assert fake.calls("BEGIN", "aa", "plan")


def test_planning_applies_nothing_looks_at_everything_and_forgets_nothing(fake: Fake) -> None:
    fake.configure(aa=1, bb=2, cc=3)
    fake.say("fail.bb.plan", "Error: no\n")
    fake.rollout()
    before = fake.report
    code, said = fake.rollout("--plan-only")
    assert code == 1
    assert fake.calls("BEGIN", "cc", "plan")
    assert fake.calls("BEGIN", "cc", "apply") == []
    assert fake.report == before
    assert "2 to add" in said


def test_one_wave_alone(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    assert fake.rollout("--wave", "2")[0] == 0
    assert fake.calls("aa") == []
    code, said = fake.rollout("--wave", "3")
    assert code == 2
    assert "name one of: 1, 2" in said


def test_the_organization_comes_first_consumers_last_and_the_bucket_of_the_states_never(fake: Fake) -> None:
    for name in ("config.yaml", "components"):
        here = "organization.yaml" if name == "config.yaml" else name
        (fake.root / name).symlink_to(CONFIG / here)
    fake.say("stacks", "state-bootstrap organization prod-eu web-frontend")
    assert fake.rollout()[0] == 0
    applied = [line.split()[1] for line in fake.calls("BEGIN", "apply")]
    assert applied == ["organization", "prod-eu", "web-frontend"]
    assert fake.calls("state-bootstrap") == []


def test_a_held_lock_names_who_holds_it_and_what_to_do(fake: Fake) -> None:
    fake.configure(aa=1, bb=2, cc=3)
    fake.say("fail.bb.plan", LOCKED)
    code, said = fake.rollout()
    assert code == 1
    flat = re.sub(r"\s+", " ", said)
    assert "Who: jane@laptop" in flat
    assert "jane@laptop has locked the state of bb since 2026-11-24 10:00:00 +0000 UTC for apply; wait" in flat
    assert "/bb force-unlock 0f3c6b1e-1111-2222-3333-444455556666" in flat
    assert fake.statuses()["cc"] == "waiting"


def test_a_state_that_is_elsewhere_is_not_taken_for_an_empty_one(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.say("fail.aa.init", "\nError: Backend configuration changed\n\nA change in the backend configuration\n")
    code, said = fake.rollout()
    assert code == 1
    assert "move the state of aa as docs/state.md says" in re.sub(r"\s+", " ", said)


def test_a_report_goes_where_one_wants_it(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.rollout("--report", "out/mine.json")
    assert (fake.root / "out" / "mine.json").exists()
    (fake.root / "out" / "mine.json").write_text("[]")
    code, said = fake.rollout("--report", "out/mine.json")
    assert code == 2
    assert "Traceback" not in said


def test_a_failed_synthesis_begins_nothing(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.say("fail.synth", "no module")
    code, said = fake.rollout()
    assert code == 1
    assert "no module" in said
    assert fake.calls() == []
