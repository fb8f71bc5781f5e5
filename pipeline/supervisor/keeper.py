"""What a node does in the database every few seconds."""

import logging
import threading
from collections.abc import Sequence

from django.db import close_old_connections, connection
from django.utils import timezone
from django_q.brokers import get_broker

from pipeline import jobs, node_table
from pipeline.ledger import DATABASE_AWAY
from pipeline.pump import pump

JUST_AFTER = 0.05  # seconds
LEAST_PAUSE = 0.5

log = logging.getLogger(__name__)


class Keeper:
    """A thread, as the database may take its time, and signals must not wait for it.

    `waiting`: the queues in which wake-ups lay at the last look. The next round comes `every` so
    many seconds, or as soon as a lease runs out.
    """

    def __init__(self, queues: Sequence[str], *, every: float = node_table.BEAT) -> None:
        self.waiting: frozenset[str] = frozenset()
        self._queues = queues
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a round under way."""
        self._over.set()

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                try:
                    self._round()
                except Exception:
                    log.exception("Something went wrong while looking after the jobs; going on.")
                self._over.wait(self._pause())
        finally:
            connection.close()  # this thread's own

    def _pause(self) -> float:
        try:
            expiry = jobs.next_expiry()
        except DATABASE_AWAY:
            return self._every
        if expiry is None:
            return self._every
        left = (expiry - timezone.now()).total_seconds() + JUST_AFTER
        return min(max(left, LEAST_PAUSE), self._every)

    def _round(self) -> None:
        try:
            close_old_connections()
            node_table.beat(node_table.Role.CLUSTER)
            pump()
        except DATABASE_AWAY as error:
            log.warning("The database does not answer; trying again. %s", error)
            return
        try:
            self.waiting = frozenset(q for q in self._queues if get_broker(q).queue_size())
        except Exception as error:  # noqa: BLE001  each broker has errors of its own
            log.warning("The broker does not answer; trying again. %s", error)
