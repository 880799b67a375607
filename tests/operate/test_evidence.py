"""``golden-ami evidence``: what people decide upon, from the execution or from the record, and whether it is that."""

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from golden_ami.sandbox.automation import automation_backends
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.operate.conftest import APPROVERS, Floor
from verification.configurations import ACCOUNT, HOME

ANN = APPROVERS[0]
EVIL = Vulnerability(severity="HIGH", id="CVE-2026-0009", package="openssl", title="\x1b[2J\u202e [red]x[/] :boom:")


def _key(floor: Floor, execution: str) -> str:
    return f"{floor.image.names.evidence_folder}/{execution}.json"


def _put(floor: Floor, execution: str, body: bytes) -> None:
    floor.client("s3").put_object(Bucket=floor.image.evidence_bucket, Key=_key(floor, execution), Body=body)


def test_the_summary_says_what_decides_and_prints_hostile_text_as_text(floor: Floor) -> None:
    said = floor.run("evidence", floor.start(BuildScenario(minutes=1, findings=(EVIL,))), who=ANN)
    assert said.code == 0, said.err
    for words in ("0 critical, 1 high", "no image was approved before", "workloads, 444444444444", "people were asked"):
        assert words in said.out
    assert "\\x1b[2J\\u202e [red]x[/] :boom:" in said.out
    assert "\x1b" not in said.out


def test_json_is_the_document_byte_by_byte(floor: Floor) -> None:
    execution = floor.start()
    said = floor.run("evidence", execution, "--output", "json", who=ANN)
    stored = (
        floor.client("s3").get_object(Bucket=floor.image.evidence_bucket, Key=_key(floor, execution))["Body"].read()
    )
    assert said.out.encode() == stored
    found = floor.client("ssm").get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    step = next(each for each in found["StepExecutions"] if each["StepName"] == "readEvidence")
    assert step["Outputs"]["Digest"] == [hashlib.sha256(said.out.encode()).hexdigest()]


def test_changed_evidence_is_shown_with_a_warning_and_ends_with_1(floor: Floor) -> None:
    execution = floor.start()
    document = json.loads(floor.run("evidence", execution, "--output", "json", who=ANN).out)
    document["access"]["launch"] = ["333333333333"]
    _put(floor, execution, json.dumps(document).encode())
    said = floor.run("evidence", execution, who=ANN)
    assert said.code == 1
    assert "CHANGED" in said.out
    assert "CHANGED" in said.err


def test_evidence_that_was_replaced_by_something_else_is_changed_and_not_bad_input(floor: Floor) -> None:
    execution = floor.start()
    _put(floor, execution, b"<html>")
    said = floor.run("evidence", execution, who=ANN)
    assert (said.code, "CHANGED" in said.err, said.err.count("\n")) == (1, True, 1)


def test_no_page_is_written_of_changed_evidence(floor: Floor) -> None:
    execution, page = floor.start(), floor.config.parent / "page.html"
    _put(floor, execution, b"{}")
    assert floor.run("evidence", execution, "--html", str(page), who=ANN).code == 1
    assert not page.exists()


def test_the_page_is_written_whole_and_asks_nobody_for_anything(floor: Floor) -> None:
    execution, page = floor.start(BuildScenario(minutes=1, findings=(EVIL,))), floor.config.parent / "page.html"
    said = floor.run("evidence", execution, "--html", str(page), who=ANN)
    assert said.code == 0, said.err
    assert str(page) in said.err
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")
    for words in (execution, "CVE-2026-0009", "444444444444", "[red]x[/]"):
        assert words in text
    assert "<script" not in text
    again = floor.run("evidence", execution, "--html", str(page), "--quiet", who=ANN)
    assert (again.code, again.out, again.err) == (0, "", "")
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("where", ["nowhere/page.html", "folder", "factory.yaml/page.html"])
def test_a_page_that_cannot_be_written_leaves_nothing_behind(floor: Floor, where: str) -> None:
    folder = floor.config.parent
    (folder / "folder").mkdir()
    before = sorted(folder.rglob("*"))
    said = floor.run("evidence", floor.start(), "--html", str(folder / where), who=ANN)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "cannot be written" in said.err
    assert sorted(folder.rglob("*")) == before


def test_a_full_disk_keeps_the_page_that_was_there(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    execution, page = floor.start(), floor.config.parent / "page.html"
    page.write_text("the page before")

    def full(handle: int, *_: Any, **__: Any) -> Any:
        os.close(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(page.parent.iterdir())
    monkeypatch.setattr("golden_ami.cli.evidence.os.fdopen", full)
    said = floor.run("evidence", execution, "--html", str(page), who=ANN)
    assert said.code == 2
    assert "No space left" in said.err
    assert page.read_text() == "the page before"
    assert sorted(page.parent.iterdir()) == before


def test_the_browser_is_given_a_page_that_only_its_user_can_read(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not opened.append(url))
    execution = floor.start()
    said = floor.run("evidence", execution, "--open", who=ANN)
    assert said.code == 0, said.err
    (url,) = opened
    page = Path(urlsplit(url).path)
    assert (page.stat().st_mode & 0o777, page.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert execution in page.read_text(encoding="utf-8")
    shutil.rmtree(page.parent)


def test_a_named_page_is_the_one_that_is_opened(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(opened.append(url)))
    page = floor.config.parent / "page.html"
    said = floor.run("evidence", floor.start(), "--html", str(page), "--open", who=ANN)
    assert opened == [page.as_uri()]
    # Here there is no browser: the page is there all the same.
    assert said.code == 1
    assert f"open {page} yourself" in said.err
    assert page.exists()


def test_what_systems_manager_has_forgotten_is_found_by_its_record(floor: Floor) -> None:
    execution = floor.approved()
    executions = automation_backends[ACCOUNT][HOME].executions
    kept = executions.pop(execution)
    try:
        said = floor.run("evidence", execution, who=ANN)
    finally:
        executions[execution] = kept
    assert said.code == 0, said.err
    assert "approved" in said.out
    assert "the one that people were asked upon" in said.out


def test_an_execution_without_evidence_says_where_it_is(floor: Floor) -> None:
    said = floor.run("evidence", floor.start(BuildScenario(ends="FAILED", minutes=1)), who=ANN)
    assert said.code == 1
    assert "no evidence" in said.err


def test_a_starter_is_told_what_reading_needs(floor: Floor) -> None:
    said = floor.run("evidence", floor.start(), who=("GoldenAmiStarter", "sam"))
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "GetObject" in said.err
