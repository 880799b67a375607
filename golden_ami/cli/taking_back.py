"""``golden-ami revoke`` and ``golden-ami rollback``: show what would change, ask, start, and follow."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from golden_ami.cli.arguments import ImageName, SomeVersion
from golden_ami.cli.asking import confirm
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import shown
from golden_ami.operate.access import find_image
from golden_ami.operate.executions import Execution
from golden_ami.operate.outcomes import next_step, outcome
from golden_ami.operate.outcomes import reason as why_of
from golden_ami.operate.place import Place
from golden_ami.operate.taking_back import Change, reason, start_revocation, start_rollback
from golden_ami.operate.taking_back import revocation as revocation_of
from golden_ami.operate.taking_back import rollback as rollback_of
from golden_ami.operate.watching import follow

Because = Annotated[str, typer.Option("--because", help="Why; it is told, and recorded.", metavar="TEXT")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow it to its end. Exit code 1: it has failed.")]


@operating
def revoke(
    operator: Operator,
    image: SomeVersion,
    because: Because,
    yes: Yes = False,
    wait: Wait = False,
) -> None:
    """Take an image back from everybody, without deleting it.

    golden-ami revoke web-server --because "CVE-2026-0001 is being exploited"
    """
    because, place = reason(because), operator.place
    factory, arn = find_image(place, image)
    change = revocation_of(place, factory, arn)
    _carry_out(operator, change, "Revoke", lambda: start_revocation(place, factory, arn, because), yes=yes, wait=wait)


@operating
def rollback(
    operator: Operator,
    image: ImageName,
    because: Because,
    yes: Yes = False,
    wait: Wait = False,
) -> None:
    """Make the version that was approved before the current one again.

    golden-ami rollback web-server --because "the new kernel does not boot on m7g"
    """
    because, place = reason(because), operator.place
    factory = place.factory(image)
    change = rollback_of(place, factory)
    _carry_out(operator, change, "Go back to", lambda: start_rollback(place, factory, because), yes=yes, wait=wait)


def _carry_out(
    operator: Operator, change: Change, verb: str, start: Callable[[], str], *, yes: bool, wait: bool
) -> None:
    output = operator.output
    if not output.quiet:
        # What is asked about is shown wherever the answer goes.
        _view(output.aside, change, verb)
    if not yes:
        confirm(f"{verb} {change.image}?", otherwise="Nothing was started.")
    execution = start()
    ended = _followed(operator, execution) if wait else None
    data = {
        "execution": execution,
        "image": change.image,
        "outcome": outcome(ended) if ended else None,
        "because": why_of(ended) if ended else None,
    }
    output.show(data, lambda console: _told(console, operator.place, execution, ended), [execution])
    if ended is not None and not ended.is_good:
        raise typer.Exit(1)


def _followed(operator: Operator, execution: str) -> Execution:
    def say(found: Execution) -> None:
        operator.output.say(f"{found.current} ...")

    return follow(operator.place, execution, step=say)


def _told(console: Console, place: Place, execution: str, ended: Execution | None) -> None:
    if ended is None:
        console.print(f"Started [bold]{execution}[/] in {place.deployment}.")
        console.print(f"Watch it: golden-ami watch {execution}")
        return
    style = "green" if ended.is_good else "bold red"
    console.print(Text.assemble(f"{execution}  ", shown(outcome(ended), style)))
    for line in filter(None, (why_of(ended), next_step(ended))):
        console.print(shown(line), overflow="fold")


def _view(console: Console, change: Change, verb: str) -> None:
    role = f" ({change.role})" if change.role else ""
    console.print(Text.assemble((verb, "bold"), role))
    console.print(Text.assemble("  ", shown(change.image)), overflow="fold")
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, lines in (
        ("  may launch no more", change.lose),
        ("  may launch again", change.gain),
        ("  unknown", change.unknown),
        ("  the parameter becomes", tuple(f"{region}: {ami}" for region, ami in change.consumers.items())),
        ("  note", change.notes),
    ):
        if lines:
            table.add_row(label, Text("\n").join(shown(line) for line in lines))
    if not change.lose and not change.gain and not change.unknown:
        table.add_row("  nobody", Text("gains or loses anything"))
    if not change.consumers:
        table.add_row("  the parameter", Text("stays as it is"))
    console.print(table)
