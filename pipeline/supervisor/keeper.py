"""What a node does in the database every few seconds."""

import logging
import threading
from collections.abc import Sequence

from django.db import close_old_connections, connection
from django_q.brokers import get_broker

from pipeline import node_table
from pipeline.ledger import DATABASE_AWAY
from pipeline.pump import pump

log = logging.getLogger(__name__)


class Keeper:
    """A thread, as the database may take its time, and signals must not wait for it.

    `waiting`: the queues in which wake-ups lay at the last look.
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
                self._round()
                self._over.wait(self._every)
        finally:
            connection.close()  # this thread's own

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
