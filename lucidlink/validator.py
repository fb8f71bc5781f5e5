"""Is the file whole? Told by its size and date standing still, and by what its content says."""

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from lucidlink.containers.judgement import Judgement, Whole
from lucidlink.inspector import Inspector
from lucidlink.listing import Found
from lucidlink.words import gettext as _

LONG_QUIET = 30.0  # seconds at least, where the content does not tell
EARLY = 2.0  # seconds before the quiet time is over: the answer is then there in time
AGAIN_FIRST, AGAIN_AT_MOST = 5.0, 300.0  # seconds between two looks into one that is held
AGAIN_UPLOADING = 20.0  # at most, where only LucidLink's client is asked


class Settled(Enum):
    READY = "ready"
    GROWING = "growing"
    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    UPLOADING = "uploading"


@dataclass(frozen=True)
class Verdict:
    """`reason` does not change from look to look while nothing else does: it is stored."""

    settled: Settled
    reason: str = ""


HELD = {
    Whole.INCOMPLETE: Settled.INCOMPLETE,
    Whole.UNREADABLE: Settled.UNREADABLE,
    Whole.UPLOADING: Settled.UPLOADING,
}


@dataclass(slots=True)
class Watched:
    """`since`: when this content was first seen; `looks`: how often; `changed`: there was another
    before it."""

    size: int
    mtime_ns: int
    since: float
    looks: int = 1
    changed: bool = False


class Settle:
    """A file is finished when (size, mtime) were the same in at least two observations that lie
    `quiet` seconds or more apart. `now` is a monotonic clock's; the date is only ever compared with
    itself, so no clock of another machine matters. LucidLink makes a file empty first, so an empty
    one waits however long it stays so."""

    def __init__(self, quiet: float) -> None:
        self.quiet = quiet
        self._watched: dict[str, Watched] = {}

    @property
    def quiet(self) -> float:
        return self._quiet

    @quiet.setter
    def quiet(self, seconds: float) -> None:
        """What is said is worded here, once: tens of thousands may wait, and each is seen often."""
        self._quiet = seconds
        self._is_empty = Verdict(Settled.EMPTY, _("It is empty so far: waiting for its content."))
        self._is_written = Verdict(Settled.GROWING, _("It is still being written."))
        self._has_to_rest = Verdict(Settled.GROWING, _rest(seconds))

    def observe(self, key: str, size: int, mtime_ns: int, now: float) -> Verdict:
        before = self._watched.get(key)
        if before is None or (before.size, before.mtime_ns) != (size, mtime_ns):
            self._watched[key] = Watched(size, mtime_ns, now, changed=before is not None)
            return self._waits(self._watched[key])
        before.looks += 1
        if size > 0 and now - before.since >= self.quiet:
            return Verdict(Settled.READY)
        return self._waits(before)

    def watched(self, key: str) -> Watched:
        return self._watched[key]

    def changed(self, key: str, now: float) -> Verdict:
        """Its content did, though neither size nor date tell: the quiet time begins again."""
        file = self._watched[key]
        file.since, file.changed = now, True
        return self._waits(file)

    def forget(self, key: str) -> None:
        self._watched.pop(key, None)

    def _waits(self, file: Watched) -> Verdict:
        if file.size == 0:
            return self._is_empty
        return self._is_written if file.changed else self._has_to_rest


@dataclass
class _Held:
    """`again_at`: when it is looked into again, and `pause` seconds later once more."""

    verdict: Verdict
    again_at: float
    pause: float = AGAIN_FIRST

    def put_off(self, now: float) -> None:
        uploading = self.verdict.settled is Settled.UPLOADING
        self.pause = min(2 * self.pause, AGAIN_UPLOADING if uploading else AGAIN_AT_MOST)
        self.again_at = now + self.pause


class Finished:
    """What a watcher asks of each file that waits; it never waits for the mount itself.

    READY is a file that is quiet and, by its content, complete; or quiet for `long_quiet`, where
    its kind does not tell. INCOMPLETE and UNREADABLE last until the content says otherwise, and
    UPLOADING until LucidLink's client does: it is looked into when size or date have changed, and
    now and then when they have not, since a mount may show both before the content has arrived.
    """

    def __init__(self, root: Path, inspector: Inspector, quiet: float = 0) -> None:
        self._root, self._inspector = root, inspector
        self._settle = Settle(quiet)
        self._long_rest = _rest(self.long_quiet)
        self._held: dict[str, _Held] = {}
        self._looking = Verdict(Settled.GROWING, _("Looking whether all of its content is there."))

    @property
    def quiet(self) -> float:
        return self._settle.quiet

    @quiet.setter
    def quiet(self, seconds: float) -> None:
        self._settle.quiet = seconds
        self._long_rest = _rest(self.long_quiet)

    @property
    def long_quiet(self) -> float:
        return max(LONG_QUIET, 3 * self.quiet)

    def observe(self, file: Found, now: float) -> Verdict:
        """`now`: a monotonic clock's, not later than when `file` was seen."""
        verdict = self._settle.observe(file.key, file.size, file.mtime_ns, now)
        watched = self._settle.watched(file.key)
        if watched.looks == 1:
            self._look_anew(file.key)
        elif verdict.settled is Settled.READY:
            return self._concluded(file, now, now - watched.since)
        elif file.size > 0 and now - watched.since >= self.quiet - EARLY:
            self._judgement(file)  # only asked for: the quiet time is not over
        return verdict

    def forget(self, key: str) -> None:
        self._settle.forget(key)
        self._look_anew(key)

    def _look_anew(self, key: str) -> None:
        self._inspector.forget(key)
        self._held.pop(key, None)

    def _judgement(self, file: Found) -> Judgement | None:
        return self._inspector.judgement(file.key, self._root / os.fsdecode(file.raw), file.size)

    def _concluded(self, file: Found, now: float, still: float) -> Verdict:
        held = self._held.get(file.key)
        if held is not None and now >= held.again_at:
            self._inspector.forget(file.key)
            held.put_off(now)
        judgement = self._judgement(file)
        if judgement is None:
            return held.verdict if held else self._looking
        if judgement.whole in HELD:
            return self._hold(file.key, judgement, now)
        if held is not None and held.verdict.settled is Settled.INCOMPLETE:
            self._look_anew(file.key)
            return self._settle.changed(file.key, now)
        if judgement.whole is Whole.UNKNOWN and still < self.long_quiet:
            return self._not_told(judgement)
        return Verdict(Settled.READY)

    def _hold(self, key: str, judgement: Judgement, now: float) -> Verdict:
        verdict = Verdict(HELD[judgement.whole], judgement.reason)
        held = self._held.setdefault(key, _Held(verdict, now + AGAIN_FIRST))
        held.verdict = verdict
        return verdict

    def _not_told(self, judgement: Judgement) -> Verdict:
        return Verdict(Settled.GROWING, f"{judgement.reason} {self._long_rest}")


def _rest(seconds: float) -> str:
    return _("Waiting until it has not changed for %(seconds)g s.") % {"seconds": seconds}
