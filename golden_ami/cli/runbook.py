"""The ``golden-ami runbook`` commands: print, check and draw Automation documents, and print their roles."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from golden_ami.documents import Document
from golden_ami.errors import InputError

if TYPE_CHECKING:
    from golden_ami.config import Config, ImageFactory
    from golden_ami.permissions import Confinement
    from golden_ami.runbook import BoundRunbook
    from golden_ami.runbook.lint import Report

app = typer.Typer(help="Print, check and draw Automation documents.", no_args_is_help=True)

DocumentFile = Annotated[
    Path | None, typer.Argument(help="An Automation document [our approval runbook].", show_default=False)
]


class ReportFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class GraphFormat(StrEnum):
    """How a document is drawn."""

    svg = "svg"
    mermaid = "mermaid"


ImageName = Annotated[str, typer.Argument(help="Name of an image.")]
DeploymentName = Annotated[str | None, typer.Option("--deployment", "-d", help="Needed when there are several.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="Configuration file [GOLDEN_AMI_CONFIG, or config/example.yaml].", show_default=False
    ),
]
WhichRunbook = Annotated[Document, typer.Option("--runbook", "-r", help="Which of them.")]


@app.command("render")
def render(
    image: ImageName,
    deployment: DeploymentName = None,
    config_file: ConfigFile = None,
    unpinned: Annotated[
        bool, typer.Option("--unpinned", help="Keep the parameters, for use in the console; never deployed so.")
    ] = False,
    runbook: WhichRunbook = Document.approval,
) -> None:
    """Print an image's runbooks as they are deployed.

    golden-ami runbook render web-server --deployment prod-eu --runbook retirement
    """
    bound, _ = _bound(config_file, deployment, image, runbook, pin=not unpinned)
    typer.echo(bound.render(), nl=False)


@app.command("role")
def print_role(
    image: ImageName,
    deployment: DeploymentName = None,
    config_file: ConfigFile = None,
    runbook: WhichRunbook = Document.approval,
) -> None:
    """Print the policy of the role that an image's runbook assumes, as it is deployed.

    golden-ami runbook role web-server --deployment prod-eu | golden-ami runbook lint web-server.yaml --policy -
    """
    from golden_ami.permissions import automation_statements, to_policy

    bound, confinement = _bound(config_file, deployment, image, runbook, pin=True)
    typer.echo(json.dumps(to_policy(automation_statements(bound, confinement)), indent=2))


def _bound(
    config_file: Path | None, deployment: str | None, image: str, runbook: Document, *, pin: bool
) -> "tuple[BoundRunbook, Confinement]":
    """Bind a runbook, and confine its role, with stand-ins for what Terraform creates."""
    from golden_ami.config import load, path_from
    from golden_ami.deployed import deployed

    config = load(config_file or path_from())
    factory = _factory(config, _deployment(config, deployment), image)
    return deployed(config, factory, runbook, pin=pin)


def _deployment(config: "Config", name: str | None) -> str:
    known = list(config.deployments)
    if name is None and len(known) == 1:
        return known[0]
    if name not in known:
        found = "is missing" if name is None else f"{name!r} is not in the configuration"
        raise InputError(f"--deployment {found}", remedy=f"name one of: {', '.join(known)}")
    return name


def _factory(config: "Config", deployment: str, image: str) -> "ImageFactory":
    from golden_ami.config import resolve

    for factory in resolve(config, deployment):
        if factory.names.image == image:
            return factory
    known = ", ".join(config.images_of(deployment))
    raise InputError(f"deployment {deployment!r} builds no image {image!r}", remedy=f"name one of: {known}")


@app.command("lint")
def lint_runbook(
    file: DocumentFile = None,
    output: Annotated[ReportFormat, typer.Option("--format", "-f", help="How to print it.")] = ReportFormat.text,
    pinned: Annotated[
        bool, typer.Option("--pinned", help="Refuse parameters that decide who approves and who receives.")
    ] = False,
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy",
            help="Policy of the role that the document assumes, as JSON ('-': standard input), once or more: report "
            "calls that it does not allow, and what it allows that no step calls.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what is wrong with an Automation document, ours or another one, one fault a line.

    golden-ami runbook lint runbooks/GoldenAmiApproval.yaml

    golden-ami runbook lint runbook.yaml --policy role.json
    """
    from golden_ami.runbook import load
    from golden_ami.runbook.lint import examine, load_policies
    from golden_ami.runbooks import APPROVAL

    path = file or APPROVAL
    runbook = load(path)
    policies = [statement for each in policy for statement in load_policies(each)] if policy else None
    report = examine(runbook, pinned=pinned, policies=policies)
    for reason in report.left_out:
        typer.echo(reason, err=True)
    if output is ReportFormat.json:
        typer.echo(_as_json(report))
    else:
        for finding in report.findings:
            typer.echo(str(finding))
        if not report.findings:
            typer.echo(f"{path}: no faults")
    if report.findings:
        raise typer.Exit(1)


def _as_json(report: "Report") -> str:
    found = [{"where": each.where, "problem": each.problem, "remedy": each.remedy} for each in report.findings]
    return json.dumps({"findings": found, "left_out": report.left_out}, indent=2)


@app.command("graph")
def graph_runbook(
    file: DocumentFile = None,
    output_format: Annotated[GraphFormat, typer.Option("--format", "-f", help="How to draw it.")] = GraphFormat.svg,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to; otherwise it is printed.")] = None,
) -> None:
    """Draw the steps of an Automation document, and every way between them.

    golden-ami runbook graph runbooks/GoldenAmiApproval.yaml --output docs/runbooks/approval.svg
    """
    from golden_ami.runbook import graph, load
    from golden_ami.runbooks import APPROVAL

    runbook = load(file or APPROVAL)
    text = graph.svg(runbook) if output_format is GraphFormat.svg else graph.mermaid(runbook)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}", remedy="name another file") from error
