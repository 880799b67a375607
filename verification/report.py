"""What people read: progress, a table by family, and each violation with the command that replays it."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

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
    shown = Table(title="Whether the laws notice")
    shown.add_column("mutants")
    kinds = {kind: [fate for fate in fates if fate.mutant.kind == kind] for kind in ("documents", "scripts")}
    for kind in kinds:
        shown.add_column(f"of {kind}", justify="right")
    rows: dict[str, Callable[[Sequence[Fate]], object]] = {
        "made": len,
        "equivalent": lambda of: sum(not fate.killer for fate in of) - len(survivors(of)),
        **{f"noticed by {killer}": partial(_noticed, killer) for killer in Killer},
        "survived": lambda of: len(survivors(of)),
        "score": lambda of: f"{score(of):.1f} %" if of else "-",
    }
    for name, count in rows.items():
        shown.add_row(name, *(str(count(of)) for of in kinds.values()))
    return shown


def _noticed(killer: Killer, fates: Sequence[Fate]) -> int:
    return sum(fate.killer is killer for fate in fates)


def score(fates: Sequence[Fate]) -> float:
    """Return the percentage that a law or the linter noticed, of the mutants that do not behave as the original."""
    points = _noticed(Killer.LAW, fates) + _noticed(Killer.LINTER, fates)
    counted = sum(fate.killer is not None for fate in fates) + len(survivors(fates))
    return 100 * points / counted if counted else 100.0


def survivors(fates: Sequence[Fate]) -> list[Fate]:
    """Find the mutants that nothing killed, without those of which it is known why."""
    harmless = equivalent()
    return [fate for fate in fates if not fate.killer and fate.mutant.id not in harmless]


def not_equivalent(fates: Sequence[Fate]) -> list[Fate]:
    """Find the mutants that are said to behave as the original does, and were noticed."""
    harmless = equivalent()
    return [fate for fate in fates if fate.killer and fate.mutant.id in harmless]
