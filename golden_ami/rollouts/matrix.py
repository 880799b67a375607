"""Stacks as the matrix of a CI: a job each, with where it works, for the role that the job assumes there."""

from collections.abc import Sequence
from typing import Final

from golden_ami.errors import GoldenAmiError, InputError
from golden_ami.rollouts.changes import Touched
from golden_ami.rollouts.stack import Stack

MAX_JOBS: Final = 256
"""Of one matrix in a workflow run ("Usage limits", GitHub Actions)."""

Job = dict[str, str]


def matrix(found: Sequence[Stack | Touched]) -> list[Job]:
    """Give a job for each stack that a rollout applies.

    Parameters
    ----------
    found : sequence of Stack or Touched
        All, or those that a change touches.

    Raises
    ------
    GoldenAmiError
        When one was removed: nobody would plan its end; or when a matrix has no room for them.
    """
    gone = [each.stack.name for each in found if isinstance(each, Touched) and each.change == "removed"]
    if gone:
        raise GoldenAmiError(
            f"no longer in the configuration: {', '.join(gone)}",
            remedy="destroy them from the commit that has them, before they leave it",
        )
    jobs = [_job(each) for each in map(_stack, found) if each.rolls_out]
    if len(jobs) > MAX_JOBS:
        raise GoldenAmiError(
            f"{len(jobs)} stacks are more than the {MAX_JOBS} jobs of a matrix",
            remedy="split the change or the waves, or use golden-ami rollout",
        )
    return jobs


def matrices(found: Sequence[Stack | Touched], *, last: int) -> dict[str, list[Job]]:
    """Give a matrix for each wave up to the last one that there is a job for, empty or not.

    Raises
    ------
    InputError
        When a stack is in a later wave.
    """
    later = [each for each in map(_stack, found) if each.wave > last]
    if later:
        raise InputError(
            f"{later[0].name} is in wave {later[0].wave}, after the last one, {last}",
            remedy="put it into an earlier wave, or add a job for that wave",
        )
    return {str(wave): matrix([each for each in found if _stack(each).wave == wave]) for wave in range(last + 1)}


def _stack(each: Stack | Touched) -> Stack:
    return each.stack if isinstance(each, Touched) else each


def _job(stack: Stack) -> Job:
    return {"stack": stack.name, "account": stack.account, "region": stack.region, "partition": stack.partition}
