"""What keeps jobs going: run every few seconds by each watcher and each `qcluster`."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django_q.brokers import get_broker
from django_q.tasks import async_task

from pipeline import announcing, chores, doctor, jobs, review, thumbnails, upkeep

# What is run, how often at most, and whether there is anything for it to do.
REMINDERS: dict[str, tuple[timedelta, Callable[[], bool]]] = {
    "pipeline.tasks.cards": (timedelta(seconds=2), announcing.is_due),
    "pipeline.tasks.comments": (timedelta(minutes=1), review.is_due),
    "pipeline.tasks.pictures": (timedelta(seconds=5), thumbnails.is_due),
    "pipeline.tasks.daily": (timedelta(minutes=1), upkeep.is_due),
    "pipeline.tasks.examine": (timedelta(minutes=1), doctor.is_due),
}

log = logging.getLogger(__name__)


def pump() -> None:
    """Put right what died or was lost. May run anywhere, any number of times at once.

    1. Leases that ran out, or whose process died here: the job is queued again, or given up.
    2. Held jobs whose time to look again has come are queued.
    3. The broker gets as many wake-ups as there is work, up to what the workers can take.
    4. It is reminded of the cards to be sent, of the comments to be read, of the pictures to be
       fetched, of what is seen to once a day, and of the doctor.
    """
    jobs.take_back_abandoned()
    jobs.look_at_held_again()
    try:
        jobs.top_up()
        _remind()
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        log.warning("The broker takes no wake-ups now (%s); the next round tries again.", error)


def _remind() -> None:
    """Not at all where nobody works off what is queued."""
    if int(get_broker(settings.SHORT_QUEUE).queue_size()) > 2 * settings.SHORT_WORKERS:
        return
    for task, (every, is_due) in REMINDERS.items():
        if chores.is_due(task, every) and is_due() and chores.take(task, every):
            async_task(task, cluster=settings.SHORT_QUEUE)
