"""What people and programs see, word by word; only what AWS chooses is left out."""

import json
import re

import pytest
from syrupy.assertion import SnapshotAssertion

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.operate.conftest import APPROVERS, REVOKER, Floor

WORN = Vulnerability(severity="HIGH", id="CVE-2026-0009", package="openssl")
CHOSEN = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "ID",
    r"\b(ami|snap)-[0-9a-f]{17}\b": r"\1-ID",
    r"\b[0-9a-f]{64}\b": "SHA-256",
    r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00| UTC)?": "MOMENT",
    r"\b\d\d-\d\d \d\d:\d\d\b": "MOMENT",
    r"\b\d+[dhm] \d\d[hms]|\b\d+s\b": "DURATION",
    r"(?<=\S) {3,}": "   ",
    r" +$": "",
}
COMMANDS = ("list", "images", "who-can-launch", "history")
FEW = {"list": ("--limit", "2"), "history": ("--limit", "2")}


@pytest.fixture
def lived(floor: Floor) -> Floor:
    """A factory on which everything has happened once."""
    floor.approved()
    floor.approved(BuildScenario(minutes=1, findings=(WORN,)))
    denied = floor.start()
    floor.signal(denied, "Reject", APPROVERS[1])
    floor.start(BuildScenario(minutes=1, ends="FAILED", reason="yum failed"))
    rolled = floor.run("rollback", floor.name, "--because", "It does not boot", "--yes", "-q", who=REVOKER)
    assert rolled.code == 0, rolled.err
    floor.start()
    return floor


def _named(floor: Floor, text: str) -> str:
    """Put names in the place of what differs from one run to the next."""
    text = text.replace(floor.name, "web-server")
    for pattern, name in CHOSEN.items():
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text


def test_what_people_see(lived: Floor, snapshot: SnapshotAssertion) -> None:
    for name in COMMANDS:
        said = lived.run(name, lived.name)
        assert said.code == 0, said.err
        assert _named(lived, said.out) == snapshot(name=name)


def test_what_programs_get(lived: Floor, snapshot: SnapshotAssertion) -> None:
    for name in COMMANDS:
        said = lived.run(name, lived.name, *FEW.get(name, ()), "--output", "json")
        assert said.code == 0, said.err
        data = said.data if isinstance(said.data, dict) else said.data[:2]
        assert _named(lived, json.dumps(data, indent=1)) == snapshot(name=name)
