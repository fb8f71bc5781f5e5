"""Ends the children when the supervisor was killed and could not do it.

A process of its own that reads the supervisor's mind on a pipe: `+PID` for a child that was
started, `-PID` for one that has ended. When the pipe ends, so do the children that are left. It
also keeps the supervisor's lock open, so that nobody else starts while some are still ending.
(A kernel's parent-death signal would be Linux alone, and lost to the children's children.)
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

from pipeline.supervisor import tree

ROOT = Path(__file__).resolve().parents[2]
GRACE = 10.0  # seconds


class Guard:
    """The supervisor's end of the pipe."""

    def __init__(self, keep_open: tuple[int, ...] = ()) -> None:
        self._keep_open = keep_open
        self._pids: set[int] = set()
        self._process = self._start()

    def watch(self, pid: int) -> None:
        self._pids.add(pid)
        self._write([f"+{pid}"])

    def release(self, pid: int) -> None:
        self._pids.discard(pid)
        self._write([f"-{pid}"])

    def look(self) -> None:
        """Start it again if it was killed."""
        if self._process.poll() is not None:
            self._close_pipe()
            self._process = self._start()
            self._write([f"+{pid}" for pid in self._pids])

    def close(self) -> None:
        self._close_pipe()
        self._process.wait()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline.supervisor.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            start_new_session=True,
            pass_fds=self._keep_open if os.name == "posix" else (),
        )

    def _write(self, lines: list[str]) -> None:
        assert self._process.stdin  # noqa: S101  it was opened as a pipe
        with contextlib.suppress(BrokenPipeError):  # `look` tells the next one
            self._process.stdin.writelines(f"{line}\n" for line in lines)
            self._process.stdin.flush()

    def _close_pipe(self) -> None:
        assert self._process.stdin  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()


def main(orders: Iterable[str]) -> None:
    watched: dict[int, psutil.Process] = {}
    for order in orders:
        pid = int(order[1:])
        if order.startswith("-"):
            watched.pop(pid, None)
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            watched[pid] = psutil.Process(pid)
    _end(list(watched.values()))


def _end(children: list[psutil.Process]) -> None:
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    psutil.wait_procs(children, timeout=GRACE)
    for child in children:
        if child.is_running() or not psutil.pid_exists(child.pid):  # or its number is another's
            tree.kill(child.pid)


if __name__ == "__main__":
    main(sys.stdin)
