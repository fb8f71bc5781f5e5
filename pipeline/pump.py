"""What keeps jobs going: run every few seconds by each watcher and each `qcluster`."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django_q.brokers import get_broker
from django_q.tasks import async_task

from pipeline import chores, doctor, jobs, notices, review, upkeep
from pipeline.models import UploadJob

REMIND_EVERY = timedelta(minutes=1)

# What is run, and whether there is anything for it to do.
REMINDERS: dict[str, Callable[[], bool]] = {
    "pipeline.tasks.comments": review.is_due,
    "pipeline.tasks.daily": upkeep.is_due,
    "pipeline.tasks.examine": doctor.is_due,
}

log = logging.getLogger(__name__)


def pump() -> None:
    """Put right what died or was lost. May run anywhere, any number of times at once.

    1. Leases that ran out, or whose process died here: the job is queued again, or given up.
    2. Held jobs whose time to look again has come are queued.
    3. The broker gets as many wake-ups as there is work, up to what the workers can take.
    4. It is reminded of the comments to be read, of what is seen to once a day, and of the doctor.
    """
    for pk in jobs.take_back_abandoned():
        notices.tell(UploadJob.objects.select_related("project", "rule").get(pk=pk))
    jobs.look_at_held_again()
    try:
        jobs.top_up()
        _remind()
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        log.warning("The broker takes no wake-ups now (%s); the next round tries again.", error)


def _remind() -> None:
    """At most once a minute; not at all where nobody works off what is queued."""
    if int(get_broker(settings.SHORT_QUEUE).queue_size()) > 2 * settings.SHORT_WORKERS:
        return
    for task, is_due in REMINDERS.items():
        if chores.is_due(task, REMIND_EVERY) and is_due() and chores.take(task, REMIND_EVERY):
            async_task(task, cluster=settings.SHORT_QUEUE)
