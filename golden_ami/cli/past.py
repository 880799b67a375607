"""``golden-ami history``: who decided what, when and why, and whether its evidence is still there."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from golden_ami.cli import views, words
from golden_ami.cli.arguments import ImageName
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import said
from golden_ami.inert import inert
from golden_ami.operate.executions import GOOD
from golden_ami.operate.history import NONE, SAME
from golden_ami.operate.history import history as decisions_on

if TYPE_CHECKING:
    from golden_ami.operate.history import Past


@operating
def history(
    operator: Operator,
    image: ImageName,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Most decisions to show.")] = 20,
) -> None:
    """Show the decisions on an image, the newest first, and check what they were made upon.

    golden-ami history web-server --limit 5

    Exits with 1 when the evidence of a decision was changed, or is gone.
    """
    place = operator.place
    found = list(decisions_on(place, place.factory(image), limit))

    def view(console: Console) -> None:
        for each in found:
            _show(console, each)
        if not found:
            console.print(said(f"Nobody has decided on {image} yet."))

    operator.output.show(found, view, [each.execution for each in found])
    bad = [each for each in found if each.evidence not in {SAME, NONE}]
    for each in bad:
        operator.output.say(inert(f"{each.evidence}: {each.problem}"))
    if bad:
        raise typer.Exit(1)


def _show(console: Console, each: "Past") -> None:
    version = "/".join(each.image.split("/")[-2:])
    console.print(
        said(
            f"{words.moment(each.written)}  {each.execution}  {version}  ",
            (each.outcome, "bold green" if each.outcome in GOOD else "bold red"),
            *(() if each.evidence == NONE else ("  evidence ", _verdict(each))),
        )
    )
    if each.because:
        console.print(said(f"{each.started_by.split(':', 5)[-1]}: {each.because}", indent=4))
    for decision in each.decisions:
        line = views.decision(decision)
        console.print(said(indent=4).append_text(line))
    if not each.decisions and not each.because:
        console.print(said(("nobody decided", "dim"), indent=4))


def _verdict(each: "Past") -> tuple[str, str]:
    return each.evidence, "green" if each.evidence == SAME else "bold red"
