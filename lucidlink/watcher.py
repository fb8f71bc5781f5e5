"""The looking at one folder, in a thread that may hang: `lucidlink.pace` says when, and at what.

The scan is the truth; events only hasten it.
"""

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeAlias

from lucidlink.filter import Filter
from lucidlink.hints import Hints
from lucidlink.listing import Found, key_of
from lucidlink.mount import (
    ANYWHERE,
    FindCarrier,
    MountState,
    Place,
    carrier_of,
    look_at,
    no_answer,
)
from lucidlink.pace import PENDING_EVERY, Jitter, Pace
from lucidlink.scanner import Digests, Pass, look_again, scan
from lucidlink.threads import Start, in_thread

PATIENCE = 30.0  # without any sign of life the mount counts as hung; one slow answer is no hang
MANY = 8  # threads for a mount that makes us wait


class Stoppable(Protocol):
    def stop(self) -> None: ...


MakeHints: TypeAlias = Callable[[Path, Filter, Callable[[str], None]], Stoppable]


@dataclass(frozen=True)
class Look:
    """What one look saw. `full`: the pass, when one was due. `part`: a pass over the folders where
    something has happened lately, which says nothing about what is absent. `again`: those of the
    pending files that could be read, not earlier than `again_at`. All are empty when the mount was
    not online before and after. `seconds` (and `cpu`): how long the pass took."""

    mount: MountState
    ended: float
    full: Pass | None = None
    part: Pass | None = None
    seconds: float = 0.0
    cpu: float = 0.0
    again: list[Found] = field(default_factory=list)
    again_at: float = 0.0


class Closed(Exception):
    """The watcher was closed while its thread was looking."""


@dataclass(frozen=True)
class _Question:
    """What one look is asked. `only`: these folders; None: everything; empty: no pass at all.
    `digests`: those of the last full pass, at the time of asking."""

    pending: list[Found]
    had_files: bool
    only: list[str] | None
    before: Digests
    digests: Digests


