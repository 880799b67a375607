"""Begin a rollout: alone in this folder, synthesised once, and where an earlier one stopped."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from golden_ami.errors import GoldenAmiError, InputError
from golden_ami.rollouts.project import Project
from golden_ami.rollouts.report import Report
from golden_ami.rollouts.stack import Stack
from golden_ami.rollouts.synthesis import digest

PROGRAM_VARIABLE = "TERRAFORM_BINARY_NAME"
"""Which names another terraform to cdktf, too."""


@contextlib.contextmanager
def alone(project: Project) -> Iterator[None]:
    """Keep a second rollout out of the project's folder.

    Raises
    ------
    GoldenAmiError
        When another one is at work.
    """
    project.records.mkdir(exist_ok=True)
    with (project.records / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GoldenAmiError(
                f"another rollout is at work in {project.root}", remedy="wait for it, or stop it with Ctrl-C"
            ) from None
        yield


def terraform_program(environment: Mapping[str, str]) -> str:
    """Find terraform.

    Raises
    ------
    InputError
        When it is not there.
    """
    name = environment.get(PROGRAM_VARIABLE) or "terraform"
    found = shutil.which(name, path=environment.get("PATH"))
    if not found:
        raise InputError(f"{name} is not on PATH", remedy="install Terraform 1.5 or newer")
    return found


def new_report(
    project: Project,
    stacks: Sequence[Stack],
    *,
    path: Path | None,
    config: Path,
    parallelism: int,
    plan_only: bool,
    resume: bool | None,
    environment: Mapping[str, str],
) -> Report:
    """Make the report of what is to be done.

    Parameters
    ----------
    resume : bool or None
        Whether stacks count that an earlier rollout has finished with the same content; without a choice, they do
        when that rollout has not come to its end.
    path : Path or None
        Where the report is kept; in the project's records without it. A plan has a report of its own, so that it takes
        nothing from a rollout that stopped.
    """
    kept = path or project.records / ("plan.json" if plan_only else "report.json")
    before = Report.read(kept) if resume is not False and not plan_only else None
    if before and (before.configuration != str(config) or before.plan_only):
        before = None
    if before and resume is None and before.outcome == "done":
        before = None
    report = Report(path=kept, configuration=str(config), parallelism=parallelism, plan_only=plan_only)
    for stack in stacks:
        report.begin(stack, digest(project.folder(stack.name), environment), before)
    return report
