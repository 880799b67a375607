"""The application: every command by its name, and what becomes of errors."""

import errno
import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from golden_ami.cli import (
    configuration,
    decide,
    doctor,
    evidence,
    images,
    listing,
    local,
    past,
    retire,
    review,
    rollout,
    runbook,
    stacks,
    start,
    status,
    taking_back,
    watch,
    who_can_launch,
)
from golden_ami.cli.asking import INTERRUPTED
from golden_ami.errors import GoldenAmiError, OperationError
from golden_ami.inert import inert
from golden_ami.operate.faults import explained

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})

app = typer.Typer(
    name="golden-ami",
    help="Golden AMIs that people approve.\n\n"
    "Commands that operate need a configuration and AWS credentials; they find the rest by its name.\n\n"
    "Exit codes: 0 fine, 1 failed, 2 bad input, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for _name, _command in {
    "start": start.start,
    "watch": watch.watch,
    "list": listing.list_executions,
    "status": status.status,
    "evidence": evidence.evidence,
    "approve": decide.approve,
    "deny": decide.deny,
    "history": past.history,
}.items():
    app.command(_name, rich_help_panel="Operate")(_command)
for _name, _command in {
    "images": images.images,
    "who-can-launch": who_can_launch.who_can_launch,
    "retire": retire.retire,
    "revoke": taking_back.revoke,
    "rollback": taking_back.rollback,
    "doctor": doctor.doctor,
}.items():
    app.command(_name, rich_help_panel="Look after it")(_command)
app.add_typer(configuration.app, name="config", rich_help_panel="Prepare")
app.add_typer(runbook.app, name="runbook", rich_help_panel="Prepare")
app.command("review", rich_help_panel="Prepare")(review.review)
app.command("stacks", rich_help_panel="Prepare")(stacks.stacks)
app.command("rollout", rich_help_panel="Prepare")(rollout.rollout)
app.command("sandbox", rich_help_panel="Prepare")(local.sandbox)


def main() -> None:
    """Run the command; a mistake of the user, or AWS's refusal, ends in a line and an exit code, not in a traceback."""
    _open_streams()
    try:
        try:
            app(standalone_mode=True)
        finally:
            sys.stdout.flush()
    except GoldenAmiError as error:
        _end(error)
    except BrokenPipeError:
        # What was not read may have been the bad news.
        _close_output()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        known = _unwritten(error) or explained(error)
        if known is None:
            raise
        _end(known)


def _end(error: GoldenAmiError) -> None:
    # What AWS says may hold anything that somebody has named or written.
    Console(stderr=True, soft_wrap=True).print(inert(str(error), keep="\n"), markup=False, highlight=False, emoji=False)
    sys.exit(error.exit_code)


def _open_streams() -> None:
    """Have streams where the caller has closed them."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - until the end


def _close_output() -> None:
    """Keep Python from writing what is left when it ends, which would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: Exception) -> OperationError | None:
    if not isinstance(error, OSError) or error.errno not in _FULL or error.filename:
        return None
    _close_output()
    return OperationError(f"the output cannot be written: {error.strerror}", remedy="make room, or write it elsewhere")


def _version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata

        typer.echo(importlib.metadata.version("golden-ami"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Golden AMIs that people approve."""
