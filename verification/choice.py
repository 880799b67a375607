"""Which scenarios a mutant meets: those that are most likely to show it, by the steps that it touches."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from verification.expectations import OF_CHANGES, OF_STEPS, outcomes
from verification.faults import REVOKED, Fault
from verification.scenarios import Scenario
from verification.twists import twist_of

MOST: Final = 120
"""Scenarios that a mutant has to survive."""

_ABOUT: Final = {
    "approval": ("evidence", "outcome"),
    "retirement": ("outcome",),
    "revocation": ("outcome",),
    "rollback": ("outcome",),
}
"""Kinds of scenarios, each with the other documents that run in it."""

_GOOD: Final = frozenset({"approved", "retired", "revoked", "rolled-back"})
_OF_PEOPLE: Final = frozenset({"denied", "expired", "approval-invalid", "revocation-refused"})
_COLLECTING: Final = frozenset({"checkFindings", "checkKeys", "collectEvidence", "wordRequest"})
_TAKEN_BACK: Final = frozenset({"shareEC2AMIImage", "publishApprovedAmi", "restoreImage", "publishRestoredImage"})
_AFTERWARDS: Final = frozenset({"tellOutcome", "recordDecision", "markImage"})
_KINDS: Final = (
    REVOKED,
    "throttled",
    "denied",
    "untrusted",
    "half-done",
    "stopped",
    "error",
    "lost",
    "malformed",
    "slow",
)
"""Kinds of faults: those first that are over at the next try, or that somebody might swallow."""


def concerning(scenarios: Sequence[Scenario], touched: frozenset[str], documents: frozenset[str]) -> list[Scenario]:
    """Choose the scenarios that a mutant meets: what was made for its steps, what ends there, and what passes them.

    Parameters
    ----------
    scenarios : sequence of Scenario
        All there are.
    touched : frozenset of str
        Steps in which something is wrong.
    documents : frozenset of str
        The documents that have these steps.
    """
    about = [kind for kind in _ABOUT if documents & {kind, *_ABOUT[kind]}]
    chosen = [_of_kind([each for each in scenarios if kind_of(each) == kind], touched, kind)[:MOST] for kind in about]
    turns = itertools.zip_longest(*chosen)
    return list(dict.fromkeys(each for turn in turns for each in turn if each is not None))


def kind_of(scenario: Scenario) -> str:
    """Name the document that a scenario is about."""
    if scenario.retires:
        return "retirement"
    if scenario.revokes:
        return "revocation"
    return "rollback" if scenario.rolls_back else "approval"


def _of_kind(scenarios: Sequence[Scenario], touched: frozenset[str], kind: str) -> list[Scenario]:
    ends = OF_CHANGES.get(kind, OF_STEPS)
    alike = {ends[step] for step in touched if step in ends}
    alike |= _OF_PEOPLE if "waitForAdministratorApproval" in touched else set()
    steps = _struck_with(touched, ends)

    def concerned(scenario: Scenario) -> bool:
        struck = {fault.step for fault in scenario.faults}
        return not scenario.twist and (not struck or bool(struck & steps))

    found = [scenario for scenario in scenarios if concerned(scenario)]
    good = [each for each in found if not each.faults and outcomes(each) <= _GOOD]
    # Those on which something takes long or is nearly too much say more than those on which nothing happens.
    good.sort(key=lambda each: each.build == "fine")
    near = [each for each in found if not each.faults and each not in good and outcomes(each) & alike]
    rest = [each for each in found if not each.faults and each not in good and each not in near]
    near = near if kind == "approval" else list(_each_once_first(near))
    rest = list(_each_end_first(rest)) if touched & _AFTERWARDS else sorted(rest, key=lambda each: not each.deaf)
    made = [each for each in scenarios if twist_of(each.twist).steps & touched]
    struck = _each_call_first(each for each in found if each.faults)
    turns = itertools.zip_longest(near, struck[::2], rest, struck[1::2])
    first, more = good[:6], good[6:]
    others = [each for turn in turns for each in turn if each is not None]
    return [*first, *made, *others, *more] if kind == "approval" else [*first, *made, *more, *others]


def _struck_with(touched: frozenset[str], ends: Mapping[str, str]) -> frozenset[str]:
    """Find the steps whose faults a mutant has to meet."""
    # What cannot be taken back because of a fault is excused, so taking back has to meet faults of others, too.
    steps = touched | (_TAKEN_BACK if touched & {"takeBack", "putCurrentBack"} else frozenset())
    steps |= _COLLECTING if touched & {"waitEvidence", "readEvidence"} else frozenset()
    return steps | (frozenset(ends) if touched <= {"tellOutcome", "postProcessing"} else frozenset())


def _each_end_first(scenarios: Iterable[Scenario]) -> Iterator[Scenario]:
    """Give one scenario of each end, then a second one, and so on, those first that nobody else would tell about."""
    by_end: dict[frozenset[str], list[Scenario]] = {}
    for scenario in sorted(scenarios, key=lambda each: not each.deaf):
        by_end.setdefault(outcomes(scenario), []).append(scenario)
    for turn in itertools.zip_longest(*by_end.values()):
        yield from (each for each in turn if each is not None)


def _each_once_first(scenarios: Iterable[Scenario]) -> Iterator[Scenario]:
    """Give what differs in more than the configuration first, and then the same of other configurations."""
    alike: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        alike.setdefault(f"{scenario.history}{scenario.id.partition('/')[2]}", []).append(scenario)
    for turn in itertools.zip_longest(*alike.values()):
        yield from (each for each in turn if each is not None)


def _each_call_first(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Put first each kind, or pair of kinds, in the first and last calls of a step, and what nobody else would tell."""
    struck = list(scenarios)
    calls: dict[tuple[str, str], list[int]] = {}
    for scenario in struck:
        fault = scenario.faults[-1]
        calls.setdefault((fault.document, fault.step), []).append(fault.call)
    known: set[tuple[Fault, ...]] = set()
    ranked: list[tuple[int, Scenario]] = []
    for scenario in struck:
        fault = scenario.faults[-1]
        again = scenario.faults in known and not scenario.deaf
        known.add(scenario.faults)
        of_step = calls[fault.document, fault.step]
        from_an_end = min(fault.call - min(of_step), max(of_step) - fault.call)
        rank = 0 if scenario.deaf else from_an_end + 2 * _KINDS.index(fault.kind)
        ranked.append((rank + 100 * again, scenario))
    ordered = [scenario for _, scenario in sorted(ranked, key=lambda each: each[0])]
    firsts = {(each.faults[-1].step, *(fault.kind for fault in each.faults)): each for each in reversed(ordered)}
    return list(dict.fromkeys([*sorted(firsts.values(), key=ordered.index), *ordered]))
