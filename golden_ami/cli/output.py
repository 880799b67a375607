"""What commands print: a table for people, JSON for programs, or nothing but ids."""

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

import typer
from rich.console import Console

WIDE: Final = 200
"""Columns where nobody says how wide it is, such as in a pipe: tables are not folded there."""


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"


def plain(value: Any) -> Any:
    """Turn a result into what JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


class Output:
    """Where results go, which is standard output, and where progress goes, which is standard error.

    Parameters
    ----------
    format : Format
        Of results.
    quiet : bool
        Whether ids are all that is printed, one a line.
    """

    def __init__(self, format: Format, *, quiet: bool) -> None:  # noqa: A002 - what the option is called
        self.format = format
        self.quiet = quiet
        self.console = console()
        self.aside = console(stderr=True)

    @property
    def is_live(self) -> bool:
        """Whether somebody watches a terminal, where lines may be drawn anew."""
        drawn = self.console.is_terminal and self.console.color_system is not None
        return self.format is Format.table and not self.quiet and drawn

    def show(self, data: Any, view: Callable[[Console], None], ids: Sequence[str]) -> None:
        """Print a result.

        Parameters
        ----------
        data : Any
            What a program gets, as JSON.
        view : callable
            Prints it for people.
        ids : sequence of str
            What ``--quiet`` prints.
        """
        if self.quiet:
            for each in ids:
                typer.echo(each)
        elif self.format is Format.json:
            typer.echo(json.dumps(plain(data), indent=2))
        else:
            view(self.console)

    def say(self, text: str) -> None:
        """Tell people how far it is; programs, and those who want quiet, are told nothing."""
        if not self.quiet and self.format is Format.table:
            self.aside.print(text, markup=False, highlight=False)


class _Console(Console):
    """A console whose reader may go away."""

    def on_broken_pipe(self) -> None:
        """Leave it to the application, as everything else that cannot be printed."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """Make what prints for people: with no escape code in a pipe, and where ``NO_COLOR`` is set.

    Parameters
    ----------
    stderr : bool
        Whether it is for standard error.
    """
    stream = sys.stderr if stderr else sys.stdout
    told = "COLUMNS" in os.environ or stream.isatty()
    # With no_color, rich would go on writing bold and dim.
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return _Console(stderr=stderr, width=None if told else WIDE, highlight=False, color_system=colours)
