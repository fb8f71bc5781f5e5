"""Keeps a running job's lease while its worker is busy sending."""

import logging
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType

from django.db import Error as DatabaseError
from django.db import connection

from pipeline import jobs, node_table
from pipeline.admission import Admission

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds; also how soon a cancelled job stops, and how fresh its progress is


class Heartbeat:
    """A thread that renews the lease and writes down the progress; `report` feeds it, and learns
    from it that the job was cancelled, or is to be given back: paused, or this node drains.

    A database that does not answer is no loss while the lease lasts. When it may have run out, we
    stop by ourselves: another worker may have the job by then.
    """

    def __init__(
        self, lease: jobs.Lease, *, beat: float = BEAT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lease = lease
        self._beat = beat
        self._clock = clock
        self._lock = threading.Lock()
        self._sent = 0
        self._stop: jobs.LeaseLost | jobs.PlannedStop | None = None
        self._speed: int | None = None
        self._renewed = clock()
        self._over = threading.Event()
        self._thread = threading.Thread(
            target=copy_context().run, args=[self._run], name=f"heartbeat-{lease.job_id}"
        )

    def __enter__(self) -> "Heartbeat":
        self._look_at_the_rules()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def begin(self) -> None:
        """Count from nothing: the file goes to its next place."""
        with self._lock:
            self._sent = 0

    def report(self, sent: int) -> None:
        """`sent` more bytes (negative: they have to be sent again). Raises LeaseLost or
        PlannedStop."""
        if self._stop:
            raise self._stop
        with self._lock:
            self._sent += sent

    def bytes_per_second(self) -> int | None:
        """How fast uploads of this machine may go together, as of the last beat; None: no limit."""
        return self._speed

    def _look_at_the_rules(self) -> None:
        """Whether it may go on, and how fast: people change that while it runs."""
        rules = Admission()
        job = jobs.fenced(self._lease).only("project", "any_time").first()
        if job is None:
            raise jobs.lost(self._lease)
        why = rules.interruption(job)
        stop = bool(why) or node_table.is_draining()
        self._stop = jobs.PlannedStop(why) if stop else None
        self._speed = rules.bytes_per_second()

    def _run(self) -> None:
        try:
            while not self._over.wait(self._beat) and not isinstance(self._stop, jobs.LeaseLost):
                self._renew()
        finally:
            connection.close()  # this thread's own

    def _renew(self) -> None:
        before = self._clock()  # the lease counts from when it was asked for
        try:
            jobs.renew(self._lease, self._sent)
            self._renewed = before
            self._look_at_the_rules()
        except jobs.LeaseLost as error:
            self._stop = error
        except DatabaseError as error:
            log.warning("the lease cannot be renewed: %s", error)
            connection.close_if_unusable_or_obsolete()  # one that broke never answers again
            if self._clock() - self._renewed > jobs.LEASE.total_seconds():
                self._stop = jobs.LeaseLost(cancelled=False)
