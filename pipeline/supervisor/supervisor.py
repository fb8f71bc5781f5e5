"""Starts the children, starts again those that die, and ends them all when asked."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO

from pipeline.supervisor import tree
from pipeline.supervisor.guard import Guard
from pipeline.supervisor.lines import Lines

TICK = 0.1  # seconds
DELAYS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before it is started again
STEADY = 60.0  # who lived so long died of something new
GRACE = 30.0
AT_ONCE = 5.0  # seconds that a child has to end its own children, when we are asked twice
OURSELVES = "postflow"
SIGNALS = [s for s in signal.Signals if s.name in {"SIGINT", "SIGTERM", "SIGHUP"}]


@dataclass(frozen=True)
class Child:
    """`environment` comes on top of ours."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Seat:
    """A child's place, whether or not it is there just now."""

    child: Child
    process: subprocess.Popen[str] | None = None
    relay: threading.Thread | None = None
    began: float = 0.0
    quick_ends: int = 0
    again_at: float = 0.0


class Supervisor:
    """As a context: leaving it ends the children.

    A child is asked to end by SIGTERM to its first process alone. Sent to the whole group, as a
    terminal or systemd would, it ends a cluster's uploads in their midst (django-q2).
    """

    def __init__(
        self,
        lines: Lines,
        *,
        folder: Path,
        grace: float = GRACE,
        keep_open: tuple[int, ...] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`keep_open`: descriptors that stay open as long as a child may be there."""
        self._lines = lines
        self._folder = folder
        self._grace = grace
        self._clock = clock
        self._sleep = sleep
        self._guard = Guard(keep_open)
        self._seats: list[Seat] = []
        self._asked = 0  # how often to stop; the second time we do not wait

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pids(self) -> dict[str, int]:
        """Of the children that are there."""
        return {s.child.name: s.process.pid for s in self._seats if s.process}

    @property
    def is_stopping(self) -> bool:
        return self._asked > 0

    def heed_signals(self) -> None:
        """Ctrl+C, SIGTERM and a closed terminal end `run`; once more ends `stop` as well."""
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves SIGHUP
                signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # A plain number: an Event's own lock may be held by the very code we have interrupted.
        self._asked += 1

    def add(self, child: Child) -> None:
        seat = Seat(child)
        self._seats.append(seat)
        self._start(seat)

    def run(self, until: Callable[[], bool], *, limit: float = float("inf")) -> bool:
        """Look after the children until that is true; False when stopped, or `limit` s are over."""
        end = self._clock() + limit
        while not self._asked and self._clock() < end:
            if until():
                return True
            self.tick()
            self._sleep(TICK)
        return False

    def tick(self) -> None:
        self._guard.look()
        for seat in self._seats:
            if seat.process is None and self._clock() >= seat.again_at:
                self._start(seat)
            elif seat.process is not None and seat.process.poll() is not None:
                self._ended(seat, seat.process)

    def drop(self, name: str) -> None:
        """End that child; it is not started again."""
        seat = next(seat for seat in self._seats if seat.child.name == name)
        self._seats.remove(seat)
        if seat.process:
            self._clear(seat, seat.process)

    def replace(self, name: str, why: str) -> None:
        """Kill that child with all it has started; it is started again as one that has died."""
        for seat in self._seats:
            if seat.child.name == name and seat.process:
                self._say(f"{name} {why}")
                tree.kill(seat.process.pid)

    def stop(self) -> None:
        """
        1. SIGTERM to each child's first process.
        2. Wait until they have ended, for the time of grace at most.
        3. When we are asked a second time, so are they: a cluster then ends its workers at once.
        4. Kill whatever is left of them.
        """
        living = [seat.process for seat in self._seats if seat.process]
        self._ask_to_end(living, self._grace, often=2)
        if self._asked >= 2:
            self._ask_to_end(living, min(AT_ONCE, self._grace), often=3)
        for seat in self._seats:
            if seat.process:
                self._kill(seat, seat.process)
        self._guard.close()

    def _ask_to_end(
        self, processes: list[subprocess.Popen[str]], within: float, *, often: int
    ) -> None:
        """Wait for it so long, or until we have been asked that often to stop."""
        for process in processes:
            process.terminate()
        end = self._clock() + within
        while self._any_alive(processes) and self._asked < often and self._clock() < end:
            self._sleep(TICK)

    def _any_alive(self, processes: list[subprocess.Popen[str]]) -> bool:
        return any(process.poll() is None for process in processes)

    def _kill(self, seat: Seat, process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            self._say(f"{seat.child.name} does not end by itself and is killed")
        self._clear(seat, process)

    def _clear(self, seat: Seat, process: subprocess.Popen[str]) -> None:
        """End what it left behind, which would work on without it, and hear its last words."""
        tree.kill(process.pid)
        process.wait()
        self._guard.release(process.pid)
        if seat.relay:
            seat.relay.join(timeout=1)
        seat.process = seat.relay = None

    def _start(self, seat: Seat) -> None:
        seat.began = self._clock()
        try:
            process = self._open(seat.child)
        except OSError as error:
            self._try_later(seat, f"cannot be started ({error.strerror})")
            return
        seat.process = process
        self._guard.watch(process.pid)
        assert process.stdout  # noqa: S101  it was opened as a pipe
        args = (seat.child.name, process.stdout)
        seat.relay = threading.Thread(target=self._relay, args=args, daemon=True)
        seat.relay.start()

    def _open(self, child: Child) -> subprocess.Popen[str]:
        return subprocess.Popen(
            child.command,
            cwd=self._folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C in the terminal reaches us alone
        )

    def _relay(self, name: str, stream: IO[str]) -> None:
        try:
            with stream:
                for line in stream:
                    self._lines.say(name, line)
        except (OSError, SystemExit):  # rich's answer to a pipe that nobody reads any more
            self._asked += 1

    def _ended(self, seat: Seat, process: subprocess.Popen[str]) -> None:
        self._clear(seat, process)
        self._try_later(seat, _how_it_ended(process.returncode))

    def _try_later(self, seat: Seat, why: str) -> None:
        steady = self._clock() - seat.began >= STEADY
        seat.quick_ends = 1 if steady else seat.quick_ends + 1
        delay = DELAYS[min(seat.quick_ends, len(DELAYS)) - 1]
        seat.again_at = self._clock() + delay
        self._say(f"{seat.child.name} {why}; starting it again in {delay:.0f} s")

    def _say(self, line: str) -> None:
        self._lines.say(OURSELVES, line)


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"
