"""Asking Frame.io for the comments on what we sent: often at first, seldom later.

A webhook only makes it sooner (`comments_of_remote`); without one nothing is missed.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from frameio import comments, errors
from frameio.leases import Leases
from pipeline import announcing
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import client_of
from pipeline.models import Delivery, Project, ReviewComment
from pipeline.review import sidecar
from pipeline.review.keeping import keep
from pipeline.review.standing import read_status

log = logging.getLogger(__name__)

INTEGRATION = "frameio"  # its name in settings.INTEGRATIONS
MOST_AT_ONCE = 30  # files a round: two lists of comments each, of the hundred a minute allowed
# (a file that arrived so long ago, is asked about so often)
PACES = [
    (timedelta(hours=4), timedelta(minutes=2)),
    (timedelta(days=1), timedelta(minutes=10)),
    (timedelta(days=4), timedelta(hours=1)),
    (timedelta(days=36500), timedelta(hours=4)),
]


def is_due() -> bool:
    return _due(timezone.now()).exists()


def poll(now: Callable[[], datetime] = timezone.now) -> None:
    """Ask about the files whose time has come. May run anywhere, several times at once.

    One that cannot be asked about now has its next turn like the others.
    """
    for delivery in _due(now())[:MOST_AT_ONCE]:
        if not _claim(delivery, now()):
            continue
        try:
            read_comments(delivery)
        except IntegrationError as error:
            log.warning("The comments on %s cannot be read: %s", delivery.job, error)
            if not error.permanent:  # no line or no login: the others would fare no better
                return


def _due(now: datetime) -> QuerySet[Delivery]:
    """Those never asked about first, then those whose last time is longest ago."""
    turn = Q(polled_at=None)
    youngest = now
    for age, every in PACES:
        oldest = now - age
        arrived = Q(job__finished_at__gt=oldest) & Q(job__finished_at__lte=youngest)
        turn |= arrived & Q(polled_at__lte=now - every)
        youngest = oldest
    rows = _followed(now).filter(turn).select_related("job__project", "job__source__folder")
    return rows.order_by(F("polled_at").asc(nulls_first=True), "id")


def _followed(now: datetime) -> QuerySet[Delivery]:
    """The files there whose project still reads their comments."""
    wanted = Q()
    for project in Project.objects.filter(comments_for_days__gt=0, active=True):
        since = now - timedelta(days=project.comments_for_days)
        wanted |= Q(job__project=project, job__finished_at__gt=since)
    rows = Delivery.objects.filter(integration=INTEGRATION, done=True).exclude(remote_id="")
    return rows.filter(wanted) if wanted else rows.none()


def _claim(delivery: Delivery, now: datetime) -> bool:
    """Before the file is asked about, so that nobody else does at the same time."""
    as_seen = Delivery.objects.filter(pk=delivery.pk, polled_at=delivery.polled_at)
    return as_seen.update(polled_at=now) == 1


def comments_of_remote(account_pk: int, comment_id: str) -> None:
    """Something happened to that comment: read those of its file, if it is one of ours.

    Raises IntegrationError.
    """
    known = ReviewComment.objects.filter(remote_id=comment_id).values_list("job", flat=True)
    rows = Delivery.objects.filter(integration=INTEGRATION, done=True)
    delivery = rows.filter(job__in=known).first()
    if delivery is None and (file_id := _file_of(account_pk, comment_id)):
        delivery = rows.filter(remote_id=file_id).first()
    if delivery is not None and delivery.remote_id and _is_read(delivery):
        read_comments(delivery)


def _is_read(delivery: Delivery) -> bool:
    project = delivery.job.project
    return project is not None and project.comments_for_days > 0


def _file_of(account_pk: int, comment_id: str) -> str:
    """Empty when the comment is gone again."""
    with client_of(account_pk) as (client, account):
        try:
            return client.comment(account.account_id, comment_id).file_id
        except errors.NotFound:
            return ""


def read_comments(delivery: Delivery) -> None:
    """Take over what is said of a file now, and its status; tell the team what is new. Raises
    IntegrationError.

    One process at a time for each file: an older answer must not undo a newer one.
    """
    project = delivery.job.project
    assert project  # noqa: S101  delivered
    with (
        client_of(project.frameio_account) as (client, account),
        Leases().held(f"comments/{delivery.pk}"),
    ):
        try:
            said = comments.comments_on(client, account.account_id, delivery.remote_id)
        except errors.NotFound:
            return  # the file was deleted there; what was said of it stays here
        keep(delivery.job, said)
        _tell(delivery)
        read_status(client, account.account_id, delivery)
    if project.comments_beside_file:
        sidecar.write(delivery.job)


def _tell(delivery: Delivery) -> None:
    """One card for all that is new."""
    with transaction.atomic():
        new = list(ReviewComment.objects.filter(job=delivery.job, told_at=None))
        if new:
            told = ReviewComment.objects.filter(pk__in=[comment.pk for comment in new])
            told.update(told_at=timezone.now())
            announcing.tell_comments(delivery, new)
