"""The ``golden-ami config`` commands: check a configuration, show a deployment, or describe them to an editor."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group

from golden_ami.cli.configuration_show import show
from golden_ami.cli.output import console
from golden_ami.cli.views import facts
from golden_ami.cli.words import receiver, said

if TYPE_CHECKING:
    from golden_ami.config import Config, ImageFactory

app = typer.Typer(help="Check a configuration, show a deployment, or describe them to an editor.", no_args_is_help=True)
app.command("show")(show)


@app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Configuration [GOLDEN_AMI_CONFIG, or config/example.yaml].")
    ] = None,
) -> None:
    """Say what a configuration deploys, or every mistake in it.

    golden-ami config check config/example.yaml
    """
    from golden_ami.cli.configuration_beside import beside
    from golden_ami.config import load, path_from, resolve
    from golden_ami.rollouts.stack import stacks_of

    path = file or path_from()
    config = load(path)
    out = console()
    for name, deployment in config.deployments.items():
        out.print(f"[bold]{name}[/]  account {deployment.account}, {', '.join(_regions(config, name))}")
        for factory in resolve(config, name):
            out.print(_described(config, factory))
        out.print()
    for stack in stacks_of(config):
        if stack.kind != "deployment":
            out.print(f"[bold]{stack.name}[/]  account {stack.account}, {stack.region}")
            out.print(facts([(name, said(value)) for name, value in beside(config, stack)], indent=4, style=""))
            out.print()


def _regions(config: "Config", deployment: str) -> tuple[str, ...]:
    return (config.deployments[deployment].region, *config.deployments[deployment].copies)


def _described(config: "Config", factory: "ImageFactory") -> Group:
    """Lay one image out; whatever the width, nothing is cut, because people decide by it."""
    units = {unit: name for name, unit in config.organization.units.items()}

    def receivers(principals: tuple[str, ...]) -> str:
        return ", ".join(receiver(each, units) for each in principals) or "nobody"

    approval = factory.approval
    approvers = ", ".join(arn.split(":", 5)[-1] for arn in factory.approvers)
    schedule = factory.schedule
    rows = [
        ("approved by", f"{approval.required} of {approvers}, within {approval.expires_after_days} days"),
        ("may launch", receivers(factory.launch_principals)),
        ("may build upon", receivers(factory.image_builder_principals)),
        ("most findings", _limits(factory)),
    ]
    if factory.rollout:
        to = factory.rollout
        rows.append(("rolled out to", ", ".join(filter(None, (to.launch_template, to.auto_scaling_group)))))
    rows.append(("runs", f"{schedule.expression} {schedule.timezone}" if schedule else "when somebody starts it"))
    head = said("  ", (factory.names.image, "bold"), f"  {factory.image.description}")
    return Group(head, facts([(name, said(value)) for name, value in rows], indent=4, style=""))


def _limits(factory: "ImageFactory") -> str:
    if not factory.image.scanning.enabled:
        return f"NOT SCANNED: {factory.image.scanning.disabled_because}"
    return ", ".join(f"{limit} {severity}" for severity, limit in factory.finding_limits.items()) or "no limit"


@app.command("schema")
def print_schema(
    part: Annotated[bool, typer.Option("--part", help="Of one file of a folder, which may lack any key.")] = False,
) -> None:
    """Print the JSON schema of configurations, for editors.

    golden-ami config schema > config/schema.json
    """
    from golden_ami.config.schema import schema as json_schema

    typer.echo(json.dumps(json_schema(part=part), indent=2))
