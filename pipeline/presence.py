"""The web server's sign of life: a thread beside those that answer."""

import atexit
import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection

from pipeline import node_table
from pipeline.ledger import DATABASE_AWAY

GOODBYE = 5.0  # seconds; who was not heard to leave is silent, and soon forgotten

log = logging.getLogger(__name__)


def begin() -> None:
    """Once in each process of the web server (postflow_site.wsgi)."""
    over = threading.Event()
    thread = threading.Thread(target=keep, args=[over], name="presence", daemon=True)
    thread.start()

    def end() -> None:
        over.set()
        thread.join(GOODBYE)

    atexit.register(end)


def keep(over: threading.Event) -> None:
    """Beat every few seconds until it is over, and leave."""
    try:
        while not over.is_set():
            _try(lambda: node_table.beat(node_table.Role.WEB))
            over.wait(node_table.BEAT)
        _try(node_table.leave)
    finally:
        connection.close()  # this thread's own


def _try(step: Callable[[], None]) -> None:
    try:
        close_old_connections()
        step()
    except DATABASE_AWAY as error:
        log.warning("The database does not answer; trying again. %s", error)
