"""The ``golden-ami runbook`` commands: print, check and draw Automation documents."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from golden_ami.config import Config, ImageFactory, load, path_from, resolve
from golden_ami.errors import InputError
from golden_ami.runbook import graph
from golden_ami.runbook import load as load_runbook
from golden_ami.runbook.lint import Report, examine, load_policies
from golden_ami.runbooks import APPROVAL as APPROVAL_RUNBOOK
from golden_ami.runbooks import approval_runbook, evidence_runbook, outcome_runbook, retirement_runbook

app = typer.Typer(help="Print, check and draw Automation documents.", no_args_is_help=True)

NEW_SHARE = "ARN-OF-THE-RESOURCE-SHARE-THAT-TERRAFORM-CREATES"
NEW_KEY = "ARN-OF-THE-KEY-THAT-TERRAFORM-CREATES"

DocumentFile = Annotated[Path, typer.Argument(help="An Automation document.")]


class Document(StrEnum):
    """The runbooks."""

    approval = "approval"
    evidence = "evidence"
    retirement = "retirement"
    outcome = "outcome"


class ReportFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class GraphFormat(StrEnum):
    """How a document is drawn."""

    svg = "svg"
    mermaid = "mermaid"


@app.command("render")
def render(
    image: Annotated[str, typer.Argument(help="Name of an image.")],
    deployment: Annotated[str | None, typer.Option("--deployment", "-d", help="Needed when there are several.")] = None,
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Configuration file [GOLDEN_AMI_CONFIG, or config/example.yaml].", show_default=False
        ),
    ] = None,
    unpinned: Annotated[
        bool, typer.Option("--unpinned", help="Keep the parameters, for use in the console; never deployed so.")
    ] = False,
    runbook: Annotated[Document, typer.Option("--runbook", "-r", help="Which of them.")] = Document.approval,
) -> None:
    """Print an image's runbooks as they are deployed.

    golden-ami runbook render web-server --deployment prod-eu --runbook retirement
    """
    config = load(config_file or path_from())
    name = _deployment(config, deployment)
    factory = _factory(config, name, image)
    described = config.deployments[name]
    topic = described.existing.topic or factory.names.scope.topic_arn
    share = factory.share_arn or (NEW_SHARE if factory.image_builder_principals else None)
    pin = not unpinned
    if runbook is Document.outcome:
        bound = outcome_runbook(
            factory.names.scope,
            topic_arn=topic,
            evidence_bucket=factory.evidence_bucket,
            quarantine=described.quarantine,
            pin=pin,
        )
    elif runbook is Document.evidence:
        keys = {described.region: described.existing.key or NEW_KEY}
        keys |= {region: copy.key for region, copy in described.copies.items()}
        bound = evidence_runbook(factory, keys=keys, share_arn=share, pin=pin)
    elif runbook is Document.retirement:
        bound = retirement_runbook(factory, topic_arn=topic, share_arn=share, pin=pin)
    else:
        organization = config.organization.id
        bound = approval_runbook(factory, organization_id=organization, topic_arn=topic, share_arn=share, pin=pin)
    typer.echo(bound.render(), nl=False)


def _deployment(config: Config, name: str | None) -> str:
    known = list(config.deployments)
    if name is None and len(known) == 1:
        return known[0]
    if name not in known:
        found = "is missing" if name is None else f"{name!r} is not in the configuration"
        raise InputError(f"--deployment {found}", remedy=f"name one of: {', '.join(known)}")
    return name


def _factory(config: Config, deployment: str, image: str) -> ImageFactory:
    for factory in resolve(config, deployment):
        if factory.names.image == image:
            return factory
    known = ", ".join(config.images_of(deployment))
    raise InputError(f"deployment {deployment!r} builds no image {image!r}", remedy=f"name one of: {known}")


@app.command("lint")
def lint_runbook(
    file: DocumentFile = APPROVAL_RUNBOOK,
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
    runbook = load_runbook(file)
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
            typer.echo(f"{file}: no faults")
    if report.findings:
        raise typer.Exit(1)


def _as_json(report: Report) -> str:
    found = [{"where": each.where, "problem": each.problem, "remedy": each.remedy} for each in report.findings]
    return json.dumps({"findings": found, "left_out": report.left_out}, indent=2)


@app.command("graph")
def graph_runbook(
    file: DocumentFile = APPROVAL_RUNBOOK,
    output_format: Annotated[GraphFormat, typer.Option("--format", "-f", help="How to draw it.")] = GraphFormat.svg,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to; otherwise it is printed.")] = None,
) -> None:
    """Draw the steps of an Automation document, and every way between them.

    golden-ami runbook graph runbooks/GoldenAmiApproval.yaml --output docs/runbooks/approval.svg
    """
    runbook = load_runbook(file)
    text = graph.svg(runbook) if output_format is GraphFormat.svg else graph.mermaid(runbook)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}", remedy="name another file") from error
