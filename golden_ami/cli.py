"""The ``golden-ami`` command: reads a configuration, needs neither Terraform nor Node.

Exit codes: 0 fine, 1 failed, 2 bad input.
"""

import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from golden_ami import cli_runbook
from golden_ami.config import Config, ImageFactory, load, path_from, resolve
from golden_ami.config.schema import schema as json_schema
from golden_ami.errors import GoldenAmiError, SandboxError

app = typer.Typer(
    name="golden-ami",
    help="Golden AMIs that people approve.\n\nExit codes: 0 fine, 1 failed, 2 bad input.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(help="Check a configuration, or describe it to an editor.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(cli_runbook.app, name="runbook")


def main() -> None:
    """Run the command; a mistake of the user ends in a line and an exit code, not in a traceback."""
    try:
        app()
    except GoldenAmiError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has seen enough; keep Python from complaining when it flushes.
        sys.stderr.close()
        sys.exit(0)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(importlib.metadata.version("golden-ami"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Golden AMIs that people approve."""


@config_app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Configuration [GOLDEN_AMI_CONFIG, or config/example.yaml].")
    ] = None,
) -> None:
    """Say what a configuration deploys, or every mistake in it.

    golden-ami config check config/example.yaml
    """
    path = file or path_from()
    config = load(path)
    console = Console()
    for name, deployment in config.deployments.items():
        console.print(f"[bold]{name}[/]  account {deployment.account}, {', '.join(_regions(config, name))}")
        for factory in resolve(config, name):
            console.print(_described(config, factory))
        console.print()


def _regions(config: Config, deployment: str) -> tuple[str, ...]:
    return (config.deployments[deployment].region, *config.deployments[deployment].copies)


def _described(config: Config, factory: ImageFactory) -> Table:
    """Lay one image out; whatever the width, nothing is cut, because people decide by it."""
    units = {unit: name for name, unit in config.organization.units.items()}

    def receivers(principals: tuple[str, ...]) -> str:
        return ", ".join(_readable(each, units) for each in principals) or "nobody"

    approval = factory.approval
    approvers = ", ".join(arn.split(":", 5)[-1] for arn in factory.approvers)
    schedule = factory.schedule
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=16)
    table.add_column(overflow="fold")
    table.add_row(f"  [bold]{factory.names.image}[/]", factory.image.description)
    table.add_row("    approved by", f"{approval.required} of {approvers}, within {approval.expires_after_days} days")
    table.add_row("    may launch", receivers(factory.launch_principals))
    table.add_row("    may build upon", receivers(factory.image_builder_principals))
    table.add_row("    most findings", _limits(factory))
    if factory.rollout:
        to = factory.rollout
        table.add_row("    rolled out to", ", ".join(filter(None, (to.launch_template, to.auto_scaling_group))))
    table.add_row("    runs", f"{schedule.expression} {schedule.timezone}" if schedule else "when somebody starts it")
    return table


def _limits(factory: ImageFactory) -> str:
    if not factory.image.scanning.enabled:
        return f"NOT SCANNED: {factory.image.scanning.disabled_because}"
    return ", ".join(f"{limit} {severity}" for severity, limit in factory.finding_limits.items()) or "no limit"


def _readable(principal: str, units: dict[str, str]) -> str:
    last = principal.rsplit("/", 1)[-1]
    return units.get(last, "the organization" if ":organization/" in principal else last)


@config_app.command("schema")
def print_schema() -> None:
    """Print the JSON schema of configurations, for editors.

    golden-ami config schema > config/schema.json
    """
    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.")] = 0,
) -> None:
    """Run a local AWS in the foreground, and print what to export.

    golden-ami sandbox --port 4566
    """
    try:
        from golden_ami.sandbox.__main__ import main as serve  # noqa: PLC0415 - moto is a development dependency
    except ImportError as error:
        raise SandboxError(
            f"the local AWS needs {error.name}, which is not installed", remedy="run `make setup`"
        ) from error
    raise typer.Exit(serve(["--port", str(port)]))
