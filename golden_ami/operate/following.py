"""Follow an execution until it has ended and its outcome has been told."""

import time
from collections.abc import Callable
from dataclasses import replace

from golden_ami.operate.executions import Execution, outcome_of, read
from golden_ami.operate.place import Place

_FIRST_SECONDS = 0.2
_MOST_SECONDS = 5.0
_OUTCOME_TRIES = 8
"""The outcome may be told by another runbook, which EventBridge starts after the end."""


def follow(place: Place, execution: str, *, step: Callable[[Execution], None] | None = None) -> Execution:
    """Wait until an execution has ended.

    Parameters
    ----------
    place : Place
        The deployment.
    execution : str
        Its id.
    step : callable, optional
        Is given the execution whenever it has come to another step.

    Returns
    -------
    Execution
        With its outcome, when that has been told within half a minute.
    """
    pause, last = _FIRST_SECONDS, ""
    while not (found := read(place, execution)).has_ended:
        if step is not None and found.current != last:
            step(found)
        last = found.current
        time.sleep(pause)
        pause = min(pause * 1.5, _MOST_SECONDS)
    pause = _FIRST_SECONDS
    for _ in range(_OUTCOME_TRIES):
        if found.outcome:
            break
        time.sleep(pause)
        pause = min(pause * 2, _MOST_SECONDS)
        found = replace(found, outcome=outcome_of(place, execution))
    return found
