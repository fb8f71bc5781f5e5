"""Tells a cluster that is frozen from one that is idle or busy."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from pipeline.brokers.canary import ANSWERED

PATIENCE = 30.0  # seconds without an answer, though workers were free to give one
AT_START = 120.0  # until it says that it is there, on a machine that has much else to do


class Watchdog:
    """Looks at one cluster through the folder of its canary. `workers`: how many it has."""

    def __init__(
        self, folder: Path, workers: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._workers = workers
        self._clock = clock
        self._cluster = 0
        self._answer = 0  # when the last one was given, by the file's own clock
        self._well_at = 0.0
        self._patience = AT_START

    def is_frozen(self, cluster: int) -> bool:
        """`cluster` is its first process; another than before is given time to start."""
        if cluster != self._cluster:
            self._begin(cluster)
        if (answer := self._last_answer()) != self._answer:
            self._answer, self._patience = answer, PATIENCE
            self._well_at = self._clock()
        elif self.busy() >= self._workers:
            self._well_at = self._clock()
        return self._clock() - self._well_at > self._patience

    def _begin(self, cluster: int) -> None:
        self._cluster = cluster
        self._answer = self._last_answer()
        self._well_at = self._clock()
        self._patience = AT_START

    def _last_answer(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            return (self._folder / ANSWERED).stat().st_mtime_ns
        return 0

    def busy(self) -> int:
        """How many workers have a task."""
        marks = [int(mark.name.partition("-")[2]) for mark in self._folder.glob("busy-*")]
        return sum(psutil.pid_exists(worker) for worker in marks)
