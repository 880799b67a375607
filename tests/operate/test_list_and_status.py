"""``list`` and ``status``: what waits comes first, and everybody with a role may see it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from golden_ami.sandbox.automation import service
from tests.operate.conftest import APPROVERS, Floor

ROOT = Path(__file__).parent.parent.parent
PEOPLE = (("GoldenAmiStarter", "sam"), APPROVERS[0])


@pytest.mark.parametrize("who", PEOPLE)
def test_what_waits_comes_first(floor: Floor, who: tuple[str, str]) -> None:
    waits, ended = floor.start(), floor.approved()
    said = floor.run("list", floor.name, who=who)
    assert said.code == 0, said.err
    assert said.out.index(waits) < said.out.index(ended)
    assert "2 of role/GoldenAmiApprover" in said.out
    assert floor.run("list", floor.name, "--pending", "--quiet", who=who).out.split() == [waits]


def test_the_limit_is_of_what_does_not_wait(floor: Floor) -> None:
    floor.approved()
    newest = floor.approved()
    assert floor.run("list", floor.name, "-n", "1", "--quiet", who=PEOPLE[0]).out.split() == [newest]


def test_every_page_is_read(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, waits = floor.approved(), floor.start()
    newest = floor.approved()
    monkeypatch.setattr(service, "PAGE", 1)
    assert floor.run("list", floor.name, "--quiet", who=PEOPLE[0]).out.split() == [waits, newest, first]


@pytest.mark.parametrize("who", PEOPLE)
def test_status_says_what_is_approved_and_what_waits(floor: Floor, who: tuple[str, str]) -> None:
    ended, waits = floor.approved(), floor.start()
    (row,) = floor.run("status", floor.name, "--output", "json", who=who).data
    assert row["approved"]["execution"] == ended
    assert [each["execution"] for each in row["pending"]] == [waits]
    assert (row["last"]["execution"], row["last"]["outcome"]) == (ended, "approved")


def test_status_of_a_new_image_is_plain(floor: Floor) -> None:
    said = floor.run("status", floor.name, who=PEOPLE[0])
    assert said.code == 0, said.err
    assert "nothing" in said.out
    assert "none in 30 days" in said.out


def test_an_unknown_image_is_named_with_those_that_are(floor: Floor) -> None:
    said = floor.run("list", "nothing", who=PEOPLE[0])
    assert said.code == 2
    assert floor.name in said.err


def test_a_shell_completes_the_names_of_images(floor: Floor) -> None:
    assert _completed(str(floor.config)) == floor.name
    assert _completed("/nothing.yaml") == ""


def _completed(config: str) -> str:
    words = {"_GOLDEN_AMI_COMPLETE": "complete_bash", "COMP_WORDS": "golden-ami status ", "COMP_CWORD": "2"}
    code = "import sys; sys.argv = ['golden-ami']; from golden_ami.cli import main; main()"
    environment = {**os.environ, **words, "GOLDEN_AMI_CONFIG": config}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.strip()
