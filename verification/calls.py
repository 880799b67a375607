"""The calls of a scenario that was played, and where faults are put into them."""

from collections.abc import Iterable, Mapping, Sequence

from verification.faults import Call, Fault

Recorded = Mapping[str, Sequence[Call]]
"""The calls of scenarios, by their ids."""


def distinct(calls: Iterable[Call]) -> list[Call]:
    """Leave out the polls between the first two and the last one."""
    by_step: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        by_step.setdefault((call.document, call.step), []).append(call)
    kept = []
    for of_step in by_step.values():
        polls = of_step[0].step.startswith("wait") and len(of_step) > 3
        kept += [*of_step[:2], of_step[-1]] if polls else of_step
    return kept


def fault_in(call: Call, kind: str) -> Fault:
    """Put a fault into a call."""
    return Fault(document=call.document, step=call.step, call=call.number, kind=kind)
