"""``golden-ami rollout``: apply every stack, wave by wave, with the real Terraform."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from golden_ami.cli.asking import INTERRUPTED
from golden_ami.cli.output import Format, Output
from golden_ami.cli.rollout_view import View
from golden_ami.cli.stacks import ConfigPath, Since, Wave, selected

if TYPE_CHECKING:
    from golden_ami.config import Config
    from golden_ami.rollouts.stack import Stack

PARALLELISM: Final = 4
"""Stacks at a time: each costs a Terraform and a provider, half a gigabyte together."""


def rollout(
    *,
    wave: Wave = None,
    changed_since: Since = None,
    parallelism: Annotated[int, typer.Option("--parallelism", min=1, help="Stacks at a time.")] = PARALLELISM,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Plan every stack, and apply none.")] = False,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--fresh",
            help="Pass over stacks that the rollout before has finished with the same content, or not. "
            "Without either: when that rollout did not come to its end.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Where the report is kept [.rollout/report.json].", metavar="FILE")
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Apply every stack, wave by wave; nothing to do with the runbook that rolls an image out.

    Runs cdktf and Terraform. After a failure no other stack begins; the same command goes on where it stopped.
    Ctrl-C lets Terraform finish what it is at.

    golden-ami rollout --plan-only
    """
    from golden_ami.config import load, path_from
    from golden_ami.rollouts.begin import alone, new_report, terraform_program
    from golden_ami.rollouts.conductor import Conductor
    from golden_ami.rollouts.project import Project
    from golden_ami.rollouts.synthesis import synthesise
    from golden_ami.terraform import provider_environment

    path = config or path_from()
    stacks = _stacks(load(path), path, wave, changed_since)
    project = Project.around(Path())
    view = View(Output(Format.table, quiet=False))
    with alone(project):
        environment = provider_environment(dict(os.environ), workdir=project.root / ".tools")
        program = terraform_program(environment)
        view.say("cdktf synth ...")
        synthesise(project, path, environment)
        found = new_report(
            project,
            stacks,
            path=report,
            config=path,
            parallelism=parallelism,
            plan_only=plan_only,
            resume=resume,
            environment=environment,
        )
        conductor = Conductor(
            project, found, program=program, environment=environment, changed=view.changed, said=view.say
        )
        with view.showing(found):
            outcome = conductor.run()
    view.ended(found)
    if outcome != "done":
        raise typer.Exit(INTERRUPTED if outcome == "interrupted" else 1)


def _stacks(config: "Config", path: Path, wave: int | None, changed_since: str | None) -> "list[Stack]":
    from golden_ami.errors import InputError
    from golden_ami.rollouts.changes import Touched
    from golden_ami.rollouts.stack import stacks_of

    found = selected(config, path, wave=wave, changed_since=changed_since)
    here = [each.stack for each in found if isinstance(each, Touched) and each.change != "removed"]
    stacks = here if changed_since else [each for each in found if not isinstance(each, Touched)]
    there = [each for each in stacks if each.rolls_out]
    if not there and changed_since is None:
        waves = sorted({each.wave for each in stacks_of(config) if each.rolls_out})
        raise InputError(f"--wave {wave} has no stacks", remedy=f"name one of: {', '.join(map(str, waves))}")
    return there
