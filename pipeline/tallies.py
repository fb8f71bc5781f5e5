"""Counts what happens to jobs, in the database: right across processes, machines and restarts.

It is counted when what happened is committed, by a statement of its own, so that no job waits for
another's count. A process that dies between the two leaves a count one too low; nothing of the
product reads them but the metrics.
"""

import bisect
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet

from pipeline.models import Tally

BOUNDS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200)  # seconds
UP_TO = (*map(str, BOUNDS), "+Inf")


def count(what: Tally.What, label: str = "", *, amount: float = 0) -> None:
    """Once this transaction is committed."""
    transaction.on_commit(partial(_count, what, label, "", amount), robust=True)


def time(what: Tally.What, seconds: float) -> None:
    """The same, of what has lasted so long."""
    up_to = UP_TO[bisect.bisect_left(BOUNDS, seconds)]
    transaction.on_commit(partial(_count, what, "", up_to, seconds), robust=True)


def _count(what: str, label: str, up_to: str, amount: float) -> None:
    mine = Tally.objects.filter(what=what, label=label, up_to=up_to)
    if not _added(mine, amount):
        row = Tally(what=what, label=label, up_to=up_to)
        Tally.objects.bulk_create([row], ignore_conflicts=True)
        _added(mine, amount)


def _added(mine: QuerySet[Tally], amount: float) -> int:
    return mine.update(times=F("times") + 1, amount=F("amount") + amount)
