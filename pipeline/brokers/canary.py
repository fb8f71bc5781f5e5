"""A task that goes the whole way through a cluster, and so shows that it is not frozen.

A process of django-q2 that is killed while it holds a queue's lock freezes its cluster for good
(django-q2 issue 23, Koed00/django-q issue 394), and nothing in django-q2 notices. So every few
seconds the pusher finds a canary instead of a task; a worker runs it, and the monitor acknowledges
it, which is its answer. It never leaves the cluster, as others read the same queue.

Cluster and watchdog (`pipeline.supervisor.watchdog`) meet in a folder: `answered` is touched at
each answer, and there is one `busy-<pid>` for each worker that has a task.
"""

import contextlib
import os
import time
from pathlib import Path
from typing import TypeAlias

from django_q.brokers import Broker
from django_q.signing import SignedPackage

PLACE = "POSTFLOW_CANARY"  # the folder; without it there is nobody to look, and no canary
EVERY = 5.0  # seconds
ID = "canary"
ANSWERED = "answered"

Batch: TypeAlias = list[tuple[object, str]] | None  # what marks a task is each broker's own


class WithCanary(Broker):  # type: ignore[misc]  # django-q2 has no types
    """Before a broker among the bases."""

    _sent_at = float("-inf")

    def dequeue(self) -> Batch:
        if not _place() or time.monotonic() - self._sent_at < EVERY:
            batch: Batch = super().dequeue()
            return batch
        self._sent_at = time.monotonic()
        return [(ID, _package())]

    def acknowledge(self, task_id: object) -> None:
        if task_id == ID:
            answer()
        else:
            super().acknowledge(task_id)


def _place() -> str:
    return os.environ.get(PLACE, "")


def _package() -> str:
    task = {"id": ID, "name": ID, "func": "pipeline.tasks.canary", "args": (), "kwargs": {}}
    package: str = SignedPackage.dumps(task)
    return package


def answer() -> None:
    """Also what the cluster says when it is there: from then on it is expected to answer."""
    if place := _place():
        (Path(place) / ANSWERED).touch()


def begin(**_signal: object) -> None:
    """This worker has a task now."""
    with contextlib.suppress(OSError):  # a full disk must not end the worker
        _busy().touch()


def end(**_signal: object) -> None:
    with contextlib.suppress(OSError):
        _busy().unlink(missing_ok=True)


def _busy() -> Path:
    return Path(_place()) / f"busy-{os.getpid()}"
