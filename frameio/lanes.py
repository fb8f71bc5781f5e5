"""How many parts a machine has in flight, and how fast they go, all its processes together.

A part in flight holds a lane: a locked file, which the kernel lets go when its process dies. How
many lanes are open stands on a board, a file mapped into the memory of all of them: 8, and more
while the line gets faster by it, fewer when parts fail. The number in flight decides the speed over
a wide-area line, hardly anything else does.
"""

import mmap
import os
import random
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Protocol

if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int, *, wait: bool) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(fd: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


FIRST = 8
MOST = 32
STEP = 4
POLL = 0.05  # seconds
LOOK_EVERY = 5.0  # seconds
ASK_EVERY = 1.0  # seconds: how soon another limit is felt
LATE = 0.1  # seconds: how late a sleeper may wake up
STAY = 60.0  # seconds until more lanes are tried again
FASTER = 1.05  # less is noise

Wait = Callable[[threading.Event, float], bool]


def no_limit() -> None: ...


class Stopped(Exception):
    """Another part failed, or the caller wants no more: this part ends without a word."""


class Lane(Protocol):
    def passes(self, count: int) -> None:
        """So many bytes are about to go; comes back when they may."""


class Lanes(Protocol):
    """`lane` waits for a free one, and raises `Stopped` when told to stop meanwhile."""

    @property
    def most(self) -> int: ...
    def lane(self, stop: threading.Event) -> AbstractContextManager[Lane]: ...
    def trouble(self) -> None: ...


class _Open:
    def passes(self, count: int) -> None:
        """As fast as it can."""


@dataclass(frozen=True)
class OwnLanes:
    """For an upload that has the machine for itself: as many as it has threads."""

    most: int = FIRST

    def lane(self, stop: threading.Event) -> AbstractContextManager[Lane]:  # noqa: ARG002  # any
        return nullcontext(_Open())

    def trouble(self) -> None:
        """There is nothing to close."""


@dataclass
class SharedLanes:
    """The lanes of a machine. All its processes name the same local `directory`.

    `bytes_per_second` is for all of them together, and asked again and again: None, no limit.
    """

    directory: Path
    bytes_per_second: Callable[[], int | None] = no_limit
    first: int = FIRST
    most: int = MOST
    wait: Wait = threading.Event.wait
    clock: Callable[[], float] = time.monotonic
    _door: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.most = min(self.most, MOST)
        self.first = min(self.first, self.most)
        self._board = Board(self.directory, self.first, self.clock())

    @contextmanager
    def lane(self, stop: threading.Event) -> Iterator[Lane]:
        with self._door:  # one thread of a process asks, the others wait behind it
            number, fd = self._free_lane(stop)
        try:
            yield _SharedLane(self, number, stop)
        finally:
            os.close(fd)

    def trouble(self) -> None:
        """A part failed: perhaps too many are in each other's way."""
        with self._board.changing() as state:
            state.open = max(self.first, state.open - STEP)
            state.best = 0.0
            state.stay_until = self.clock() + STAY

    @property
    def open(self) -> int:
        return min(self._board.read().open, self.most)

    def _free_lane(self, stop: threading.Event) -> tuple[int, int]:
        while not stop.is_set():
            numbers = list(range(self.open))
            random.shuffle(numbers)
            for number in numbers:
                fd = self._take(number)
                if fd is not None:
                    return number, fd
            self.wait(stop, POLL)
        raise Stopped

    def _take(self, number: int) -> int | None:
        fd = os.open(self.directory / f"lane-{number:02}", os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(fd, wait=False):
            return fd
        os.close(fd)
        return None

    def _all_busy(self) -> bool:
        for number in range(self.open):
            fd = self._take(number)
            if fd is not None:
                os.close(fd)
                return False
        return True

    def _passed(self, number: int, count: int, stop: threading.Event) -> None:
        late = 0.0
        while (limit := self.bytes_per_second()) is not None:
            pause = self._board.reserve(count / limit, self.clock(), late)
            if not pause:
                break
            if self.wait(stop, min(pause, ASK_EVERY)):
                raise Stopped
            late = LATE
        self._board.count(number, count)
        if self.clock() >= self._board.read().look_at:
            self._look()

    def _look(self) -> None:
        """Open more lanes while that makes the line faster; else close those again and stay."""
        now, busy = self.clock(), self._all_busy()
        with self._board.changing() as state:
            if now < state.look_at:
                return  # another process has just looked
            since, total = now - state.look_at + LOOK_EVERY, self._board.total()
            rate = (total - state.total) / since
            state.total, state.look_at = total, now + LOOK_EVERY
            if not busy or since > 2 * LOOK_EVERY or now < state.stay_until:
                return  # a lane is free, or was for long: the rate tells nothing
            if rate > state.best * FASTER:
                state.best = rate
                state.open = min(self.most, state.open + STEP)
            else:
                state.best = 0.0
                state.open = max(self.first, state.open - STEP)
                state.stay_until = now + STAY


@dataclass(frozen=True)
class _SharedLane:
    lanes: SharedLanes
    number: int
    stop: threading.Event

    def passes(self, count: int) -> None:
        self.lanes._passed(self.number, count, self.stop)


@dataclass
class BoardState:
    """`open`: lanes, `first` of them always; `best`: bytes a second, with `total` bytes at the last
    look; times are the machine's own, `free_at` that of the line under a bandwidth limit.
    """

    first: int
    open: int
    best: float
    total: int
    look_at: float
    stay_until: float
    free_at: float


class Board:
    """Numbers shared by the processes of a machine. Each lane's counter is written by its holder
    alone, the rest under a lock. What another setting or a boot before wrote is begun anew.
    """

    _STATE = struct.Struct("=qqdqddd")
    _COUNTER = struct.Struct("=q")
    _SIZE = _STATE.size + MOST * _COUNTER.size

    def __init__(self, directory: Path, first: int, now: float) -> None:
        self._lock_path = directory / "board.lock"
        with self._locked():
            self._memory = self._mapped(directory / "board")
            state = self.read()
            if state.first != first or state.look_at > now + LOOK_EVERY:
                self._write(BoardState(first, first, 0.0, self.total(), now + LOOK_EVERY, 0.0, 0.0))

    def _mapped(self, path: Path) -> mmap.mmap:
        if not path.exists() or path.stat().st_size != self._SIZE:
            new = path.with_suffix(".new")  # never shorten what another process has mapped
            new.write_bytes(bytes(self._SIZE))
            new.replace(path)
        with path.open("r+b") as file:
            return mmap.mmap(file.fileno(), self._SIZE)

    def read(self) -> BoardState:
        return BoardState(*self._STATE.unpack_from(self._memory, 0))

    @contextmanager
    def changing(self) -> Iterator[BoardState]:
        with self._locked():
            state = self.read()
            yield state
            self._write(state)

    def count(self, lane: int, count: int) -> None:
        at = self._STATE.size + lane * self._COUNTER.size
        (before,) = self._COUNTER.unpack_from(self._memory, at)
        self._COUNTER.pack_into(self._memory, at, before + count)

    def total(self) -> int:
        counters = self._memory[self._STATE.size :]
        return sum(count for (count,) in self._COUNTER.iter_unpack(counters))

    def reserve(self, seconds: float, now: float, late: float = 0.0) -> float:
        """The line for so long; 0 when it is ours, else how long it is still another's.

        Who waited for it and woke up a little `late` has not lost that time.
        """
        with self.changing() as state:
            wait = max(0.0, state.free_at - now)
            if not wait:
                state.free_at = max(state.free_at, now - late) + seconds
        return wait

    def _write(self, state: BoardState) -> None:
        self._STATE.pack_into(self._memory, 0, *astuple(state))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fd = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(fd, wait=True)
            yield
        finally:
            os.close(fd)
