"""How often Frame.io was called, how it answered and how fast; all processes of all machines.

One row is added to for each call. That is one update beside the two that pacing it costs anyway,
and nothing has to be gathered from processes that come and go. The parts of a file go to the
storage, not to Frame.io, and are not counted.
"""

import bisect
import logging

from django.db import DatabaseError
from django.db.models import F, QuerySet

from frameio.models import CallTally

log = logging.getLogger(__name__)

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
UP_TO = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")


def note(operation: str, status: str, seconds: float, waited: float = 0.0) -> None:
    """A call that cannot be counted was made all the same: that is logged, and no more."""
    up_to = UP_TO[bisect.bisect_left(BOUNDS, seconds)]
    mine = CallTally.objects.filter(operation=operation, status=status, up_to=up_to)
    try:
        if not _added(mine, seconds, waited):
            row = CallTally(operation=operation, status=status, up_to=up_to)
            CallTally.objects.bulk_create([row], ignore_conflicts=True)
            _added(mine, seconds, waited)
    except DatabaseError as error:
        log.warning("%s could not be counted: %s", operation, error)


def _added(mine: QuerySet[CallTally], seconds: float, waited: float) -> int:
    return mine.update(
        calls=F("calls") + 1, seconds=F("seconds") + seconds, waited=F("waited") + waited
    )
