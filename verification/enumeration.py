"""Which scenarios there are: everything on the way from the request to sharing, and every pair of choices elsewhere."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from verification.calls import Recorded, distinct, fault_in
from verification.combinations import pairwise
from verification.configurations import BARE, RETIRABLE, RICH, Configuration, configurations
from verification.expectations import TELLING
from verification.faults import KINDS, Call, Fault
from verification.scenarios import BEFORE, BUILDS, DECISIONS, LINKS, Scenario
from verification.twist import Twist
from verification.twists import TWISTS

SHARING: Final = frozenset(
    {
        "waitForAdministratorApproval",
        "assertApproval",
        "getBuiltImage",
        "shareEC2BuilderImage",
        "waitImageShared",
        "assertImageShared",
        "shareEC2AMIImage",
        "publishApprovedAmi",
        "postProcessing",
        "tellOutcome",
    }
)
"""Steps from the request on; every fault in every call of them is tried in every configuration."""

REASON: Final = "CVE-2026-0001 is in it"


def golden() -> list[Scenario]:
    """List the good paths, whose calls the faults are put into."""
    approvals = [
        Scenario(family="good paths", exhaustive=True, configuration=configuration, history=history)
        for configuration in configurations()
        for history in (0, 1)
    ]
    retirements = {("oldest", "none"), ("current", REASON)}
    chosen = [each for each in _retirements() if (each.retires, each.because) in retirements]
    return [*approvals, *(each for each in chosen if each.history == RETIRABLE and each.before == "nothing")]


def half_way(configuration: Configuration, call: Call) -> Scenario:
    """Let the last step that shares fail, so that what was given is taken back."""
    fault = Fault(document="approval", step=call.step, call=call.number, kind="error")
    return Scenario(family="taking back", exhaustive=True, configuration=configuration, history=1, faults=(fault,))


def deciding() -> Iterator[Scenario]:
    """List everything that people, builds and other people's changes do, each on its own in each configuration."""
    for configuration, jumps in itertools.product(configurations(), (True, False)):
        for decision in DECISIONS:
            yield Scenario(
                family="decisions",
                exhaustive=True,
                configuration=configuration,
                history=1,
                decision=decision,
                jumps=jumps,
            )
    for configuration in configurations():
        common: dict[str, Any] = {"exhaustive": True, "configuration": configuration, "history": 1}
        yield from (Scenario(family="builds and scans", build=build, **common) for build in BUILDS)
        yield from (Scenario(family="changes before", before=before, **common) for before in BEFORE)
        yield from (Scenario(family="association", link=link, **common) for link in LINKS)


def mixed() -> Iterator[Scenario]:
    """List every pair of a configuration, a history, a change, a build, a decision, an association and a behaviour."""
    factors: dict[str, Sequence[Any]] = {
        "configuration": configurations(),
        "history": (0, 1),
        "decision": DECISIONS,
        "build": ("fine", "at-the-limit", "waived", "critical", "fails", "no-copy"),
        "before": ("nothing", "share-opened"),
        "link": ("fine", *LINKS),
        "jumps": (True, False),
    }
    for row in pairwise(factors, allowed=lambda row: possible(Scenario(family="", exhaustive=False, **row))):
        yield Scenario(family="everything mixed", exhaustive=False, **row)


def faults(recorded: Recorded) -> Iterator[Scenario]:
    """Put every fault into every call from the request on; before it, into every pair of call and configuration."""
    for scenario in golden():
        if scenario.retires:
            for call, kind in itertools.product(distinct(recorded.get(scenario.id, ())), KINDS):
                yield _with("retirement: faults", True, scenario, fault_in(call, kind))
        elif scenario.history:
            late = [call for call in distinct(recorded.get(scenario.id, ())) if call.step in SHARING]
            for call, kind in itertools.product(late, KINDS):
                yield _with("request to shared: faults", True, scenario, fault_in(call, kind))
    yield from _early(recorded)
    yield from _by_themselves(recorded)


def _by_themselves(recorded: Recorded) -> Iterator[Scenario]:
    """Let each step fail while no event comes: then the runbook's own last step has to tell."""
    for scenario in golden():
        if scenario.configuration == RICH and scenario.history:
            firsts = {(call.document, call.step): call for call in reversed(recorded.get(scenario.id, ()))}
            for call in firsts.values():
                if call.step == "postProcessing" or call.step not in TELLING:
                    put = _with("no event comes: faults", True, scenario, fault_in(call, "error"))
                    yield replace(put, deaf=True)
    for build in ("fails", "scan-failed", "critical", "no-copy"):
        common: dict[str, Any] = {"exhaustive": True, "configuration": RICH, "history": 1, "deaf": True}
        yield Scenario(family="no event comes: builds", build=build, **common)
    for decision in ("approved", "denied", "expired"):
        yield Scenario(
            family="no event comes: decisions",
            exhaustive=True,
            configuration=RICH,
            history=1,
            decision=decision,
            deaf=True,
        )


