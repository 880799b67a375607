"""What commands print: colours for people at a terminal who want them, and nothing but text for everybody else."""

from collections.abc import Iterator

import pytest

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.operate.conftest import Floor, Said
from verification.configurations import HOME

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


@pytest.mark.parametrize("columns", ["40", "80", "100", "120"])
def test_nothing_is_cut_however_narrow_it_is(used: tuple[Floor, str], columns: str) -> None:
    floor, execution = used
    key = floor.factory.keys[HOME]
    wanted = {
        # In a row, names are folded beside one another.
        "list": [execution, "approved", *([floor.name, "sam(GoldenAmiStarter)"] if int(columns) < 110 else [])],
        "status": [execution, floor.name],
        "evidence": [execution, "444444444444", "CVE-2026-0009openssl"],
        "history": [execution, "bob(GoldenAmiReviewer)approved:lookedatit"],
        "images": [floor.name, "eu-north-1"],
        "who-can-launch": ["unitworkloads(ou-sbox-workloads1)", "account444444444444", key],
        "retire": ["itistheapprovedone"],
        "watch": [execution, "approved"],
    }
    for name, ended in _said(used, terminal=False, COLUMNS=columns):
        shown = "".join(ended.out.split())
        assert [each for each in wanted.get(name, []) if each not in shown and ended.code == 0] == [], name
        if name not in {"watch"}:
            assert max(map(len, ended.out.splitlines()), default=0) <= int(columns), name


def test_json_has_none_on_a_terminal(used: tuple[Floor, str]) -> None:
    floor, execution = used
    for command in (("list",), ("status",), ("images",), ("evidence", execution), ("watch", execution)):
        said = floor.run(*command, "--output", "json", terminal=True)
        assert (said.code, ESCAPE in said.out) == (0, False), said.err
