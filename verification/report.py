"""What people read: progress, a table by family, and each violation with the command that replays it."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from verification.mutation import Fate, Killer, equivalent
from verification.play import Verdict


def progress(console: Console) -> Progress:
    """Return a bar with a count and the time."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def table(verdicts: Sequence[Verdict]) -> Table:
    """Count scenarios by family."""
    shown = Table(title="No path shares without approval, and no path is silent")
    for heading in ("scenarios", "combinations"):
        shown.add_column(heading)
    for heading in ("played", "violations"):
        shown.add_column(heading, justify="right")
    played = Counter((each.scenario.family, each.scenario.exhaustive) for each in verdicts)
    broken = Counter(each.scenario.family for each in verdicts if each.broken)
    for (family, exhaustive), count in played.items():
        how = "every one" if exhaustive else "every pair"
        shown.add_row(family, how, str(count), str(broken[family]) if broken[family] else "-")
    every = sum(each.scenario.exhaustive for each in verdicts)
    shown.add_section()
    shown.add_row(
        "all", f"{every} exhaustive, {len(verdicts) - every} pairwise", str(len(verdicts)), str(sum(broken.values()))
    )
    return shown


def violations(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print what was broken, and how to see it again."""
    for verdict in verdicts:
        if verdict.broken:
            console.print(f"[red]✗[/] {verdict.scenario.id}", highlight=False, soft_wrap=True)
            for why in verdict.broken:
                console.print(f"    {why}", highlight=False, markup=False, soft_wrap=True)
            again = f"python -m verification --only '{verdict.scenario.id}'"
            console.print(f"    {again}", style="dim", highlight=False, markup=False, soft_wrap=True)


def mutation_table(fates: Sequence[Fate]) -> Table:
    """Count mutants by kind and by what noticed; those that behave as the original does count neither way.

    Only what a law or the linter noticed is a point: that something else refuses, or breaks down, proves no law.
    """
    harmless = equivalent()
    shown = Table(title="Whether the laws notice")
    shown.add_column("mutants of")
    for heading in ("made", "equivalent", *Killer, "survived", "score"):
        shown.add_column(heading, justify="right")
    for kind in ("documents", "scripts"):
        of_kind = [fate for fate in fates if fate.mutant.kind == kind]
        same = [fate for fate in of_kind if not fate.killer and fate.mutant.id in harmless]
        by = Counter(fate.killer for fate in of_kind)
        counted = len(of_kind) - len(same)
        share = f"{100 * _points(by) / counted:.1f} %" if counted else "-"
        killed = [str(by[killer]) if by[killer] else "-" for killer in Killer]
        shown.add_row(kind, str(len(of_kind)), str(len(same)), *killed, str(by[None] - len(same)), share)
    return shown


def score(fates: Sequence[Fate]) -> float:
    """Return the percentage that a law or the linter noticed, of the mutants that do not behave as the original."""
    by = Counter(fate.killer for fate in fates)
    counted = sum(by.values()) - by[None] + len(survivors(fates))
    return 100 * _points(by) / counted if counted else 100.0


def survivors(fates: Sequence[Fate]) -> list[Fate]:
    """Find the mutants that nothing killed, without those of which it is known why."""
    harmless = equivalent()
    return [fate for fate in fates if not fate.killer and fate.mutant.id not in harmless]


def not_equivalent(fates: Sequence[Fate]) -> list[Fate]:
    """Find the mutants that are said to behave as the original does, and were noticed."""
    harmless = equivalent()
    return [fate for fate in fates if fate.killer and fate.mutant.id in harmless]


def _points(by: Counter[Killer | None]) -> int:
    return by[Killer.LAW] + by[Killer.LINTER]
