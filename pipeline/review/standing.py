"""The status that reviewers set on a file: kept with its delivery, in the history, and told."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from frameio import errors
from frameio.client import FrameioClient
from frameio.metadata import status_of
from pipeline import announcing, jobs
from pipeline.models import Delivery, JobEvent
from pipeline.verdicts import Verdict, verdict

log = logging.getLogger(__name__)

LONGEST = 200


def read_status(client: FrameioClient, account_id: str, delivery: Delivery) -> None:
    """Take over what is set now; tell the team of a decision. One process at a time for each file.

    Raises `FrameioError`; a login that may not read metadata is only logged.
    """
    try:
        status = status_of(client, account_id, delivery.remote_id)[:LONGEST]
    except errors.Forbidden as error:
        log.warning("The status of %s cannot be read: %s", delivery.job, error)
        return
    _keep(delivery, status)
    _open_again(delivery)
    _tell(delivery)


def _keep(delivery: Delivery, status: str) -> None:
    """As long as it stands as we read it; otherwise somebody else was there in between."""
    delivery.refresh_from_db(fields=["status", "told_status"])
    if status == delivery.status:
        return
    as_seen = Delivery.objects.filter(pk=delivery.pk, status=delivery.status)
    with transaction.atomic():
        if as_seen.update(status=status):
            why = _in_words(status)
            job = delivery.job
            JobEvent.objects.create(
                job=job, state=job.state, kind=JobEvent.Kind.REVIEW, who="Frame.io", why=why
            )
    delivery.refresh_from_db(fields=["status"])


def _in_words(status: str) -> str:
    if not status:
        return _("The status on Frame.io was taken away.")
    return _("Status on Frame.io: %(status)s") % {"status": status}


def _open_again(delivery: Delivery) -> None:
    """For places that waited until the file was approved. Asked each time the status is read: what
    was missed once, because the job was just at work, is made good the next time.
    """
    job = delivery.job
    if verdict(delivery.status) != Verdict.APPROVED or job.project is None:
        return
    waiting = job.deliveries.filter(done=False, integration__in=job.project.integrations)
    if waiting.exists():
        jobs.reopen(job, _("approved on Frame.io"))


def _tell(delivery: Delivery) -> None:
    """Of a decision, not that one is awaited."""
    if delivery.status == delivery.told_status:
        return
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(told_status=delivery.status)
        if verdict(delivery.status) != Verdict.OPEN:
            announcing.tell_status(delivery)