class Watcher:
    """Looks at one folder, one look at a time, and never makes the caller wait.

    `wake` is called from other threads when `poll` may have something new. What has not changed
    since the last look is not handed over again, until the caller says `forget`.
    """

    def __init__(
        self,
        root: Path,
        wanted: Filter,
        *,
        wake: Callable[[], None],
        place: Place = ANYWHERE,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
        start: Start = in_thread,
        hints: MakeHints = Hints,
        find_carrier: FindCarrier = carrier_of,
        jitter: Jitter = random.uniform,
    ) -> None:
        self.root, self.wanted = root, wanted
        self._wake, self._clock, self._cpu = wake, clock, cpu
        self._start, self._make_hints = start, hints
        self._place, self._find_carrier = place, find_carrier
        self._pace = Pace(clock, jitter)
        self._hints: Stoppable | None = None
        self._closed = False
        self._asked: _Question | None = None
        self._answer: Look | Exception | None = None
        self._sign_of_life = 0.0
        self._silent = False
        self._threads = MANY
        self.forget()

    def forget(self) -> None:
        """The next full look hands over everything there is."""
        self._digests: Digests = {}
        self._recent: Digests = {}  # of folders looked at since the last full pass

    def forget_folders(self, keys: Collection[str]) -> None:
        """The next full look hands these over, changed or not. Unlike with `forget`, the others
        are looked at as often as before until then."""
        self._digests = _to_be_told(self._digests, keys)
        self._recent = _to_be_told(self._recent, keys)

    def poll(self, pending: Collection[Found], *, had_files: bool) -> Look | None:
        """What a look has seen, if one has ended; and starts one if one is due.

        Raises what went wrong in the look, OSErrors apart: those are part of what it saw.
        """
        if self._asked is None and self.due_in(pending=bool(pending)) <= 0:
            self._ask(list(pending), had_files=had_files)
        if self._asked is not None and self._answer is not None:
            return self._answered(self._asked, self._answer)
        if self._asked and not self._silent and self._clock() - self._sign_of_life > PATIENCE:
            self._silent = True
            self._drop_hints()
            return Look(no_answer(PATIENCE), self._clock())
        return None

    def due_in(self, *, pending: bool) -> float:
        """Seconds until `poll` should be called again, if nothing wakes us before."""
        return PENDING_EVERY if self._asked else self._pace.due_in(pending=pending)

    def close(self) -> None:
        """Let go of it; a look under way ends at its next step, and nobody waits for it."""
        self._closed = True
        self._drop_hints()

    # --- The look, in its own thread ----------------------------------------------------------

    def _ask(self, pending: list[Found], *, had_files: bool) -> None:
        self._sign_of_life = self._clock()
        only, before = self._due()
        self._asked = question = _Question(pending, had_files, only, before, self._digests)

        def run() -> None:
            try:
                self._answer = self._look(question)
            except Closed:
                return
            except Exception as error:  # noqa: BLE001  raised again by poll
                self._answer = error
            self._wake()

        self._start(run)

    def _due(self) -> tuple[list[str] | None, Digests]:
        if self._pace.all_is_due:
            self._pace.take_all()
            return None, self._digests
        due = self._pace.take_due()
        if not self._digests:  # forgotten: until the next full pass there is nothing to go by
            return [], self._digests
        return self._known(due), {**self._digests, **self._recent}

    def _known(self, directories: list[str]) -> list[str]:
        """Events may tell of folders that are new or ignored: the nearest one that we know."""
        known = set[str]()
        for directory in directories:
            while directory and directory not in self._digests and directory not in self._recent:
                directory = directory.rpartition("/")[0]
            known.add(directory)
        return sorted(known)

    def _look(self, question: _Question) -> Look:
        mount = self._mount(had_files=question.had_files)
        if not mount.online:
            return Look(mount, self._clock())
        began, cpu = self._clock(), self._cpu()
        seen = self._pass(question)
        seconds, cpu = self._clock() - began, self._cpu() - cpu
        again_at = self._clock()
        again = look_again(self.root, question.pending, threads=self._threads, beat=self._beat)
        had_files = question.had_files or bool(seen and seen.count)
        mount = self._mount(had_files=had_files)
        if not mount.online:
            return Look(mount, self._clock())
        full, part = (seen, None) if question.only is None else (None, seen)
        return Look(mount, self._clock(), full, part, seconds, cpu, again, again_at)

    def _mount(self, *, had_files: bool) -> MountState:
        return look_at(self.root, self._place, had_files=had_files, find_carrier=self._find_carrier)

    def _pass(self, question: _Question) -> Pass | None:
        if question.only == []:
            return None
        return scan(
            self.root,
            self.wanted,
            before=question.before,
            only=question.only,
            threads=self._threads,
            beat=self._beat,
        )

    def _beat(self) -> None:
        self._sign_of_life = self._clock()
        if self._closed:
            raise Closed

    # --- What follows from it -----------------------------------------------------------------

    def _answered(self, question: _Question, answer: Look | Exception) -> Look:
        self._asked = self._answer = None
        self._silent = False
        if isinstance(answer, Exception):
            self._pace.failed()
            self._drop_hints()
            raise answer
        if answer.mount.online:
            self._take(answer, question)
        else:
            self._pace.failed()
            self._drop_hints()
        return answer

    def _take(self, look: Look, question: _Question) -> None:
        self._remember(look.mount)
        if look.full is not None:
            self._take_full(look, look.full, question)
        elif look.part is not None:
            self._take_part(look, look.part, question)
        self._pace.ended_pending(look.ended - look.again_at)
        if self._hints is None:
            self._hints = self._make_hints(self.root, self.wanted, self._hint)

    def _take_full(self, look: Look, full: Pass, question: _Question) -> None:
        # Threads only pay where we wait for the mount; on a local disk they stand in each other's
        # way and cost twice the processor.
        self._threads = MANY if look.cpu < look.seconds / 2 else 1
        if question.before:
            self._pace.changed((one.directory for one in full.changed), question.before)
        if question.digests is self._digests:  # and was not forgotten meanwhile
            # What an incomplete pass saw go is told again by the first one that is complete.
            old = {} if full.complete else question.before
            self._digests, self._recent = {**full.digests, **old}, {}
        self._pace.ended_all(look.seconds, look.cpu)

    def _take_part(self, look: Look, part: Pass, question: _Question) -> None:
        self._pace.changed((one.directory for one in part.changed), question.before)
        if question.digests is self._digests:
            self._recent = {**self._recent, **part.digests}
        self._pace.ended_some(look.seconds)

    def _remember(self, mount: MountState) -> None:
        """A mount that was there once is missed from then on, even where nobody has said which."""
        if self._place.carrier is None and mount.carrier and not mount.carrier.is_own_disk:
            self._place = replace(self._place, carrier=mount.carrier)

    def _hint(self, directory: str) -> None:
        self._pace.hint(directory)
        self._wake()

    def _drop_hints(self) -> None:
        """New ones are made when the mount answers again: the old would stay deaf for ever."""
        if self._hints is not None:
            self._hints.stop()
            self._hints = None


def _to_be_told(digests: Digests, keys: Collection[str]) -> Digests:
    return {path: None if key_of(path) in keys else digest for path, digest in digests.items()}
