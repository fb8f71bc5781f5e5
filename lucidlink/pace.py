"""When to look at what: everything now and then, and often where something has happened lately.

Times are a monotonic clock's, in seconds. A full pass takes a twentieth of the time at most, and
less of the processor: of a small folder that is every two seconds. Every wait is stretched or
shortened by a quarter by chance, so that several machines do not look at the same moment.
"""

from collections.abc import Callable, Container, Iterable
from typing import TypeAlias

Jitter: TypeAlias = Callable[[float, float], float]

PENDING_EVERY = 1.0
HOT_FOR, HOT_EVERY = 600.0, 2.0
WARM_FOR, WARM_EVERY = 86_400.0, 15.0
PASS_EVERY = 2.0
SHARE = 20  # times the last look's duration from its end to the next one's start
SHARE_OF_CPU = 50  # the same for the processor seconds of a full pass
HINTED_AFTER, HINTED_SHARE = 0.5, 4  # after an event: sooner, though a burst has not its way
OFFLINE_EVERY, OFFLINE_AT_MOST = 5.0, 30.0


class Pace:
    def __init__(self, clock: Callable[[], float], jitter: Jitter) -> None:
        self._clock, self._jitter = clock, jitter
        self._changed_at: dict[str, float] = {}
        self._hinted: set[str] = set()
        self._failures = 0
        self._all_at = self._pending_at = self._hinted_at = self._hot_at = self._warm_at = clock()

    def due_in(self, *, pending: bool) -> float:
        """Seconds until something is due; below zero: since."""
        due = [self._all_at]
        if pending:
            due.append(self._pending_at)
        if self._hinted:
            due.append(self._hinted_at)
        if self._changed_at:
            due.append(self._warm_at)
        if self._hot():
            due.append(self._hot_at)
        return min(due) - self._clock()

    @property
    def all_is_due(self) -> bool:
        return self._clock() >= self._all_at

    def take_due(self) -> list[str]:
        """The folders to look at now, when not everything is: hinted at, hot and warm."""
        now, due = self._clock(), set[str]()
        if now >= self._hinted_at:
            due, self._hinted = self._hinted, set()
        if now >= self._hot_at:
            due |= set(self._hot())
            self._hot_at = self._in(HOT_EVERY)
        if now >= self._warm_at:
            due |= set(self._changed_at)
            self._warm_at = self._in(WARM_EVERY)
        return sorted(due)

    def take_all(self) -> None:
        """Before a full pass: what is hinted at while it runs needs another look."""
        self._hinted = set()

    def hint(self, directory: str) -> None:
        """May be called in any thread; one that is lost costs nothing but time."""
        self._hinted.add(directory)

    # --- What was seen ------------------------------------------------------------------------

    def changed(self, directories: Iterable[str], known: Container[str]) -> None:
        """A folder that is new makes the one above it hot too: the next version's is beside it."""
        now = self._clock()
        for directory in directories:
            self._changed_at[directory] = now
            if directory and directory not in known:
                self._changed_at[directory.rpartition("/")[0]] = now

    def ended_all(self, seconds: float, cpu: float) -> None:
        self._ended()
        now = self._clock()
        self._changed_at = {d: at for d, at in self._changed_at.items() if now - at < WARM_FOR}
        self._all_at = self._in(max(PASS_EVERY, SHARE * seconds, SHARE_OF_CPU * cpu))
        self._hot_at = self._in(HOT_EVERY)
        self._warm_at = self._in(WARM_EVERY)
        self._hinted_at = now + HINTED_AFTER

    def ended_some(self, seconds: float) -> None:
        self._ended()
        now = self._clock()
        self._hot_at = max(self._hot_at, now + SHARE * seconds)
        self._warm_at = max(self._warm_at, now + SHARE * seconds)
        self._hinted_at = now + max(HINTED_AFTER, HINTED_SHARE * seconds)

    def ended_pending(self, seconds: float) -> None:
        self._ended()
        self._pending_at = self._clock() + max(PENDING_EVERY, seconds)

    def failed(self) -> None:
        """Offline, or something went wrong: each time in a row the wait is twice as long."""
        wait = min(OFFLINE_EVERY * 2**self._failures, OFFLINE_AT_MOST)
        self._failures = min(self._failures + 1, 10)
        self._all_at = self._in(wait)
        self._pending_at = self._hinted_at = self._hot_at = self._warm_at = self._all_at

    def _ended(self) -> None:
        self._failures = 0

    def _in(self, seconds: float) -> float:
        return self._clock() + self._jitter(0.75, 1.25) * seconds

    def _hot(self) -> list[str]:
        now = self._clock()
        return [d for d, at in self._changed_at.items() if now - at < HOT_FOR]
