"""Which revocations and rollbacks there are, and where somebody revokes what is being shared."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from verification.calls import Recorded, distinct, fault_in
from verification.configurations import BARE, CAREFUL, RETIRABLE, RICH, taking_back
from verification.faults import KINDS, REVOKED, Call, Fault
from verification.scenarios import NO_APPROVALS, Scenario
from verification.spoiling import SPOILED

REASON: Final = "It holds a key"
_EXHAUSTIVE: Final = {"revocation": frozenset({CAREFUL, BARE}), "rollback": frozenset({RICH, BARE})}
_DECISIONS: Final = (*NO_APPROVALS, "stopped")
_SHARES: Final = ("assertApproval", "getBuiltImage", "shareEC2BuilderImage", "waitImageShared", "assertImageShared")
_RACING: Final = frozenset({*_SHARES, "shareEC2AMIImage", "publishApprovedAmi", "postProcessing", "tellOutcome"})


def good_changes() -> list[Scenario]:
    """List the revocations and rollbacks on which nothing goes wrong."""
    found = []
    for configuration in taking_back():
        common: dict[str, Any] = {"configuration": configuration, "history": RETIRABLE, "because": REASON}
        good: dict[str, Any] = {"exhaustive": True, **common}
        found.append(Scenario(family="revocations", revokes="current", **good))
        found.append(Scenario(family="rollbacks", rolls_back=True, **good))
        found.append(Scenario(family="rollbacks", rolls_back=True, before="put-away", **good))
    return found


def changing() -> Iterator[Scenario]:
    """List what is revoked and rolled back to, in each configuration, and what people decide."""
    for scenario in good_changes():
        if scenario.revokes:
            yield from _revocations(scenario)
        elif scenario.before == "nothing":
            yield from _rollbacks(scenario)
    for configuration, history in itertools.product((RICH, BARE), (0, 1)):
        rolls: dict[str, Any] = {"rolls_back": True, "because": REASON, "exhaustive": True}
        yield Scenario(family="rollbacks", configuration=configuration, history=history, **rolls)


def _revocations(scenario: Scenario) -> Iterator[Scenario]:
    for which in ("oldest", "previous", "unapproved", "foreign"):
        yield replace(scenario, revokes=which)
    for which in ("current", "previous"):
        yield replace(scenario, revokes=which, because="none")
        yield from (
            replace(scenario, revokes=which, before=before)
            for before, spoiled in SPOILED.items()
            if spoiled.revoked and _has(scenario, before)
        )
    yield replace(scenario, deaf=True)
    if scenario.configuration.asks:
        for decision, jumps in itertools.product(_DECISIONS, (True, False)):
            yield replace(scenario, decision=decision, jumps=jumps)


def _rollbacks(scenario: Scenario) -> Iterator[Scenario]:
    yield replace(scenario, because="none")
    yield replace(scenario, deaf=True)
    for before, spoiled in SPOILED.items():
        if spoiled.rolled and _has(scenario, before):
            yield replace(scenario, before=before)


def _has(scenario: Scenario, before: str) -> bool:
    return all(getattr(scenario.configuration, each) for each in SPOILED[before].needs)


def faults_of_changes(recorded: Recorded) -> Iterator[Scenario]:
    """Put every fault into every call of changes at both ends of the scale; elsewhere, each call of a step and kind."""
    chosen: set[tuple[str, str, str, str, int]] = set()
    for scenario in sorted(good_changes(), key=lambda each: not _is_exhaustive(each)):
        every = _is_exhaustive(scenario)
        for call, kind in itertools.product(distinct(recorded.get(scenario.id, ())), KINDS):
            key = (scenario.before, call.step, call.operation, kind, call.number)
            if every or key not in chosen:
                yield replace(_family(scenario, "faults", every), faults=(fault_in(call, kind),))
            chosen.add(key)
        # Whoever tells by itself has to tell of each step that fails.
        firsts = {(call.document, call.step): call for call in reversed(recorded.get(scenario.id, ()))}
        for call in firsts.values() if every else ():
            if call.document != "outcome" and call.step != "tellOutcome":
                put = _family(scenario, "faults", every)
                yield replace(put, faults=(fault_in(call, "error"),), deaf=True)


def half_rolled_back(recorded: Recorded) -> Iterator[Scenario]:
    """Let a rollback fail before its record is written, so that the current image is put back."""
    for scenario in good_changes():
        calls = [call for call in recorded.get(scenario.id, ()) if call.step == "publishRestoredImage"]
        writes = [call for call in calls if call.operation == "PutParameter"]
        if scenario.before == "put-away" and writes:
            yield replace(_family(scenario, "putting back", True), faults=(fault_in(writes[-1], "error"),))


def putting_back(recorded: Recorded, broken: Iterable[Scenario]) -> Iterator[Scenario]:
    """Put every fault into every call of putting back."""
    for scenario in broken:
        if _is_exhaustive(scenario):
            back = [call for call in distinct(recorded.get(scenario.id, ())) if call.step == "putCurrentBack"]
            for call, kind in itertools.product(back, KINDS):
                yield replace(scenario, faults=(*scenario.faults, fault_in(call, kind)))
            for call in back[:1]:
                yield replace(scenario, faults=(*scenario.faults, fault_in(call, "error")), deaf=True)


def races(recorded: Recorded, scenarios: Iterable[Scenario]) -> Iterator[Scenario]:
    """Let somebody revoke the image at each call with which it is shared, or becomes current again."""
    for scenario in scenarios:
        if scenario.retires or scenario.revokes or not recorded.get(scenario.id):
            continue
        calls = [call for call in recorded[scenario.id] if call.step in _RACING or call.document == "rollback"]
        for call in distinct(calls):
            race = replace(scenario, family="revoked meanwhile", exhaustive=True)
            yield replace(race, faults=(_race(call),))
        yield from _raced_and_broken(scenario, [call for call in calls if call.step == "restoreImage"])


def _raced_and_broken(scenario: Scenario, restoring: list[Call]) -> Iterator[Scenario]:
    """Let what is shared again be revoked, and sharing it fail or be stopped after that."""
    if scenario.before == "put-away" and _is_exhaustive(scenario):
        for call, kind in itertools.product(restoring[:-1], ("error", "stopped")):
            race = replace(scenario, family="revoked meanwhile", exhaustive=True)
            yield replace(race, faults=(_race(call), fault_in(restoring[-1], kind)))


def _race(call: Call) -> Fault:
    return fault_in(call, REVOKED)


def _is_exhaustive(scenario: Scenario) -> bool:
    return scenario.configuration in _EXHAUSTIVE["revocation" if scenario.revokes else "rollback"]


def _family(scenario: Scenario, what: str, exhaustive: bool) -> Scenario:
    kind = "revocation" if scenario.revokes else "rollback"
    return replace(scenario, family=f"{kind}: {what}", exhaustive=exhaustive)
