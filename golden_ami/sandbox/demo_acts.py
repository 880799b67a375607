"""What the demonstration's runs have to come to, each act in a sentence for the table."""

from collections.abc import Sequence
from typing import Final

from golden_ami.errors import SandboxError
from golden_ami.sandbox.demo_runs import People, Run
from golden_ami.sandbox.imagebuilder.scenario import Vulnerability

FINDING: Final = Vulnerability(severity="CRITICAL", id="CVE-2026-10001", package="openssl")
"""What a scan finds until the configuration waives it."""


def ask(people: People, runs: list[Run], findings: Sequence[Vulnerability] = (), says: str = "") -> str:
    """Have an image built, and wait for the request."""
    runs.append(people.build_and_ask(findings, says=says))
    people.archive.show_evidence(runs[-1].execution)
    return "built, scanned, private; evidence is written, and the request has arrived"


def ask_with_waiver(people: People, runs: list[Run]) -> str:
    """Have an image with the finding built, whose request names the waiver."""
    return f"{ask(people, runs, [FINDING], f': {FINDING.id} (')}, with the waiver in it"


def refuse(people: People, runs: list[Run]) -> str:
    """Have an image with the finding built, of which nobody hears but that it ended."""
    runs.append(people.build_and_be_refused([FINDING]))
    _expect(runs[-1], "Failed", "scan-failed")
    people.reach.expect_private(runs[-1].image)
    return "nobody was asked; status Failed, and one notice"


def approve(people: People, runs: list[Run]) -> str:
    """Have the last image approved."""
    runs[-1] = people.decide(runs[-1], "Approve", "looked at the findings")
    _expect(runs[-1], "Success", "approved")
    people.reach.expect_shared(runs[-1].image)
    people.reach.show(runs[-1].image)
    people.archive.expect_decision(runs[-1].execution, "approved")
    return "private after the first approval; after the second one shared, published, told, and recorded"


def roll_back(people: People, runs: list[Run], image: str) -> str:
    """Make the image that was approved before the last one current again."""
    before, last = _approved(runs)
    said = people.type("rollback", image, "--because", "The new one does not boot", "--yes", "--wait", told=True)
    _expect_word(said, "rolled-back")
    people.reach.expect_published(before)
    people.reach.expect_shared(before)
    people.type("who-can-launch", image)
    return f"consumers get {_version(before)} again instead of {_version(last)}, and nobody else"


def revoke(people: People, runs: list[Run], image: str) -> str:
    """Take the image back that was approved last, from everybody, by one command."""
    before, last = _approved(runs)
    said = people.type("revoke", last, "--because", "It holds a private key", "--yes", "--wait", told=True)
    _expect_word(said, "revoked")
    people.reach.expect_private(last)
    people.reach.expect_published(before)
    people.type("who-can-launch", last)
    _expect_word(people.type("history", image), "It holds a private key")
    return f"nobody else can launch {_version(last)}; told, and recorded with who could until then"


def deny(people: People, runs: list[Run]) -> str:
    """Have the last image denied."""
    runs[-1] = people.decide(runs[-1], "Reject", "the component is not reviewed")
    _expect(runs[-1], "Failed", "denied")
    people.reach.expect_private(runs[-1].image)
    people.archive.expect_decision(runs[-1].execution, "denied")
    return "nothing shared; status Failed, one notice, and recorded"


def expire(people: People, runs: list[Run]) -> str:
    """Let the last image wait for longer than people may."""
    runs[-1] = people.let_expire(runs[-1])
    _expect(runs[-1], "TimedOut", "expired")
    people.reach.expect_private(runs[-1].image)
    people.archive.expect_decision(runs[-1].execution, "expired")
    return "nothing shared; status TimedOut, one notice, and recorded"


def retire(people: People, runs: list[Run]) -> str:
    """Have all images retired."""
    for run in runs:
        because = "the demonstration ends" if run.outcome == "approved" else "none"
        _expect(people.retire(run.image, because), "Success", "retired")
    return f"{len(runs)} images, their AMIs, snapshots and parameters are gone"


def _approved(runs: list[Run]) -> tuple[str, str]:
    """Give the two images that were approved last, the older one first."""
    before, last = [run.image for run in runs if run.outcome == "approved"][-2:]
    return before, last


def _version(image: str) -> str:
    return "/".join(image.split("/")[-2:])


def _expect_word(said: str, word: str) -> None:
    if word not in " ".join(said.split()):
        raise SandboxError(f"it does not say {word!r}", remedy="read what it said above")


def _expect(run: Run, status: str, outcome: str) -> None:
    if (run.status, run.outcome) != (status, outcome):
        raise SandboxError(
            f"execution {run.execution} ended {run.status} and was told as {run.outcome or 'nothing'}, "
            f"instead of {status} and {outcome}",
            remedy="read its steps above",
        )
