"""When to look at a folder again, and the looking itself, in a thread that may hang.

The scan is the truth; events only hasten it. A full pass takes at most a twentieth of the time;
files that wait to be finished are looked at each second in between. Times are a monotonic clock's,
in seconds.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from lucidlink.filter import Filter
from lucidlink.hints import Hints
from lucidlink.mount import MountState, look_at, no_answer
from lucidlink.scanner import Found, Pass, look_again, scan
from lucidlink.threads import Start, in_thread

PASS_EVERY = 2.0
PASS_SHARE = 20  # times the last pass's duration from its end to the next one's start
HINTED_AFTER = 0.5
HINTED_SHARE = 4  # the same after an event, so that a burst of them does not mean scanning always
PENDING_EVERY = 1.0
OFFLINE_EVERY = 5.0
PATIENCE = 30.0  # without any sign of life the mount counts as hung; one slow answer is no hang
MANY = 8  # threads for a mount that makes us wait


class Stoppable(Protocol):
    def stop(self) -> None: ...


MakeHints: TypeAlias = Callable[[Path, Filter, Callable[[], None]], Stoppable]


@dataclass(frozen=True)
class Look:
    """What one look saw. `full`: the pass, when one was due. `again`: those of the pending files
    that could be read, not earlier than `again_at`. Both are empty when the mount was not online
    before and after. `seconds`: how long the pass took."""

    mount: MountState
    ended: float
    full: Pass | None = None
    seconds: float = 0.0
    again: list[Found] = field(default_factory=list)
    again_at: float = 0.0


class Closed(Exception):
    """The watcher was closed while its thread was looking."""


class Watcher:
    """Looks at one folder, one look at a time, and never makes the caller wait.

    `wake` is called from other threads when `poll` may have something new.
    """

    def __init__(
        self,
        root: Path,
        wanted: Filter,
        *,
        wake: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        start: Start = in_thread,
        hints: MakeHints = Hints,
    ) -> None:
        self.root, self.wanted = root, wanted
        self._wake, self._clock, self._start, self._make_hints = wake, clock, start, hints
        self._hints: Stoppable | None = None
        self._closed = False
        self._asked = False
        self._answer: Look | Exception | None = None
        self._sign_of_life = 0.0
        self._silent = False
        self._threads = MANY
        self._pass_at = self._hinted_at = self._pending_at = clock()
        self._hinted = threading.Event()

    def poll(self, pending: Sequence[Found], *, had_files: bool) -> Look | None:
        """What a look has seen, if one has ended; and starts one if one is due.

        Raises what went wrong in the look, OSErrors apart: those are part of what it saw.
        """
        if not self._asked and self.due_in(pending=bool(pending)) <= 0:
            self._ask(list(pending), had_files=had_files)
        if self._answer is not None:
            return self._answered(self._answer)
        if self._asked and not self._silent and self._clock() - self._sign_of_life > PATIENCE:
            self._silent = True
            self._drop_hints()
            return Look(no_answer(PATIENCE), self._clock())
        return None

    def due_in(self, *, pending: bool) -> float:
        """Seconds until `poll` should be called again, if nothing wakes us before."""
        now = self._clock()
        if self._asked:
            return PENDING_EVERY
        due = self._hinted_at if self._hinted.is_set() else self._pass_at
        return (min(due, self._pending_at) if pending else due) - now

    def close(self) -> None:
        """Let go of it; a look under way ends at its next step, and nobody waits for it."""
        self._closed = True
        self._drop_hints()

    # --- The look, in its own thread ----------------------------------------------------------

    def _ask(self, pending: list[Found], *, had_files: bool) -> None:
        self._asked = True
        self._sign_of_life = self._clock()
        due = self._hinted_at if self._hinted.is_set() else self._pass_at
        full = self._clock() >= due
        if full:
            self._hinted.clear()  # before the pass: what happens during it may need another

        def run() -> None:
            try:
                self._answer = self._look(pending, full=full, had_files=had_files)
            except Closed:
                return
            except Exception as error:  # noqa: BLE001  raised again by poll
                self._answer = error
            self._wake()

        self._start(run)

    def _look(self, pending: list[Found], *, full: bool, had_files: bool) -> Look:
        mount = look_at(self.root, had_files=had_files)
        if not mount.online:
            return Look(mount, self._clock())
        seen, seconds = self._pass() if full else (None, 0.0)
        again_at = self._clock()
        again = look_again(self.root, pending, threads=self._threads, beat=self._beat)
        mount = look_at(self.root, had_files=had_files or bool(seen and seen.files))
        if not mount.online:
            return Look(mount, self._clock())
        return Look(mount, self._clock(), seen, seconds, again, again_at)

    def _pass(self) -> tuple[Pass, float]:
        began, cpu = self._clock(), time.process_time()
        seen = scan(self.root, self.wanted, threads=self._threads, beat=self._beat)
        seconds = self._clock() - began
        # Threads only pay where we wait for the mount; on a local disk they stand in each other's
        # way and cost twice the processor.
        self._threads = MANY if time.process_time() - cpu < seconds / 2 else 1
        return seen, seconds

    def _beat(self) -> None:
        self._sign_of_life = self._clock()
        if self._closed:
            raise Closed

    # --- What follows from it -----------------------------------------------------------------

    def _answered(self, answer: Look | Exception) -> Look:
        self._answer = None
        self._asked = self._silent = False
        now = self._clock()
        if not isinstance(answer, Look) or not answer.mount.online:
            self._pass_at = self._hinted_at = self._pending_at = now + OFFLINE_EVERY
            self._drop_hints()
        else:
            self._pace(answer, now)
            if self._hints is None:
                self._hints = self._make_hints(self.root, self.wanted, self._hint)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _pace(self, look: Look, now: float) -> None:
        self._pending_at = now + max(PENDING_EVERY, look.ended - look.again_at)
        if look.full is not None:
            self._pass_at = now + max(PASS_EVERY, PASS_SHARE * look.seconds)
            self._hinted_at = now + max(HINTED_AFTER, HINTED_SHARE * look.seconds)

    def _hint(self) -> None:
        self._hinted.set()
        self._wake()

    def _drop_hints(self) -> None:
        """New ones are made when the mount answers again: the old would stay deaf for ever."""
        if self._hints is not None:
            self._hints.stop()
            self._hints = None
