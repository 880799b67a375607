"""The whole proof: first the good paths, then everything that can go wrong on them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from verification.enumeration import deciding, faults, golden, half_way, mixed, retiring, taking_back, unique
from verification.faults import Call
from verification.play import Verdict, judge
from verification.pool import in_forks
from verification.scenarios import Scenario
from verification.world import World

See = Callable[[Verdict], None]


@dataclass(kw_only=True)
class Plan:
    """What is to be played.

    Attributes
    ----------
    first : list of Verdict
        The good paths and the ones that fail half-way, which have been played to find their calls.
    rest : list of Scenario
        All others.
    """

    first: list[Verdict]
    rest: list[Scenario]


def plan(world: World, *, processes: int) -> Plan:
    """Play the good paths, and work out from their calls what else there is."""
    verdicts = play(world, _on(world, golden()), processes=processes)
    recorded: dict[str, Sequence[Call]] = {verdict.scenario.id: verdict.calls for verdict in verdicts}
    broken = {}
    for verdict in verdicts:
        scenario = verdict.scenario
        sharing = [call for call in verdict.calls if call.step == "publishApprovedAmi"]
        if sharing and scenario.history == 1:
            fails = half_way(scenario.configuration, sharing[-1])
            broken[fails.id] = fails
    more = play(world, broken.values(), processes=processes)
    recorded |= {verdict.scenario.id: verdict.calls for verdict in more}
    played = {verdict.scenario.id for verdict in (*verdicts, *more)}
    everything = unique([*deciding(), *faults(recorded), *taking_back(recorded, broken), *retiring(), *mixed()])
    return Plan(first=[*verdicts, *more], rest=[each for each in _on(world, everything) if each.id not in played])


def _on(world: World, scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Keep the scenarios whose factory was made."""
    return [scenario for scenario in scenarios if scenario.due in world.factories]


def play(world: World, scenarios: Iterable[Scenario], *, processes: int, see: See = lambda _: None) -> list[Verdict]:
    """Play scenarios, each on a state of its own."""
    verdicts = []
    for verdict in in_forks(
        lambda scenario: judge(world.local, world.factories[scenario.due], scenario), scenarios, processes=processes
    ):
        see(verdict)
        verdicts.append(verdict)
    return verdicts
