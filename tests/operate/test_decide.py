"""``approve`` and ``deny``: only who may, only upon what was asked, and nothing is sent otherwise."""

import hashlib
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from golden_ami.sandbox.automation import automation_backends
from golden_ami.sandbox.automation.execution import Decision
from tests.operate.conftest import APPROVERS, Floor, Said, Terminal
from verification.configurations import ACCOUNT, HOME

ROOT = Path(__file__).parent.parent.parent
ANN, BOB = APPROVERS
FAST = ("--yes", "--interval", "0.05")


def _status(floor: Floor, execution: str) -> str:
    found = floor.client("ssm").get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    return str(found["AutomationExecutionStatus"])


def _refused(floor: Floor, execution: str, said: Said, *words: str) -> None:
    assert said.code == 1
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err
    assert _status(floor, execution) == "Waiting"


def _tamper(floor: Floor, execution: str) -> None:
    key = f"{floor.image.names.evidence_folder}/{execution}.json"
    floor.client("s3").put_object(Bucket=floor.image.evidence_bucket, Key=key, Body=b"{}")


def test_two_people_approve_and_are_told_how_many_are_missing(floor: Floor) -> None:
    execution = floor.start()
    first = floor.run("approve", execution, "-m", "fine [red]x[/]\x1b[31m", *FAST, who=ANN)
    assert first.code == 0, first.err
    assert "It still waits" in first.out
    assert "fine [red]x[/]\\x1b[31m" in first.out
    second = floor.run("approve", execution, *FAST, who=BOB)
    assert second.code == 0, second.err
    assert "No other approval is needed" in second.out
    assert _status(floor, execution) == "Success"


def test_it_shows_what_is_decided_upon(floor: Floor) -> None:
    said = floor.run("approve", floor.start(), *FAST, who=ANN)
    for words in (
        "0 critical",
        "workloads, 444444444444",
        "the one that people were asked upon",
        "GoldenAmiApprover/ann",
    ):
        assert words in said.out


