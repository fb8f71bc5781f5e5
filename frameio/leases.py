"""One at a time across processes and machines, without a transaction open while we talk HTTP.

A lease is a row with an end, which a thread moves on while the work lasts: whoever dies holding
one is in nobody's way for long.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from frameio.errors import Unavailable
from frameio.models import Lease

# Long enough for what a dead one had asked of Frame.io at the last to be seen there.
DURATION = timedelta(seconds=20)
BEAT = 5.0  # seconds
POLL = 0.1
PATIENCE = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leases:
    """Takes, renews and gives back. `PATIENCE` bounds the waiting of those who come second."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = timezone.now
    beat: float = BEAT

    @contextmanager
    def held(self, key: str) -> Iterator[Callable[[], None]]:
        """Wait for the lease, hold it, give it back. Yields `renew`, to be called before each step
        that must not be done twice; it raises `Unavailable` when the lease went to another.
        """
        token = secrets.token_hex(16)
        give_up_at = self.now() + PATIENCE
        while not self._take(key, token):
            if self.now() >= give_up_at:
                raise Unavailable(
                    _(
                        "Another worker has been busy at the same place on Frame.io for minutes."
                        " Try again later."
                    )
                )
            self.sleep(POLL)
        over = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(key, token, over), name="lease")
        keeper.start()
        try:
            yield lambda: self._renew(key, token)
        finally:
            over.set()
            keeper.join()
            Lease.objects.filter(key=key, token=token).delete()

    def _take(self, key: str, token: str) -> bool:
        now = self.now()
        expired = Lease.objects.filter(key=key, until__lte=now)
        if expired.update(token=token, until=now + DURATION):
            return True
        lease = Lease(key=key, token=token, until=now + DURATION)
        Lease.objects.bulk_create([lease], ignore_conflicts=True)
        return Lease.objects.filter(key=key, token=token).exists()

    def _keep(self, key: str, token: str, over: threading.Event) -> None:
        """A database that is away is asked again; `renew` tells whether the lease was lost."""
        try:
            while not over.wait(self.beat):
                try:
                    self._renew(key, token)
                except Unavailable:
                    return
                except DatabaseError as error:
                    log.warning("The lease of %s cannot be renewed: %s", key, error)
                    connection.close_if_unusable_or_obsolete()
        finally:
            connection.close()  # this thread's own

    def _renew(self, key: str, token: str) -> None:
        mine = Lease.objects.filter(key=key, token=token)
        if not mine.update(until=self.now() + DURATION):
            raise Unavailable(_("This took so long that another worker took over. Try again."))
