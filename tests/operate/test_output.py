"""What commands print: colours for people at a terminal who want them, and nothing but text for everybody else."""

from collections.abc import Iterator

import pytest

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.operate.conftest import Floor, Said

ESCAPE = "\x1b"
WORN = Vulnerability(severity="HIGH", id="CVE-2026-0009", package="openssl")


@pytest.fixture
def used(floor: Floor) -> tuple[Floor, str]:
    """A factory of which every command has something to say."""
    return floor, floor.approved(BuildScenario(minutes=1, findings=(WORN,)))


def _said(used: tuple[Floor, str], *, terminal: bool, **variables: str) -> Iterator[tuple[str, Said]]:
    floor, execution = used
    for command in (
        ("list",),
        ("status",),
        ("evidence", execution),
        ("history", floor.name),
        ("images", floor.name),
        ("who-can-launch", floor.name),
        ("retire", floor.name),
        ("doctor", "--check", "topic", "--check", "keys"),
        ("watch", execution),
        ("watch", "00000000-0000-4000-8000-000000000000"),
    ):
        yield command[0], floor.run(*command, terminal=terminal, **variables)


def test_a_terminal_has_colours(used: tuple[Floor, str]) -> None:
    plain = {name for name, said in _said(used, terminal=True) if ESCAPE not in said.out and said.code == 0}
    # It colours what goes, and nothing does.
    assert plain == {"retire"}


def test_a_pipe_has_no_escape_code(used: tuple[Floor, str]) -> None:
    assert [name for name, said in _said(used, terminal=False) if ESCAPE in said.out + said.err] == []


def test_who_wants_no_colour_has_no_escape_code_on_a_terminal_either(used: tuple[Floor, str]) -> None:
    assert [name for name, said in _said(used, terminal=True, NO_COLOR="1") if ESCAPE in said.out + said.err] == []


def test_json_has_none_on_a_terminal(used: tuple[Floor, str]) -> None:
    floor, execution = used
    for command in (("list",), ("status",), ("images",), ("evidence", execution), ("watch", execution)):
        said = floor.run(*command, "--output", "json", terminal=True)
        assert (said.code, ESCAPE in said.out) == (0, False), said.err