def test_one_denial_ends_it(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("deny", execution, "-m", "the old kernel", *FAST, who=BOB)
    assert said.code == 0, said.err
    assert "Nothing is shared" in said.out
    assert _status(floor, execution) == "Failed"


def test_a_denial_without_a_reason_is_refused(floor: Floor) -> None:
    execution = floor.start()
    assert floor.run("deny", execution, "--yes", who=ANN).code == 2
    said = floor.run("deny", execution, "-m", "  ", "--yes", who=ANN)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert _status(floor, execution) == "Waiting"


def test_who_is_no_approver_is_told_who_he_is_and_who_may(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("approve", execution, *FAST, who=("GoldenAmiOutsider", "eve"))
    _refused(floor, execution, said, "assumed-role/GoldenAmiOutsider/eve", "role/people/GoldenAmiReviewer")


def test_whoever_started_it_decides_in_no_role(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("approve", execution, *FAST, who=("GoldenAmiApprover", "sam"))
    _refused(floor, execution, said, "whoever starts does not decide", "GoldenAmiStarter/sam")


def test_what_does_not_wait_is_said_to_be_elsewhere(floor: Floor) -> None:
    said = floor.run("approve", floor.approved(), *FAST, who=ANN)
    assert said.code == 1
    assert "it ended approved" in said.err


def test_changed_evidence_cannot_be_approved_and_can_be_denied(floor: Floor) -> None:
    execution = floor.start()
    _tamper(floor, execution)
    said = floor.run("approve", execution, *FAST, who=ANN)
    _refused(floor, execution, said, "cannot be approved", "golden-ami deny")
    denied = floor.run("deny", execution, "-m", "somebody changed it", *FAST, who=ANN)
    assert denied.code == 0, denied.err
    assert "BEWARE" in denied.out


def test_lost_evidence_cannot_be_approved(floor: Floor) -> None:
    execution = floor.start()
    key = f"{floor.image.names.evidence_folder}/{execution}.json"
    floor.client("s3").delete_object(Bucket=floor.image.evidence_bucket, Key=key)
    said = floor.run("approve", execution, *FAST, who=ANN)
    _refused(floor, execution, said, "is gone")


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_who_says_no_to_the_question_has_decided_nothing(floor: Floor, answer: str) -> None:
    execution = floor.start()
    with patch("sys.stdin", Terminal(answer)):
        said = floor.run("approve", execution, who=ANN)
    assert said.code == 1
    assert _digest(floor, execution) in said.out
    assert f"Approve {floor.name} 1.0." in said.err
    assert "Nothing was sent." in said.err
    assert _decisions(floor, execution) == []


def test_who_says_yes_has_approved_what_was_shown(floor: Floor) -> None:
    execution = floor.start()
    with patch("sys.stdin", Terminal("y\n")):
        said = floor.run("approve", execution, "--interval", "0.05", who=ANN)
    assert said.code == 0, said.err
    assert "Approved." in said.out
    assert len(_decisions(floor, execution)) == 1


@pytest.mark.parametrize("command", [("approve",), ("deny", "-m", "no")], ids=lambda each: each[0])
def test_ctrl_c_at_the_question_ends_it_and_decides_nothing(floor: Floor, command: tuple[str, ...]) -> None:
    execution = floor.start()
    ours, theirs = pty.openpty()
    environment = {**os.environ, **floor.environment(*ANN), "GOLDEN_AMI_CONFIG": str(floor.config), "COLUMNS": "100"}
    asking = subprocess.Popen(
        [sys.executable, "-m", "golden_ami", command[0], execution, *command[1:]],
        cwd=ROOT,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = _read_until(ours, "[y/N]")
    _press_ctrl_c(asking, ours)
    seen += _read_until(ours, None)
    assert asking.wait(60) == 130
    os.close(ours)
    assert _digest(floor, execution) in seen
    assert seen.rstrip().endswith("Nothing was sent.")
    assert "Traceback" not in seen
    assert _decisions(floor, execution) == []


def _press_ctrl_c(asking: subprocess.Popen[bytes], terminal: int) -> None:
    """Press Ctrl-C as people do, who press it again when nothing happens.

    Python answers a signal that comes after its last look and before it reads a line only with the next one. People
    are not that quick; a test that reads the question as soon as it is written is, once in some sixty times.
    """
    for _ in range(6):
        asking.send_signal(signal.SIGINT)
        if select.select([terminal], [], [], 10)[0]:
            return


def _read_until(terminal: int, words: str | None) -> str:
    """Read what a terminal shows, up to some words, or to its end."""
    seen = ""
    while words is None or words not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        try:
            seen += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            # Linux says so when the other end has closed.
            break
    return seen


def _digest(floor: Floor, execution: str) -> str:
    key = f"{floor.image.names.evidence_folder}/{execution}.json"
    body = floor.client("s3").get_object(Bucket=floor.image.evidence_bucket, Key=key)["Body"].read()
    return hashlib.sha256(body).hexdigest()


def _decisions(floor: Floor, execution: str) -> list[Decision]:
    assert _status(floor, execution) == "Waiting"
    return automation_backends[ACCOUNT][HOME].executions[execution].decisions


def test_nobody_is_asked_without_a_terminal(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("approve", execution, who=ANN)
    assert said.code == 2
    assert "--yes" in said.err
    assert _status(floor, execution) == "Waiting"


def test_a_comment_that_systems_manager_would_refuse_is_refused_before(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("approve", execution, "-m", "x" * 513, *FAST, who=ANN)
    assert said.code == 2
    assert "512" in said.err


def test_a_second_decision_of_one_person_is_a_line(floor: Floor) -> None:
    execution = floor.start()
    floor.run("approve", execution, *FAST, who=ANN)
    _refused(floor, execution, floor.run("approve", execution, *FAST, who=ANN), "already")
