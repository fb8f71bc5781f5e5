"""Comments and decisions: each told in a message of its own, and counted on the file's card.

Called in the transaction in which it is noted that they were told.
"""

import logging
from collections.abc import Sequence

from django.utils import timezone

from pipeline import outbox
from pipeline.announcing import cards
from pipeline.announcing.known_channels import Topic, channels_of
from pipeline.channels import Card, Channel
from pipeline.models import Delivery, ReviewComment, UploadJob
from postflow_site.encryption import WrongKey

log = logging.getLogger(__name__)


def tell_comments(delivery: Delivery, comments: Sequence[ReviewComment]) -> None:
    """One card for all of them."""
    job = delivery.job
    pks = [comment.pk for comment in comments]
    about = {"job": job.pk, "project": job.project_id, "comments": pks, "url": delivery.url}
    key = f"comments/{job.pk}/{max(pks)}"
    cards.make(_channels(job, "comments"), Card.Kind.COMMENTS, key, about, timezone.now())
    outbox.changed(job.pk)


def tell_status(delivery: Delivery) -> None:
    """What reviewers decided."""
    job, now = delivery.job, timezone.now()
    about = {
        "job": job.pk,
        "project": job.project_id,
        "status": delivery.status,
        "url": delivery.url,
    }
    key = f"status/{delivery.pk}/{now.isoformat()}"
    cards.make(_channels(job, "status"), Card.Kind.STATUS, key, about, now)
    outbox.changed(job.pk)


def _channels(job: UploadJob, topic: Topic) -> list[Channel]:
    try:
        return channels_of(job, topic)
    except WrongKey as error:
        log.warning("job %d: the team was not told: %s", job.pk, error)
        return []
