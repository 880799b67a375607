"""``golden-ami list``: what waits for people, and what ran."""

from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from golden_ami.cli import views, words
from golden_ami.cli.arguments import SomeImage
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import said
from golden_ami.operate.executions import listed, with_outcome
from golden_ami.operate.requests import pending as waiting

if TYPE_CHECKING:
    from datetime import datetime

    from golden_ami.operate.executions import Execution
    from golden_ami.operate.requests import Request

WIDE_ENOUGH: Final = 110
"""Columns in which a row has room; below it, an execution is a block of lines, and its id is never cut."""


@operating
def list_executions(
    operator: Operator,
    image: SomeImage = None,
    pending: Annotated[bool, typer.Option("--pending", help="Only what waits for approval.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Most other executions to list.")] = 20,
) -> None:
    """List the executions of the last 30 days; those that wait for approval come first.

    golden-ami list web-server --pending
    """
    place = operator.place
    factories = [place.factory(image)] if image else []
    asking = list(waiting(place, factories))
    asked = {each.execution for each in asking}
    others: list[Execution] = []
    if not pending:
        # Evidence is collected for an execution that is in the list itself; `watch` shows both.
        wanted = (each for each in listed(place, factories) if each.does != "evidence" and each.id not in asked)
        others = [with_outcome(place, each) for each in islice(wanted, limit)]

    def view(console: Console) -> None:
        _show(console, asking, others, place.connection.now, only_pending=pending)

    ids = [*(each.execution for each in asking), *(each.id for each in others)]
    operator.output.show({"pending": asking, "others": others}, view, ids)


def _show(
    console: Console, asking: "list[Request]", others: "list[Execution]", now: "datetime", *, only_pending: bool
) -> None:
    for each in asking:
        console.print(
            said((each.execution, "bold cyan"), f"  {each.image} waits for approval, {views.left(each, now)} left")
        )
        console.print(said(f"needs {views.who_decides(each)}", indent=4))
        console.print(said(f"started by {words.principal(each.started_by)}, who does not decide", indent=4))
    if not asking and (only_pending or not others):
        console.print(said("Nothing waits for approval."))
    if asking and others:
        console.print()
    if others and console.width < WIDE_ENOUGH:
        for found in others:
            _as_block(console, found, now)
    elif others:
        console.print(_table(others, now))


def _as_block(console: Console, found: "Execution", now: "datetime") -> None:
    console.print(said(f"{found.id}  ").append_text(_outcome(found)))
    does = "" if found.does == "approval" else f" ({found.does})"
    took = words.duration((found.ended or now) - found.started)
    console.print(said(f"{found.image}{does}, {words.moment(found.started)}, {took}", indent=4))
    console.print(said(f"started by {words.principal(found.started_by)}", indent=4))


def _outcome(found: "Execution") -> Text:
    word = found.outcome or found.status
    return words.outcome(word, good=found.is_good) if found.has_ended else words.status(word)


def _table(others: "list[Execution]", now: "datetime") -> Table:
    table = views.columns("!EXECUTION", "!STARTED (UTC)", "!OUTCOME", "IMAGE", "!TOOK", "BY")
    for found in others:
        table.add_row(
            said(found.id),
            said(f"{found.started.astimezone(UTC):%m-%d %H:%M}"),
            _outcome(found),
            said(found.image, "" if found.does == "approval" else f" ({found.does})"),
            said(words.duration((found.ended or now) - found.started)),
            said(words.principal(found.started_by)),
        )
    return table
