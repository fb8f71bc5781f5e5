"""What keeps jobs going: run every few seconds by the watcher, once a minute by the cluster."""

import logging

from pipeline import jobs, notices
from pipeline.models import UploadJob

log = logging.getLogger(__name__)


def pump() -> None:
    """Put right what died or was lost. May run anywhere, any number of times at once.

    1. Leases that ran out, or whose process died here: the job is queued again, or given up.
    2. Held jobs whose time to look again has come are queued.
    3. The broker gets as many wake-ups as there is work, up to what the workers can take.
    """
    for pk in jobs.take_back_abandoned():
        notices.tell(UploadJob.objects.select_related("project", "rule").get(pk=pk))
    jobs.look_at_held_again()
    try:
        jobs.top_up()
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        log.warning("The broker takes no wake-ups now (%s); the next round tries again.", error)
