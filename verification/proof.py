"""The whole proof: first the good paths, then everything that can go wrong on them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from verification.enumeration import deciding, faults, golden, half_way, mixed, retiring, taking_back, twisted, unique
from verification.enumeration_changes import (
    changing,
    faults_of_changes,
    good_changes,
    half_rolled_back,
    putting_back,
    races,
)
from verification.faults import Call
from verification.play import Verdict
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
    recorded : dict
        The calls of those that have been played first, by their ids.
    """

    first: list[Verdict]
    rest: list[Scenario]
    recorded: dict[str, Sequence[Call]]

    def on(self, due: Collection[str]) -> list[Scenario]:
        """Choose what is played on some factories, with the faults that are tried on one of all factories only."""
        every = [*(verdict.scenario for verdict in self.first), *self.rest]
        known = {verdict.scenario.id for verdict in self.first if verdict.scenario.due in due}
        calls = {name: calls for name, calls in self.recorded.items() if name in known}
        more = [*faults(calls), *faults_of_changes(calls)]
        return [each for each in unique([*every, *more]) if each.due in due]


def plan(world: World, *, processes: int) -> Plan:
    """Play the good paths, and work out from their calls what else there is."""
    good = [*golden(), *good_changes()]
    verdicts = play(world, _on(world, good), processes=processes)
    recorded: dict[str, Sequence[Call]] = {verdict.scenario.id: verdict.calls for verdict in verdicts}
    broken = {}
    for verdict in verdicts:
        scenario = verdict.scenario
        sharing = [call for call in verdict.calls if call.step == "publishApprovedAmi"]
        if sharing and scenario.history == 1:
            fails = half_way(scenario.configuration, sharing[-1])
            broken[fails.id] = fails
    half = {each.id: each for each in _on(world, half_rolled_back(recorded))}
    more = play(world, [*broken.values(), *half.values()], processes=processes)
    recorded |= {verdict.scenario.id: verdict.calls for verdict in more}
    played = {verdict.scenario.id for verdict in (*verdicts, *more)}
    everything = unique(
        [
            *deciding(),
            *faults(recorded),
            *taking_back(recorded, broken),
            *retiring(),
            *changing(),
            *faults_of_changes(recorded),
            *putting_back(recorded, half.values()),
            *races(recorded, good),
            *twisted(),
            *mixed(),
        ]
    )
    return Plan(
        first=[*verdicts, *more],
        rest=[each for each in _on(world, everything) if each.id not in played],
        recorded=recorded,
    )


def _on(world: World, scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Keep the scenarios whose factory was made."""
    return [scenario for scenario in scenarios if scenario.due in world.factories]


def play(world: World, scenarios: Iterable[Scenario], *, processes: int, see: See = lambda _: None) -> list[Verdict]:
    """Play scenarios, each on a state of its own."""
    verdicts = []
    for verdict in in_forks(world.judge, scenarios, processes=processes):
        see(verdict)
        verdicts.append(verdict)
    return verdicts
