"""Is the file whole? Told by its size and date standing still."""

from dataclasses import dataclass
from enum import Enum


class Settled(Enum):
    READY = "ready"
    GROWING = "growing"
    EMPTY = "empty"


@dataclass(frozen=True)
class Verdict:
    """`reason` does not change from look to look while nothing else does: it is stored."""

    settled: Settled
    reason: str = ""


@dataclass
class _Watched:
    size: int
    mtime_ns: int
    since: float
    changed: bool = False


class Settle:
    """A file is finished when (size, mtime) were the same in at least two observations that lie
    `quiet` seconds or more apart. `now` is a monotonic clock's; the date is only ever compared with
    itself, so no clock of another machine matters. LucidLink makes a file empty first, so an empty
    one waits however long it stays so."""

    def __init__(self, quiet: float) -> None:
        self.quiet = quiet
        self._watched: dict[str, _Watched] = {}

    def observe(self, key: str, size: int, mtime_ns: int, now: float) -> Verdict:
        before = self._watched.get(key)
        if before is None or (before.size, before.mtime_ns) != (size, mtime_ns):
            self._watched[key] = _Watched(size, mtime_ns, now, changed=before is not None)
            return self._waits(self._watched[key])
        if size > 0 and now - before.since >= self.quiet:
            return Verdict(Settled.READY)
        return self._waits(before)

    def forget(self, key: str) -> None:
        self._watched.pop(key, None)

    def _waits(self, file: _Watched) -> Verdict:
        if file.size == 0:
            return Verdict(Settled.EMPTY, "It is empty so far: waiting for its content.")
        if file.changed:
            return Verdict(Settled.GROWING, "It is still being written.")
        return Verdict(Settled.GROWING, f"Waiting until it has not changed for {self.quiet:g} s.")
