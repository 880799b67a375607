"""``golden-ami stacks``: which stacks there are, in which waves, and which of them a change touches."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from golden_ami.cli import views
from golden_ami.cli.output import Format, Output
from golden_ami.cli.words import said

if TYPE_CHECKING:
    from golden_ami.config import Config
    from golden_ami.rollouts.changes import Touched
    from golden_ami.rollouts.stack import Stack

ConfigPath = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration [GOLDEN_AMI_CONFIG, or config/example.yaml].")
]
Wave = Annotated[int | None, typer.Option("--wave", min=0, help="Only this wave.", metavar="N")]
Since = Annotated[
    str | None,
    typer.Option("--changed-since", help="Only what differs from this branch, tag or commit.", metavar="REF"),
]


def stacks(
    *,
    wave: Wave = None,
    changed_since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_matrix: Annotated[
        bool, typer.Option("--matrix", help="A line for the matrix of a CI; a removed stack is an error.")
    ] = False,
    waves: Annotated[
        int | None,
        typer.Option("--waves", min=0, help="A matrix for each wave from 0 to LAST, in one line.", metavar="LAST"),
    ] = None,
    config: ConfigPath = None,
) -> None:
    """List the stacks by wave, or those that a change touches, and why. Asks nobody but git.

    golden-ami stacks --changed-since origin/main
    """
    from golden_ami.config import load, path_from
    from golden_ami.rollouts.matrix import matrices, matrix

    _refuse_two({"--json": as_json, "--matrix": as_matrix, "--waves": waves is not None})
    path = config or path_from()
    found = selected(load(path), path, wave=wave, changed_since=changed_since)
    output = Output(Format.table, quiet=False)
    if as_matrix:
        typer.echo(json.dumps(matrix(found)))
    elif waves is not None:
        typer.echo(json.dumps(matrices(found, last=waves)))
    elif as_json:
        typer.echo(json.dumps([_plain(each) for each in found], indent=2))
    elif not found:
        output.console.print("no stack is touched" if changed_since else "no stack is in this wave")
    else:
        _show(output.console, found, reasons=changed_since is not None)


def selected(config: "Config", path: Path, *, wave: int | None, changed_since: str | None) -> "list[Stack | Touched]":
    """Choose stacks, in the order of their waves."""
    from golden_ami.rollouts.changes import changed_since as touched_since
    from golden_ami.rollouts.project import Project
    from golden_ami.rollouts.stack import stacks_of

    if changed_since is None:
        return [each for each in stacks_of(config) if wave in (None, each.wave)]
    found = touched_since(changed_since, config, path=path, root=Project.around(Path()).root)
    return [each for each in found if wave in (None, each.stack.wave)]


def _refuse_two(given: dict[str, bool]) -> None:
    from golden_ami.errors import InputError

    chosen = [name for name, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise InputError(f"{' and '.join(chosen)} are two ways to print the same", remedy="choose one")


def _plain(each: "Stack | Touched") -> dict[str, Any]:
    from golden_ami.rollouts.changes import Touched

    touched = each if isinstance(each, Touched) else None
    stack = touched.stack if touched else each
    plain = {key: getattr(stack, key) for key in ("name", "kind", "wave", "account", "region")}
    return {**plain, "change": touched.change, "reasons": list(touched.reasons)} if touched else plain


def _show(console: Console, found: "list[Stack | Touched]", *, reasons: bool) -> None:
    table = views.columns("!WAVE", "!STACK", "!KIND", "!ACCOUNT", "!REGION", *(("!CHANGE", "WHY") if reasons else ()))
    for each in map(_plain, found):
        row = [str(each["wave"]), each["name"], each["kind"], each["account"], each["region"]]
        if reasons:
            row += [each["change"], "; ".join(each["reasons"])]
        table.add_row(*map(said, row))
    console.print(table)
