"""``make demo``: the whole life of a factory on a local AWS, with the real cdktf, Terraform and AWS provider.

Deploys ``config/sandbox.yaml``, plans it again, has an image approved by two people and shared, sees one with a
critical finding end before anybody is asked, edits a component, waives the finding and deploys that, has the next image
approved with the waiver in its request, rolls back to the first one, revokes the second one, has one denied and one
expire, retires all of them, and destroys everything. It checks each time that AWS holds what it should. Any deviation
ends it with exit code 1 and the reason.
"""

import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table

from golden_ami.config import load, resolve
from golden_ami.errors import GoldenAmiError, SandboxError
from golden_ami.sandbox import demo_acts, demo_edit
from golden_ami.sandbox.demo_cdktf import ROOT, STACK, Cdktf
from golden_ami.sandbox.demo_runs import People, Run
from golden_ami.sandbox.inventory import Inventory
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment

REGION = "eu-west-1"
KEEP_VARIABLE = "KEEP"


@dataclass
class Demo:
    """The demonstration's means and what it has done so far.

    Attributes
    ----------
    console : Console
        Where people look.
    folder : Path
        A copy of ``config/``, the synthesised stacks and the state; it goes when the demonstration ends well.
    cdktf : Cdktf
        The command line.
    local : LocalAws
        The local AWS.
    rows : list of tuple of str
        What happened, result and seconds.
    """

    console: Console
    folder: Path
    cdktf: Cdktf
    local: LocalAws
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """What is deployed."""
        return self.folder / "config" / "sandbox.yaml"

    def step(self, title: str, action: Callable[[], str], *, since: float | None = None) -> None:
        """Do something, say so, and remember how long it took, from now or from a moment of the past."""
        started = since or time.perf_counter()
        self.console.print(f"[bold]{title}[/]")
        result = action()
        seconds = time.perf_counter() - started
        self.console.print(f"  [green]✓[/] {result} [dim]({seconds:.1f} s)[/]")
        self.rows.append((title, result, f"{seconds:.1f}"))


def main() -> int:
    """Run the demonstration.

    Returns
    -------
    int
        0 when everything was as it should, 1 with the reason otherwise, 130 after Ctrl-C.
    """
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="golden-ami-demo-"))
    try:
        _run(console, folder, keep=os.environ.get(KEEP_VARIABLE, "") not in {"", "0"})
    except KeyboardInterrupt:
        console.print("[yellow]Stopped.[/] The local AWS is gone, and with it everything in it.")
        shutil.rmtree(folder, ignore_errors=True)
        return 130
    except (GoldenAmiError, ClientError) as error:
        console.print(f"[red]The demonstration failed:[/] {error}", markup=True, highlight=False)
        console.print(f"Configuration, stacks and state are kept in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def _run(console: Console, folder: Path, *, keep: bool) -> None:
    started = time.perf_counter()
    with _local_aws(console, folder) as demo:
        inventory = Inventory(demo.local.client)
        before = inventory.resources()
        demo.step("Deploy the factory", lambda: _deploy(demo))
        demo.step("Plan again", lambda: _plan_is_empty(demo))
        (image,) = resolve(load(demo.config), STACK)
        people = People(demo.local, image, demo.config, console)
        runs: list[Run] = []
        with people.at_work():
            demo.step("Build an image, and ask", lambda: demo_acts.ask(people, runs))
            demo.step("Approve, both of them", lambda: demo_acts.approve(people, runs))
            demo.step("Build one with a critical finding", lambda: demo_acts.refuse(people, runs))
        demo.step(
            "Edit a component, waive the finding, deploy", lambda: demo_edit.edit(demo.local, demo.cdktf, demo.config)
        )
        demo.step("Plan again", lambda: _plan_is_empty(demo))
        with people.at_work():
            demo.step("Build it again, and ask", lambda: demo_acts.ask_with_waiver(people, runs))
            demo.step("Approve, both of them", lambda: demo_acts.approve(people, runs))
            demo.step("Roll back", lambda: demo_acts.roll_back(people, runs, image.names.image))
            demo.step("Take it back from everybody", lambda: demo_acts.revoke(people, runs, image.names.image))
            demo.step("Build the next image, and ask", lambda: demo_acts.ask_with_waiver(people, runs))
            demo.step("Deny", lambda: demo_acts.deny(people, runs))
            demo.step("Build once more, and ask", lambda: demo_acts.ask_with_waiver(people, runs))
            demo.step("Let a week pass", lambda: demo_acts.expire(people, runs))
            if not keep:
                demo.step("Retire the five images", lambda: demo_acts.retire(people, runs))
        if not keep:
            demo.step("Destroy", lambda: _destroy(demo))
            demo.step("Look for leftovers", lambda: _nothing_left(inventory, before))
        _table(console, demo, time.perf_counter() - started)
        if keep:
            _stay(demo)


@contextmanager
def _local_aws(console: Console, folder: Path) -> Iterator[Demo]:
    shutil.copytree(ROOT / "config", folder / "config")
    started = time.perf_counter()
    with LocalAws(region=REGION) as local:
        prepare_organization(local)
        environment = provider_environment(local.isolated_environment(os.environ), workdir=folder)
        environment |= {"GOLDEN_AMI_CONFIG": str(folder / "config" / "sandbox.yaml"), "CI": "true"}
        cdktf = Cdktf(environment=environment, output=folder / "cdktf.out", console=console)
        demo = Demo(console=console, folder=folder, cdktf=cdktf, local=local)
        demo.step("Start a local AWS", lambda: f"{local.url}, organization ready", since=started)
        yield demo


def _deploy(demo: Demo) -> str:
    outcome = demo.cdktf.run("deploy", STACK, "--auto-approve")
    return outcome.summary()


def _plan_is_empty(demo: Demo) -> str:
    outcome = demo.cdktf.run("diff", STACK)
    if "No changes." not in outcome.output:
        raise SandboxError(f"the second plan is not empty:\n{outcome.output}", remedy="find what differs above")
    return "no changes"


def _destroy(demo: Demo) -> str:
    outcome = demo.cdktf.run("destroy", STACK, "--auto-approve")
    return outcome.summary()


def _nothing_left(inventory: Inventory, before: frozenset[str]) -> str:
    left = inventory.resources() - before
    if left:
        raise SandboxError(f"destroy left {', '.join(sorted(left))}", remedy="find out who made it")
    return f"0 left; {inventory.keys_pending_deletion()} key waits for its deletion"


def _table(console: Console, demo: Demo, seconds: float) -> None:
    table = Table("what", "result", "seconds", title="Golden AMI factory on a local AWS")
    table.columns[2].justify = "right"
    for row in demo.rows:
        table.add_row(*row)
    table.add_section()
    table.add_row("Altogether", "as it should be", f"{seconds:.1f}")
    console.print(table)


def _stay(demo: Demo) -> None:
    """Keep the local AWS until Ctrl-C: its state lives in this process."""
    console = demo.console
    console.print("The factory is left running. In another terminal:\n")
    exports = demo.local.environment() | {"GOLDEN_AMI_CONFIG": str(demo.config)}
    for name, value in exports.items():
        console.print(f"export {name}={shlex.quote(value)}", highlight=False, soft_wrap=True)
    console.print("aws ssm list-documents --filters Key=Owner,Values=Self")
    console.print("\nCtrl-C ends it and everything in it.")
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
