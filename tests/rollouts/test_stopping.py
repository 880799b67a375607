"""Ctrl-C, kill -9, and a second rollout: Terraform is asked once, left to its end, and waited for."""

import os
import signal

from tests.rollouts.conftest import Fake


def test_ctrl_c_reaches_terraform_once_and_is_waited_for(fake: Fake) -> None:
    fake.configure(aa=1, bb=1, cc=2)
    fake.say("hold.aa.apply")
    process = fake.start("--parallelism", "1")
    fake.until_began("aa.apply")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert fake.calls("INT") == ["INT aa apply"]
    assert fake.calls("STOP") == ["STOP aa apply"]
    assert fake.statuses() == {"aa": "interrupted", "bb": "waiting", "cc": "waiting"}
    assert "Terraform finishes what it is at" in said
    assert fake.rollout()[0] == 0
    assert set(fake.statuses().values()) == {"done"}


def test_a_termination_stops_as_gently_and_never_twice(fake: Fake) -> None:
    fake.configure(aa=1)
    fake.say("hold.aa.apply")
    process = fake.start()
    fake.until_began("aa.apply")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert fake.calls("INT") == ["INT aa apply"]


def test_after_kill_9_terraform_goes_on_and_the_next_rollout_waits_for_it(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    hold = fake.say("hold.aa.apply")
    process = fake.start()
    fake.until_began("aa.apply")
    process.kill()
    process.communicate(timeout=60)
    assert fake.statuses() == {"aa": "running", "bb": "waiting"}
    second = fake.start()
    fake.until(lambda: fake.report["stacks"][0]["phase"] == "wait")
    assert len(fake.calls("BEGIN", "aa")) == 3, "nothing of it begins beside the one that is still at work"
    hold.unlink()
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert fake.calls("END", "aa", "apply") == ["END aa apply"], "the one before has applied it"
    assert set(fake.statuses().values()) == {"done"}
    assert "waits for the Terraform of the rollout before" in said


def test_a_terraform_that_is_killed_is_a_failure(fake: Fake) -> None:
    fake.configure(aa=1, bb=2)
    fake.say("hold.aa.apply")
    terraform = fake.fake / "bin" / "terraform"
    terraform.write_text(terraform.read_text().replace("said BEGIN", 'said BEGIN; echo $$ > "$FAKE/pid"'))
    process = fake.start()
    fake.until_began("aa.apply")
    os.kill(int((fake.fake / "pid").read_text()), signal.SIGKILL)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "terraform apply was killed by SIGKILL" in said
    assert fake.statuses() == {"aa": "failed", "bb": "waiting"}


def test_two_at_once_are_refused(fake: Fake) -> None:
    fake.configure(aa=1)
    hold = fake.say("hold.aa.plan")
    first = fake.start()
    fake.until_began("aa.plan")
    code, said = fake.rollout()
    assert code == 1
    assert "another rollout is at work" in said
    hold.unlink()
    first.communicate(timeout=60)
    assert first.returncode == 0
