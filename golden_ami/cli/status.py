"""``golden-ami status``: one row for each image."""

from typing import TYPE_CHECKING, Final

from rich.console import Console, RenderableType
from rich.text import Text

from golden_ami.cli import views, words
from golden_ami.cli.arguments import SomeImage
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import said
from golden_ami.operate.status import statuses

if TYPE_CHECKING:
    from datetime import datetime

    from golden_ami.operate.status import Status

WIDE_ENOUGH: Final = 150
"""Columns in which a row has room; below it, an image is a block of lines."""


@operating
def status(operator: Operator, image: SomeImage = None) -> None:
    """Say of each image what is approved, what waits, how the last run ended, and when the next one starts.

    golden-ami status
    """
    place = operator.place
    found = statuses(place, [place.factory(image)] if image else place.factories)
    home, now = place.names.region, place.connection.now

    def view(console: Console) -> None:
        if console.width < WIDE_ENOUGH:
            _as_blocks(console, found, home, now)
        else:
            _as_table(console, found, home, now)

    operator.output.show(found, view, [each.image for each in found])


def _as_table(console: Console, found: "list[Status]", home: str, now: "datetime") -> None:
    table = views.columns("!IMAGE", "APPROVED", "SINCE", "NOW", "LAST END", "STARTS")
    for each in found:
        table.add_row(
            said((each.image, "bold")), _approved(each, home), _since(each), _now(each, now), _last(each), _starts(each)
        )
    console.print(table)


def _as_blocks(console: Console, found: "list[Status]", home: str, now: "datetime") -> None:
    for number, each in enumerate(found):
        if number:
            console.print()
        console.print(said((each.image, "bold")))
        approved = said(_approved(each, home).plain, " since " if each.approved else "", _since(each).plain)
        rows: list[tuple[str, RenderableType]] = [("approved", approved), ("now", _now(each, now))]
        rows += [("last end", _last(each)), ("starts", _starts(each))]
        console.print(views.facts(rows, indent=2))


def _approved(each: "Status", home: str) -> Text:
    if each.approved is None:
        return said(("nothing", "yellow"))
    return said(f"{each.approved.version}  {each.approved.amis.get(home, '?')}")


def _since(each: "Status") -> Text:
    return said(words.moment(each.approved.since) if each.approved else "")


def _now(each: "Status", now: "datetime") -> Text:
    lines = [
        said((f"{request.execution} waits for approval", "bold cyan"), f", {views.left(request, now)} left")
        for request in each.pending
    ]
    lines += [said((f"{running} runs", "cyan")) for running in each.running]
    return Text("\n").join(lines) if lines else said("nothing runs")


def _last(each: "Status") -> Text:
    if each.last is None:
        return said("none in 30 days")
    return Text.assemble(
        words.outcome(each.last.outcome, good=each.last.is_good),
        said(f"  {words.moment(each.last.ended)}  {each.last.execution}"),
    )


def _starts(each: "Status") -> Text:
    return said(each.schedule or "when somebody starts it")
