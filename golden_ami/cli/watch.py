"""``golden-ami watch``: follow an execution to its end."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from golden_ami.cli import views, words
from golden_ami.cli.arguments import ExecutionId, Interval
from golden_ami.cli.asking import INTERRUPTED
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.output import Format, plain
from golden_ami.cli.words import said
from golden_ami.inert import inert
from golden_ami.operate.requests import request_of
from golden_ami.operate.watching import INTERVAL, Change, Sight, changes
from golden_ami.operate.watching import watch as look

if TYPE_CHECKING:
    from golden_ami.operate.executions import Step

_NARROW: Final = 60
_BELOW: Final = 14
"""Lines that are kept for what is below the steps."""


@operating
def watch(operator: Operator, execution: ExecutionId, interval: Interval = INTERVAL) -> None:
    """Follow an execution to its end; Ctrl-C leaves it alone. Exits with 0 when it did what it is for.

    golden-ami watch 0aa1bb22-3c3c-4d4d-5e5e-666666666666
    """
    follow(operator, execution, interval)


def follow(operator: Operator, execution: str, interval: float) -> None:
    """Show an execution until it has ended, and end as it did."""
    try:
        last = _shown(operator, look(operator.place, execution, interval=interval))
    except KeyboardInterrupt:
        operator.output.say(f"You stopped watching. {execution} goes on; watch it again: golden-ami watch {execution}")
        raise typer.Exit(INTERRUPTED) from None
    if not last.execution.outcome and last.execution.does != "evidence":
        operator.output.say("Its outcome was not told; look at the runs of the outcome runbook (GoldenAmiOutcome-...).")
    if not last.execution.is_good:
        raise typer.Exit(1)


def _shown(operator: Operator, sights: Iterator[Sight]) -> Sight:
    output = operator.output
    if output.quiet:
        return list(sights)[-1]
    if output.format is Format.json:
        return _as_lines_of_json(sights)
    last = _live(operator, sights) if output.is_live else _as_lines(operator, sights)
    output.console.print(views.ended(last.execution))
    return last


def _as_lines_of_json(sights: Iterator[Sight]) -> Sight:
    last: Sight | None = None
    for sight in sights:
        for event in _events(last, sight):
            typer.echo(json.dumps(plain({"at": sight.now, "execution": sight.execution.id, **event})))
        last = sight
    assert last is not None  # noqa: S101 - the first look gives a sight, or raises
    typer.echo(json.dumps(plain({"at": last.now, "event": "ended", **views.end_of(last.execution)})))
    return last


def _events(before: Sight | None, after: Sight) -> Iterator[dict[str, Any]]:
    if after.trouble:
        yield {"event": "trouble", "trouble": after.trouble}
    for change in changes(before, after):
        step = change.step
        lasted = _lasted(step, after).total_seconds()
        yield {
            "event": "step",
            "part": change.part,
            "step": step.name,
            "status": step.status,
            "seconds": round(lasted),
            "failure": step.failure,
        }
    if _begins_to_ask(before, after):
        yield {"event": "asked", "request": request_of(after.execution)}


def _begins_to_ask(before: Sight | None, after: Sight) -> bool:
    return after.execution.asks is not None and (before is None or before.execution.asks is None)


def _as_lines(operator: Operator, sights: Iterator[Sight]) -> Sight:
    """Print a line for each change, for a file or another program."""
    console, last = operator.output.console, None
    for sight in sights:
        if last is None:
            console.print(_title(sight))
        if sight.trouble:
            operator.output.say(inert(f"AWS did not answer, looking again: {sight.trouble}"))
        for change in changes(last, sight):
            console.print(_line(change, sight))
        if _begins_to_ask(last, sight) and (request := request_of(sight.execution)):
            console.print(views.asked(request, sight.now))
        if sight.execution.has_ended and not sight.is_last and not (last and last.execution.has_ended):
            operator.output.say("It has ended; waiting until the outcome is told.")
        last = sight
    assert last is not None  # noqa: S101 - the first look gives a sight, or raises
    return last


def _line(change: Change, sight: Sight) -> Text:
    step = change.step
    at = step.ended or step.started or sight.now
    name = f"{change.part}: {step.name}" if change.part else step.name
    why = f"  {step.failure}" if step.failure else ""
    lasted = f" {words.duration(_lasted(step, sight))}" if step.ended else ""
    return said(f"{at:%H:%M:%S}  ", (f"{step.status:<10}", words.STYLES.get(step.status, "")), f"  {name}{lasted}{why}")


def _lasted(step: "Step", sight: Sight) -> timedelta:
    return (step.ended or sight.now) - step.started if step.started else timedelta()


def _title(sight: Sight) -> Text:
    found = sight.execution
    return Text("\n").join(
        [
            said((f"{found.image} {found.does}", "bold"), f"  {found.id}"),
            said(f"started {words.moment(found.started)} by {words.principal(found.started_by)}"),
        ]
    )


def _live(operator: Operator, sights: Iterator[Sight]) -> Sight:
    """Draw it anew, with what has passed meanwhile."""
    console = operator.output.console
    last = next(sights)
    connection = operator.place.connection
    # Redirecting keeps what others print below; nothing else prints while it is drawn.
    with Live(
        get_renderable=lambda: _drawn(last, console, connection.now),
        console=console,
        refresh_per_second=2,
        redirect_stderr=False,
    ) as live:
        for sight in sights:
            last = sight
            live.refresh()
    return last


def _drawn(sight: Sight, console: Console, now: Any) -> RenderableType:
    sight = Sight(execution=sight.execution, collection=sight.collection, now=now, trouble=sight.trouble)
    found = sight.execution
    # A long failure would fold the names of steps, and a narrow terminal has no room for them.
    table = views.columns("!STEP" if console.width >= _NARROW else "STEP", "!STATUS", "!TOOK", "")
    steps = list(sight.steps)
    room = max(3, console.height - _BELOW)
    if len(steps) > room:
        table.add_row(said((f"... {len(steps) - room} steps before", "dim")))
    for part, step in steps[-room:]:
        table.add_row(
            said(step.name, indent=2 if part else 0),
            words.status(step.status),
            said(words.duration(_lasted(step, sight))),
            said(step.failure[: console.width]),
        )
    lasted = (found.ended or now) - found.started
    shown: list[RenderableType] = [_title(sight), Text(), table, Text()]
    request = request_of(found)
    if request:
        shown.append(views.asked(request, now))
    elif found.has_ended:
        words_for_it = "" if sight.is_last else ", waiting until the outcome is told"
        shown.append(said(f"ended after {words.duration(lasted)}{words_for_it}"))
    else:
        shown.append(said(f"runs since {words.duration(lasted)}; Ctrl-C leaves it alone"))
    if sight.trouble:
        shown.append(said(("AWS did not answer, looking again: ", "yellow"), sight.trouble[: console.width]))
    return Group(*shown)
