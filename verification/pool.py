"""Plays scenarios in forked processes: each begins from the same state, and leaves nothing behind."""

import gc
import os
import pickle
import select
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from verification.frugality import give_back

Task = TypeVar("Task")
Result = TypeVar("Result")


class ChildError(Exception):
    """When the process that did a task died, or its work raised."""


def in_forks(work: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int = 2) -> Iterator[Result]:
    """Do tasks, each in a process of its own that begins as a copy of this one.

    Parameters
    ----------
    work : callable
        Does one task; what it returns is pickled.
    tasks : iterable
        What to do.
    processes : int
        How many at a time.

    Yields
    ------
    Result
        As tasks are done.

    Raises
    ------
    ChildError
        When the work itself fails, which is a fault of this program.
    """
    give_back()
    waiting, running = iter(tasks), dict[int, tuple[int, bytearray]]()
    try:
        while True:
            while len(running) < processes and (task := next(waiting, None)) is not None:
                pipe, child = _fork(work, task)
                running[pipe] = (child, bytearray())
            if not running:
                return
            for pipe in select.select(list(running), [], [])[0]:
                child, received = running[pipe]
                part = os.read(pipe, 1 << 20)
                received += part
                if not part:
                    del running[pipe]
                    os.close(pipe)
                    os.waitpid(child, 0)
                    yield _read(bytes(received))
    finally:
        for pipe, (child, _) in running.items():
            os.close(pipe)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _fork(work: Callable[[Any], Any], task: Any) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return reading, child
    os.close(reading)
    # A collection would copy every page of the parent's.
    gc.disable()
    try:
        try:
            answer: tuple[bool, Any] = (True, work(task))
        except BaseException:
            answer = (False, traceback.format_exc())
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(answer))
    finally:
        # What the parent has begun is the parent's to end, even when nobody reads the answer any more.
        os._exit(0)


def _read(received: bytes) -> Any:
    if not received:
        raise ChildError("A process ended without an answer.")
    good, answer = pickle.loads(received)  # noqa: S301 - it comes from this program's own fork
    if not good:
        raise ChildError(answer)
    return answer
