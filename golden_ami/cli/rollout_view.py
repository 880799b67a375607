"""How a rollout is shown: a table that is drawn anew on a terminal, lines in a log, and what is left at its end."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rich.live import Live
from rich.table import Table
from rich.text import Text

from golden_ami.cli import views, words
from golden_ami.cli.output import Output
from golden_ami.cli.words import said

if TYPE_CHECKING:
    from golden_ami.rollouts.report import Entry, Report

_STYLES: Final = {
    "waiting": "dim",
    "running": "cyan",
    "done": "green",
    "planned": "green",
    "failed": "bold red",
    "interrupted": "yellow",
}
_PHASES: Final = {
    "wait": "waits for the Terraform of the rollout before",
    "init": "initialises",
    "plan": "plans",
    "apply": "applies",
}
_BELOW: Final = 4


class View:
    """Tells people what happens.

    Parameters
    ----------
    output : Output
        Where.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._live: Live | None = None
        self._last: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Say one thing, above the table."""
        (self._live.console if self._live else self._output.aside).print(said(text))

    @contextlib.contextmanager
    def showing(self, report: "Report") -> Iterator[None]:
        """Draw the table as long as the rollout goes, where somebody watches a terminal."""
        kept = [each for each in report.entries.values() if each.kept]
        if kept:
            self.say(f"{_stacks(len(kept))} done before, with the same content.")
        if not self._output.is_live:
            yield
            return
        console = self._output.console
        with Live(get_renderable=lambda: _table(report, console.height - _BELOW), console=console) as self._live:
            yield
        self._live = None

    def changed(self, entry: "Entry") -> None:
        """Print a line for a change, where there is no table."""
        if self._live:
            return
        line = f"wave {entry.wave}  {entry.name}  {_doing(entry)}"
        if self._last.get(entry.name) != line:
            self._last[entry.name] = line
            at = datetime.now(UTC).strftime("%H:%M:%S")
            self._output.console.print(said(f"{at}  ", (line, _STYLES[entry.status])))

    def ended(self, report: "Report") -> None:
        """Say what has become of it, and what to do."""
        console = self._output.console
        for each in report.of("failed"):
            console.print()
            console.print(said((f"{each.name} failed at {each.phase}", "bold red"), f" ({each.log})"))
            for line in (each.failure or "").splitlines():
                console.print(said(line, indent=2))
            console.print(said(("What to do: ", "bold"), each.remedy or ""))
        counts = {word: len(report.of(word)) for word in ("done", "planned", "failed", "interrupted", "waiting")}
        text = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no stack is touched"
        console.print()
        console.print(said((report.outcome, "bold"), f": {text}. Report: {report.path}"))


def _doing(entry: "Entry") -> str:
    if entry.status == "running":
        phase = _PHASES.get(entry.phase or "", "begins")
        if entry.phase == "apply" and entry.changes:
            total = entry.changes.add + entry.changes.change + entry.changes.destroy
            return f"{phase} {entry.changes}: {min(entry.finished, total)} of {total}"
        return phase
    result = f": {entry.changes}" if entry.changes is not None else ""
    took = f" in {words.duration(timedelta(seconds=entry.seconds))}" if entry.seconds is not None else ""
    return f"{entry.status}{result}{' (before)' if entry.kept else took}"


def _table(report: "Report", room: int) -> Table:
    """Draw the stacks; those at work and those that failed first, where not all of them fit."""
    order = ["running", "failed", "interrupted", "waiting", "done", "planned"]
    entries = list(report.entries.values())
    shown = sorted(entries, key=lambda each: order.index(each.status))[: max(room, 3)]
    names = {each.name for each in shown}
    table = views.columns("!WAVE", "!STACK", "!ACCOUNT", "!REGION", "")
    for each in entries:
        if each.name in names:
            doing = said((_doing(each), _STYLES[each.status]))
            table.add_row(str(each.wave), said(each.name), each.account, each.region, doing)
    if len(shown) < len(entries):
        table.add_row("", Text(f"... {_stacks(len(entries) - len(shown))} more", style="dim"), "", "", "")
    return table


def _stacks(count: int) -> str:
    return "1 stack" if count == 1 else f"{count} stacks"
