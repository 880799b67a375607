"""``python -m verification``: plays every scenario, hunts every mutant, and ends with 1 when a law is broken."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Task

from verification.configurations import BARE, CAREFUL, RICH, Configuration
from verification.mutation import EQUIVALENT, Fate, Killer, hunt, mutants
from verification.play import Verdict
from verification.proof import Plan, plan, play
from verification.report import (
    mutation_table,
    not_equivalent,
    progress,
    score,
    survivors,
    table,
    violations,
)
from verification.scenarios import Scenario
from verification.twists import LAUNCHED
from verification.world import World, all_histories

SCORE = 95
"""Percent of the mutants that a law or the linter has to notice."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m verification", description=__doc__)
    parser.add_argument("--only", metavar="ID", help="play the scenarios whose id contains this, and hunt no mutant")
    parser.add_argument("--mutants", metavar="TEXT", help="hunt only the mutants whose id contains this")
    parser.add_argument("--no-mutants", action="store_true", help="hunt no mutant")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="scenarios at a time")
    given = parser.parse_args(arguments)
    # What scenarios provoke is not for the log.
    logging.disable(logging.CRITICAL)
    console = Console()
    with console.status("Making the factories"):
        world = World(None if given.mutants is None else _hunting_ground())
        planned = plan(world, processes=given.processes)
    good = given.mutants is not None or _prove(console, world, planned.first, planned.rest, given)
    if given.only or given.no_mutants:
        return 0 if good else 1
    return 0 if _hunt(console, world, planned, given) and good else 1


def _prove(
    console: Console, world: World, played: list[Verdict], rest: list[Scenario], given: argparse.Namespace
) -> bool:
    """Play what the plan has left, and tell whether every law holds."""
    wanted = given.only or ""
    first = [each for each in played if wanted in each.scenario.id]
    rest = [each for each in rest if wanted in each.id]
    if not first and not rest:
        console.print(f"No scenario's id contains {wanted!r}", markup=False, highlight=False)
        return False
    began = time.monotonic()
    violations(console, first)
    with progress(console) as shown:
        task = shown.add_task("Scenarios", total=len(rest))

        def see(verdict: Verdict) -> None:
            shown.advance(task)
            _say(console, shown.tasks[task], began)
            violations(console, [verdict])

        found = play(world, rest, processes=given.processes, see=see)
    seconds = time.monotonic() - began
    verdicts = [*first, *found]
    console.print(table(verdicts))
    console.print(f"{len(found)} scenarios in {seconds:.0f} seconds: {len(found) / seconds:.1f} a second")
    return not any(verdict.broken for verdict in verdicts)


def _hunt(console: Console, world: World, planned: Plan, given: argparse.Namespace) -> bool:
    """Hunt the mutants, and tell whether enough of them are killed."""
    ground = {f"{configuration.name}-{history}" for configuration, history in _hunting_ground()}
    met = planned.on(ground)
    hunted = [mutant for mutant in mutants() if (given.mutants or "") in mutant.id]
    if not hunted:
        console.print(f"No mutant's id contains {given.mutants!r}", markup=False, highlight=False)
        return False
    began = time.monotonic()
    with progress(console) as shown:
        task = shown.add_task("Mutants", total=len(hunted))

        def see(fate: Fate) -> None:
            shown.advance(task)
            _say(console, shown.tasks[task], began)
            _tell(console, fate)

        fates = hunt(world, met, hunted, processes=given.processes, see=see)
    console.print(mutation_table(fates))
    return score(fates) >= SCORE


def _tell(console: Console, fate: Fate) -> None:
    """Say what became of a mutant, unless a law or the linter noticed it, or nothing can."""
    if survivors([fate]):
        said = f"survived {fate.played} scenarios: {fate.mutant.id}"
    elif not_equivalent([fate]):
        said = f"{EQUIVALENT.name} is wrong about it, {fate.killer} noticed it: {fate.mutant.id}: {fate.why}"
    elif fate.killer in {Killer.BINDING, Killer.SYSTEMS_MANAGER, Killer.CRASH}:
        said = f"{fate.killer}: {fate.mutant.id}: {fate.why}"
    else:
        return
    console.print(said, markup=False, highlight=False, soft_wrap=True)


def _say(console: Console, task: Task, began: float) -> None:
    """Say how far it is where no bar is shown, as in a log."""
    done, whole = int(task.completed), int(task.total or 0)
    if not console.is_terminal and done % max(1, whole // 20) == 0:
        console.print(f"{task.description}: {done} of {whole} after {time.monotonic() - began:.0f} seconds")


def _hunting_ground() -> list[tuple[Configuration, int]]:
    return [
        (configuration, history)
        for configuration, history in all_histories()
        if configuration in {RICH, BARE, CAREFUL, LAUNCHED} and (history or configuration == RICH)
    ]


if __name__ == "__main__":
    sys.exit(main())
