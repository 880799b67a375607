"""``golden-ami watch``: it tells every step, who is asked, and how it ended; its exit code tells the end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from golden_ami.operate.connection import Connection
from golden_ami.operate.watching import Sight, watch
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario
from tests.operate.conftest import APPROVERS, Floor

ROOT = Path(__file__).parent.parent.parent
STARTER = ("GoldenAmiStarter", "sam")
FAST = ("--interval", "0.05")


def test_an_approved_run_ends_with_0_and_tells_every_step_of_both_runbooks(floor: Floor) -> None:
    said = floor.run("watch", floor.approved(), *FAST, who=STARTER)
    assert said.code == 0, said.err
    for words in (
        "executeImageCreation",
        "evidence: collectEvidence",
        "outcome",
        "approved",
        "ann (GoldenAmiApprover)",
    ):
        assert words in said.out


def test_a_denied_run_ends_with_1_its_reason_and_what_to_do(floor: Floor) -> None:
    execution = floor.start()
    floor.signal(execution, "Reject", APPROVERS[0])
    said = floor.run("watch", execution, *FAST, who=STARTER)
    assert said.code == 1
    assert "denied" in said.out
    assert "looked at it" in said.out
    assert "Talk to who denied it" in said.out


def test_a_failed_build_ends_with_1_and_the_step_that_failed(floor: Floor) -> None:
    execution = floor.start(BuildScenario(ends="FAILED", reason="yum \x1b[2J [red]failed[/]", minutes=1))
    said = floor.run("watch", execution, *FAST, who=STARTER)
    assert said.code == 1
    assert "build-failed" in said.out
    assert "assertImageAvailable" in said.out
    assert "\x1b" not in said.out


def test_what_waits_is_shown_until_people_have_decided(floor: Floor) -> None:
    execution = floor.start()
    with once_seen(lambda: floor.signal(execution, "Approve", *APPROVERS)):
        said = floor.run("watch", execution, *FAST, who=STARTER)
    assert said.code == 0, said.err
    assert "2 of role/GoldenAmiApprover, role/people/GoldenAmiReviewer" in said.out
    assert "8d 23h" in said.out or "9d 00h" in said.out
    assert f"golden-ami approve {execution}" in said.out


def test_json_is_a_line_for_each_change(floor: Floor) -> None:
    said = floor.run("watch", floor.approved(), *FAST, "--output", "json", who=STARTER)
    events = [json.loads(line) for line in said.out.splitlines()]
    assert {"step": "waitForAdministratorApproval", "status": "Success"}.items() <= next(
        each.items() for each in events if each.get("step") == "waitForAdministratorApproval"
    )
    assert (events[-1]["event"], events[-1]["outcome"], events[-1]["good"]) == ("ended", "approved", True)


def test_ctrl_c_leaves_the_execution_alone(floor: Floor) -> None:
    execution = floor.start()
    environment = {**os.environ, **floor.environment(*STARTER), "GOLDEN_AMI_CONFIG": str(floor.config)}
    command = [sys.executable, "-m", "golden_ami", "watch", execution, *FAST]
    watching = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert watching.stdout is not None
    watching.stdout.readline()
    time.sleep(0.5)
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=120)
    assert watching.returncode == 130
    assert f"golden-ami watch {execution}" in err
    assert "Traceback" not in err
    found = floor.client("ssm").get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    assert found["AutomationExecutionStatus"] == "Waiting"


@contextmanager
def once_seen(then: Callable[[], None]) -> Iterator[None]:
    """Do something as soon as the first look was shown, however long that took."""

    def look(*arguments: Any, **options: Any) -> Iterator[Sight]:
        for number, sight in enumerate(watch(*arguments, **options)):
            yield sight
            if number == 0:
                then()

    with patch("golden_ami.cli.watch.look", look):
        yield


@contextmanager
def throttled(polls: int) -> Iterator[list[str]]:
    """Let Systems Manager refuse so many polls, after the first look, as it does when too many ask."""
    known, asked = Connection.client, []

    def client(connection: Connection, service: str, **options: Any) -> Any:
        made = known(connection, service, **options)
        if service == "ssm" and not hasattr(made, "is_throttled"):
            made.is_throttled = True
            made.meta.events.register("before-send.ssm.GetAutomationExecution", refuse)
        return made

    def refuse(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        asked.append(request.url)
        # A look reads the collection of the evidence, too.
        if not 2 < len(asked) <= polls + 2:
            return None
        body = json.dumps({"__type": "ThrottlingException", "message": "Rate \x1b[2J exceeded"}).encode()
        raw = type("Raw", (), {"stream": lambda *_, **__: iter([body])})()
        return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.1"}, raw)

    with patch.object(Connection, "client", client):
        yield asked


@pytest.mark.parametrize("output", [(), ("--output", "json")], ids=["lines", "json"])
def test_throttled_polls_are_said_and_do_not_end_it(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, output: tuple[str, ...]
) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    execution = floor.start()
    with throttled(3) as asked, once_seen(lambda: floor.signal(execution, "Approve", *APPROVERS)):
        said = floor.run("watch", execution, *FAST, *output, who=STARTER)
    assert said.code == 0, said.err
    assert len(asked) > 5
    shown = said.out if output else said.err
    assert shown.count("ThrottlingException") == 3
    assert "\x1b" not in said.out + said.err


def test_throttling_that_never_ends_is_a_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golden_ami.operate.connection.ATTEMPTS", 1)
    monkeypatch.setattr("golden_ami.operate.watching._LONGEST", 0.05)
    with throttled(1000):
        said = floor.run("watch", floor.start(), *FAST, who=STARTER)
    assert said.code == 1
    assert "wait a minute" in said.err.splitlines()[-1]


def test_start_and_wait_follows_to_the_end(floor: Floor) -> None:
    def decide() -> None:
        ssm = floor.client("ssm")
        for _ in range(600):
            filters = [{"Key": "DocumentNamePrefix", "Values": [floor.image.names.approval.document]}]
            filters.append({"Key": "ExecutionStatus", "Values": ["Waiting"]})
            found = ssm.describe_automation_executions(Filters=filters)["AutomationExecutionMetadataList"]
            if found:
                floor.signal(found[0]["AutomationExecutionId"], "Approve", *APPROVERS)
                return
            time.sleep(0.1)

    deciding = threading.Thread(target=decide)
    deciding.start()
    said = floor.run("start", floor.name, "--wait", *FAST, who=STARTER)
    deciding.join()
    assert said.code == 0, said.err
    assert "approved" in said.out


def test_what_is_no_id_is_refused_before_anybody_is_asked(floor: Floor) -> None:
    said = floor.run("watch", "not-an-id", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "no id of an execution" in said.err


def test_an_unknown_execution_is_a_line(floor: Floor) -> None:
    said = floor.run("watch", "00000000-0000-4000-8000-000000000000", who=STARTER)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "30 days" in said.err