def taking_back(recorded: Recorded, broken: Mapping[str, Scenario]) -> Iterator[Scenario]:
    """Put every fault into every call of taking back."""
    for due, scenario in broken.items():
        back = [call for call in distinct(recorded[due]) if call.step == "takeBack"]
        for call, kind in itertools.product(back, KINDS):
            yield _with("taking back: faults", True, scenario, *scenario.faults, fault_in(call, kind))
        for call in back[:1]:
            put = _with("no event comes: faults", True, scenario, *scenario.faults, fault_in(call, "error"))
            yield replace(put, deaf=True)


def retiring() -> Iterator[Scenario]:
    """List the retirements, with and without a reason."""
    yield from _retirements()


def twisted() -> Iterator[Scenario]:
    """List what else may happen, once each."""
    for name, twist in TWISTS.items():
        for configuration, history in twist.on:
            yield Scenario(
                family=f"{_about(twist)}, twisted",
                exhaustive=True,
                configuration=configuration,
                history=history,
                build=twist.build,
                decision=twist.decision,
                before=twist.spoiled,
                retires=twist.retires,
                revokes=twist.revokes,
                rolls_back=twist.rolls_back,
                because=REASON if twist.retires or twist.revokes or twist.rolls_back else "none",
                twist=name,
            )


def _about(twist: Twist) -> str:
    if twist.rolls_back:
        return "rollbacks"
    if twist.revokes:
        return "revocations"
    return "retirements" if twist.retires else "approvals"


def possible(scenario: Scenario) -> bool:
    """Tell whether a scenario can happen: nobody opens a share that does not exist."""
    configuration = scenario.configuration
    if not configuration.share and ("share" in scenario.before or "receiver" in scenario.before):
        return False
    if not configuration.share and (scenario.link != "fine" or "share-" in scenario.decision):
        return False
    if not configuration.share and "receiver" in scenario.decision:
        return False
    if scenario.decision == "superseded" and scenario.link != "fine":
        # It would be the newer image's association, so that nothing newer is approved.
        return False
    two = {"denied-by-the-second", "by-one-of-two", "by-one-person-twice"}
    return configuration.both or scenario.decision not in two


def unique(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Keep the possible ones, each once."""
    return list({scenario.id: scenario for scenario in reversed(list(scenarios)) if possible(scenario)}.values())[::-1]


def _early(recorded: Recorded) -> Iterator[Scenario]:
    """Choose a configuration for every fault in every call before the request, and each pair of step and kind."""
    chosen: set[tuple[str, int, str]] = set()
    turn = itertools.cycle(range(len(configurations())))
    known = {scenario.configuration: scenario for scenario in golden() if not scenario.retires and scenario.history}
    scenarios = [known[configuration] for configuration in configurations()]
    for _ in scenarios:
        first = next(turn)
        for scenario in scenarios[first:] + scenarios[:first]:
            early = [call for call in distinct(recorded.get(scenario.id, ())) if call.step not in SHARING]
            for call, kind in itertools.product(early, KINDS):
                key = (call.step, call.number, kind)
                if key not in chosen:
                    chosen.add(key)
                    yield _with("start to request: faults", False, scenario, fault_in(call, kind))


def _with(family: str, exhaustive: bool, scenario: Scenario, *put: Fault) -> Scenario:
    return Scenario(
        family=family,
        exhaustive=exhaustive,
        configuration=scenario.configuration,
        history=scenario.history,
        retires=scenario.retires,
        because=scenario.because,
        faults=put,
    )


def _retirements() -> Iterator[Scenario]:
    only: dict[str, Any] = {"family": "retirements", "exhaustive": True, "history": 1, "retires": "current"}
    yield Scenario(configuration=RICH, because=REASON, **only)
    protected: dict[str, Any] = {"family": "retirements", "exhaustive": True, "history": RETIRABLE, "retires": "oldest"}
    for configuration, before, deaf in itertools.product(
        (RICH, BARE), ("protected", "protected-for-a-day"), (False, True)
    ):
        yield Scenario(configuration=configuration, before=before, deaf=deaf, **protected)
    for configuration, which in itertools.product((RICH, BARE), ("oldest", "previous", "current", "unapproved")):
        for because in ("none", REASON):
            yield Scenario(
                family="retirements",
                exhaustive=True,
                configuration=configuration,
                history=RETIRABLE,
                retires=which,
                because=because,
            )
