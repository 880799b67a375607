"""Ask on the terminal, beside what is printed for programs."""

import sys
from typing import Final

import typer

from golden_ami.errors import InputError
from golden_ami.inert import inert

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""


def confirm(question: str, *, otherwise: str) -> None:
    """Go on only after a yes.

    Parameters
    ----------
    question : str
        What is asked.
    otherwise : str
        What is said after a no, and after Ctrl-C.

    Raises
    ------
    InputError
        When nobody can be asked.
    typer.Exit
        With 1 after a no, with 130 after Ctrl-C.
    """
    if not sys.stdin.isatty():
        raise InputError("there is no terminal on which you could be asked", remedy="look at it, and add --yes")
    try:
        agreed = typer.confirm(inert(question), default=False, err=True)
    except typer.Abort:
        # The line of the question has not ended.
        typer.echo(f"\n{otherwise}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if not agreed:
        typer.echo(otherwise, err=True)
        raise typer.Exit(1)
