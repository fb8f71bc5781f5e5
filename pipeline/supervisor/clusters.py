"""What `manage.py qcluster` is made of: django-q2's clusters, with what they lack.

django-q2 neither tells its workers of a planned stop nor notices when it is frozen, and leaves
orphans behind when it is killed. Here each cluster is a child in a session of its own.
"""

import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection

from pipeline import jobs, node_table, nodes
from pipeline.brokers import canary
from pipeline.ledger import DATABASE_AWAY
from pipeline.supervisor import tree
from pipeline.supervisor.keeper import Keeper
from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import GRACE, Child, Supervisor
from pipeline.supervisor.watchdog import Watchdog

LOOK_EVERY = 1.0
DRAIN_AGAIN = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queue:
    """`key` is its name for the broker."""

    name: str
    key: str
    workers: int


def queues() -> dict[str, Queue]:
    uploads = Queue("uploads", settings.Q_CLUSTER["name"], settings.UPLOAD_WORKERS)
    short = Queue("short", settings.SHORT_QUEUE, settings.SHORT_WORKERS)
    return {queue.name: queue for queue in (uploads, short)}


class Clusters:
    """One for each queue, until it is told to stop."""

    def __init__(
        self,
        lines: Lines,
        chosen: Sequence[Queue],
        *,
        grace: float = GRACE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chosen = chosen
        self._clock = clock
        self._supervisor = Supervisor(lines, folder=Path(settings.BASE_DIR), grace=grace)
        self._keeper = Keeper([queue.key for queue in chosen])
        self._dogs: dict[Queue, Watchdog] = {}
        self._looked_at = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        """
        1. The node's row; raises at once when the database is not ready.
        2. The clusters, watched, until a signal comes.
        3. Drain: workers give their uploads back and end. Who does not in time is killed.
        4. What those had is given back for them.
        """
        node_table.beat(node_table.Role.CLUSTER)
        connection.close()
        with tempfile.TemporaryDirectory(prefix="postflow-") as place, self._supervisor:
            self._supervisor.heed_signals()
            self._keeper.start()
            for queue in self._chosen:
                self._start(queue, Path(place) / queue.name)
            self._supervisor.run(until=self._look)
            workers = self._processes()
            self._keeper.stop()
            drain = threading.Thread(target=self._drain, name="drain", daemon=True)
            drain.start()
            self._supervisor.stop()
        self._over.set()
        self._leave(workers)

    def _start(self, queue: Queue, place: Path) -> None:
        environment = {
            "Q_CLUSTER_NAME": queue.key,
            node_table.PART_OF: nodes.me(),
            # macOS ends a forked process that asks it for proxies (python/cpython issue 75999).
            "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
        }
        if os.name == "posix":  # elsewhere workers are no forks, and cannot say if they are busy
            place.mkdir()
            environment[canary.PLACE] = str(place)
            self._dogs[queue] = Watchdog(place, queue.workers, clock=self._clock)
        command = (sys.executable, "-m", "pipeline.supervisor.cluster")
        self._supervisor.add(Child(queue.name, command, environment))

    def _look(self) -> bool:
        """Replace those that are frozen, unless that would cut off uploads and nothing waits."""
        if self._clock() - self._looked_at >= LOOK_EVERY:
            self._looked_at = self._clock()
            for queue, dog in self._dogs.items():
                cluster = self._supervisor.pids.get(queue.name)
                if cluster and dog.is_frozen(cluster) and self._may_be_replaced(queue, dog):
                    self._supervisor.replace(queue.name, "does not take any work and is replaced")
        return False

    def _may_be_replaced(self, queue: Queue, dog: Watchdog) -> bool:
        return dog.busy() == 0 or queue.key in self._keeper.waiting

    def _processes(self) -> list[str]:
        """The names of all that may hold a job."""
        found = []
        for cluster in self._supervisor.pids.values():
            for process in tree.members(cluster):
                try:
                    found.append(nodes.of(process.pid))
                except psutil.NoSuchProcess:
                    continue
        return found

    def _drain(self) -> None:
        """In a thread, as the database may not answer, and a second signal must not wait for it."""
        while not self._over.is_set():
            try:
                node_table.drain()
                break
            except DATABASE_AWAY as error:
                log.warning("The database does not answer; uploads cannot be told: %s", error)
                self._over.wait(DRAIN_AGAIN)
        connection.close()

    def _leave(self, workers: list[str]) -> None:
        try:
            jobs.put_back(workers, str(jobs.PlannedStop()))
            node_table.leave()
        except DATABASE_AWAY as error:
            log.warning("The database does not answer; uploads go on in a minute: %s", error)
