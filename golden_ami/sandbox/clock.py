"""The sandbox's time: one clock for everything in it, which can jump, and run faster than the world's.

A build takes half an hour and an approval a week. What happens later is scheduled here; whoever waits says so here. In
``instant`` mode a sleep ends at once, and the clock has jumped; otherwise the clock runs ``speed`` times as fast as the
world's, and a sleep lasts that much less. Time passes for everybody: what one execution sleeps, another one's approval
ages. It jumps for a sleeper only when nobody works any more, so that work takes no time, and to whoever wakes first.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_LONGEST_PAUSE: Final = 0.25
"""Seconds of the world after which a waiter looks at the clock again."""


class Clock:
    """A clock that starts at the world's time.

    Parameters
    ----------
    instant : bool
        Whether sleeping makes the clock jump instead of taking time.
    speed : float
        Seconds of this clock in a second of the world.
    """

    def __init__(self, *, instant: bool = False, speed: float = 1.0) -> None:
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        self._rested = threading.Condition(lock)
        self._workers: set[threading.Thread] = set()
        self._sleeping: dict[threading.Thread, datetime] = {}
        self._order = itertools.count()
        self._changes = 0
        self._looked: dict[int, int] = {}
        self.reset(instant=instant, speed=speed)

    def reset(self, *, instant: bool = False, speed: float = 1.0) -> None:
        """Return to the world's time, and forget what was scheduled."""
        with self._changed:
            self._base = datetime.now(UTC)
            self._started = time.monotonic()
            self._due: list[tuple[datetime, int, Callable[[], None]]] = []
            self.instant = instant
            self._speed = speed
            self.notify()

    @property
    def speed(self) -> float:
        """Seconds of this clock in a second of the world."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._changed:
            self._base, self._started = self.now(), time.monotonic()
            self._speed = speed
            self.notify()

    def now(self) -> datetime:
        """Return the present, in UTC."""
        with self._changed:
            return self._base + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    def schedule(self, after: float, action: Callable[[], None]) -> None:
        """Let something happen in a number of seconds; it runs in the thread that first notices the time."""
        with self._changed:
            heapq.heappush(self._due, (self.now() + timedelta(seconds=after), next(self._order), action))

    def catch_up(self) -> None:
        """Run what is due, in its order."""
        while (action := self._next_due()) is not None:
            action()

    def advance(self, seconds: float) -> None:
        """Jump ahead, through everything that becomes due on the way."""
        self._jump_to(self.now() + timedelta(seconds=seconds))

    def sleep(self, seconds: float) -> None:
        """Return when so many seconds of this clock have passed."""
        until = self.now() + timedelta(seconds=seconds)
        if self.instant:
            self._await_turn(until)
            self._jump_to(until)
        else:
            self.wait(lambda: False, until)

    def employ(self, worker: threading.Thread) -> None:
        """Let a thread, that is about to start, count as one that works."""
        with self._changed:
            self._workers.add(worker)

    def dismiss(self, worker: threading.Thread) -> None:
        """Let a thread count no more."""
        with self._changed:
            self._workers.discard(worker)
            self._rested.notify_all()

    @property
    def workers(self) -> list[threading.Thread]:
        """Those who work."""
        with self._changed:
            return list(self._workers)

    def settle(self, seconds: float) -> bool:
        """Wait, for so many seconds of the world, until whoever works waits; tell whether it is so."""
        with self._changed:
            return self._rested.wait_for(lambda: all(map(self._waits, self._workers)), seconds)

    def wait(self, happened: Callable[[], bool], until: datetime) -> bool:
        """Wait for something that another thread does; the clock never jumps for it.

        Parameters
        ----------
        happened : callable
            Whether it has happened; it is asked after every :meth:`notify`.
        until : datetime
            When to stop waiting.

        Returns
        -------
        bool
            Whether it has happened; False when time was up first.
        """
        me = threading.get_ident()
        try:
            while True:
                self.catch_up()
                with self._changed:
                    if happened():
                        return True
                    left = (until - self.now()).total_seconds()
                    if left <= 0:
                        return False
                    self._looked[me] = self._changes
                    self._rested.notify_all()
                    self._changed.wait(min(left / self._speed, _LONGEST_PAUSE))
        finally:
            self._looked.pop(me, None)

    def notify(self) -> None:
        """Tell waiters to look whether it has happened."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def _waits(self, worker: threading.Thread) -> bool:
        """Tell whether it has looked at the clock since its last change, and found nothing to do."""
        return self._looked.get(worker.ident or 0) == self._changes

    def _await_turn(self, until: datetime) -> None:
        """Let whoever works finish, and whoever wakes earlier go first."""
        me = threading.current_thread()
        with self._changed:
            if me not in self._workers:
                return
            self._sleeping[me] = until
            self._rested.notify_all()
            try:
                self._rested.wait_for(lambda: self.now() >= until or self._is_first(me, until))
            finally:
                del self._sleeping[me]

    def _is_first(self, me: threading.Thread, until: datetime) -> bool:
        others = self._workers - {me}
        return all(each in self._sleeping or self._waits(each) for each in others) and until <= min(
            self._sleeping.values()
        )

    def _jump_to(self, until: datetime) -> None:
        while True:
            with self._changed:
                at = self._due[0][0] if self._due else until
                target = min(at, until)
                if target > self.now():
                    self._base, self._started = target, time.monotonic()
                self.notify()
            self.catch_up()
            if at >= until:
                return

    def _next_due(self) -> Callable[[], None] | None:
        with self._changed:
            if self._due and self._due[0][0] <= self.now():
                return heapq.heappop(self._due)[2]
            return None


CLOCK: Final = Clock()
"""The clock of the sandbox in this process, as moto's state is the process's."""


def now() -> datetime:
    """Return the sandbox's present, in UTC."""
    return CLOCK.now()


def iso(moment: datetime) -> str:
    """Write a moment as Image Builder writes its dates, such as ``2026-11-24T15:04:05.120Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
