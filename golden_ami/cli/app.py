"""The application: every command by its name, and what becomes of errors."""

import importlib.metadata
import sys
from typing import Annotated

import typer
from rich.console import Console

from golden_ami.cli import configuration, doctor, images, local, retire, runbook, start, taking_back, who_can_launch
from golden_ami.errors import GoldenAmiError
from golden_ami.operate.faults import explained

INTERRUPTED = 130

app = typer.Typer(
    name="golden-ami",
    help="Golden AMIs that people approve.\n\n"
    "Commands that operate need a configuration and AWS credentials; they find the rest by its name.\n\n"
    "Exit codes: 0 fine, 1 failed, 2 bad input, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("start", rich_help_panel="Operate")(start.start)
app.command("images", rich_help_panel="Look after it")(images.images)
app.command("who-can-launch", rich_help_panel="Look after it")(who_can_launch.who_can_launch)
app.command("retire", rich_help_panel="Look after it")(retire.retire)
app.command("revoke", rich_help_panel="Look after it")(taking_back.revoke)
app.command("rollback", rich_help_panel="Look after it")(taking_back.rollback)
app.command("doctor", rich_help_panel="Look after it")(doctor.doctor)
app.add_typer(configuration.app, name="config", rich_help_panel="Prepare")
app.add_typer(runbook.app, name="runbook", rich_help_panel="Prepare")
app.command("sandbox", rich_help_panel="Prepare")(local.sandbox)


def main() -> None:
    """Run the command; a mistake of the user, or AWS's refusal, ends in a line and an exit code, not in a traceback."""
    try:
        app(standalone_mode=True)
    except GoldenAmiError as error:
        _end(error)
    except BrokenPipeError:
        # Whoever read the output has seen enough; keep Python from complaining when it flushes.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        known = explained(error)
        if known is None:
            raise
        _end(known)


def _end(error: GoldenAmiError) -> None:
    Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
    sys.exit(error.exit_code)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(importlib.metadata.version("golden-ami"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Golden AMIs that people approve."""
