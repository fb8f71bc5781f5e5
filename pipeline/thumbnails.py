"""A picture of what has arrived, for the pages and the cards.

Nothing depends on it: Frame.io makes it some time after the file is there, or never. It is asked
for a few times, ever more seldom. The newest are kept; of the others only that they were asked for.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from pipeline import outbox
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_thumbnails import Thumbnail as Picture
from pipeline.integrations.frameio_thumbnails import fetch
from pipeline.models import Delivery, Thumbnail, UploadJob

log = logging.getLogger(__name__)

INTEGRATION = "frameio"  # its name in settings.INTEGRATIONS
WAITS = [timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 3600)]
FRESH = timedelta(hours=2)  # what arrived before is not begun with any more
MOST_AT_ONCE = 30
KEPT = 2000
# For lists of uploads: whether there is one, without the picture itself.
WITH_THUMBNAIL = Prefetch(
    "deliveries",
    Delivery.objects.select_related("thumbnail").defer("secrets", "thumbnail__content"),
)


def is_due() -> bool:
    now = timezone.now()
    return _again(now).exists() or _new(now).exists()


def look(now: Callable[[], datetime] = timezone.now) -> None:
    """Fetch those whose time has come. May run anywhere, several times at once."""
    moment = now()
    for delivery in [*_new(moment)[:MOST_AT_ONCE], *_again(moment)[:MOST_AT_ONCE]]:
        row = _claim(delivery, now())
        if row is None:
            continue
        project = delivery.job.project
        try:
            picture = fetch(project.frameio_account if project else None, delivery.remote_id)
        except IntegrationError as error:
            log.info("job %d has no thumbnail yet: %s", delivery.job_id, error)
            if error.permanent:
                _mine(row).update(look_at=None)
                continue
            return  # no line or no login: the others would fare no better
        if picture:
            _keep(row, delivery, picture, now())


def _new(now: datetime) -> QuerySet[Delivery]:
    """Those that have just arrived. Apart from `_again`, as each has an index of its own."""
    known = Thumbnail.objects.filter(delivery=OuterRef("pk"), remote_id=OuterRef("remote_id"))
    return _shown().filter(~Exists(known), job__finished_at__gt=now - FRESH).order_by("-pk")


def _again(now: datetime) -> QuerySet[Delivery]:
    rows = _shown().filter(thumbnail__look_at__lte=now, thumbnail__remote_id=F("remote_id"))
    return rows.order_by("thumbnail__look_at")


def _shown() -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(integration=INTEGRATION, done=True).exclude(remote_id="")
    return rows.filter(job__state=UploadJob.State.DONE).select_related("job__project")


def _claim(delivery: Delivery, now: datetime) -> Thumbnail | None:
    """None when somebody else was quicker. Its next turn is set before: we may die in this one."""
    row, _made = Thumbnail.objects.get_or_create(delivery=delivery)
    is_new = row.remote_id != delivery.remote_id  # or shows the file that was there before
    if not is_new and (row.look_at is None or row.look_at > now):
        return None
    tries = 0 if is_new else row.tries
    as_seen = Thumbnail.objects.filter(pk=row.pk, tries=row.tries, remote_id=row.remote_id)
    claimed = as_seen.update(
        remote_id=delivery.remote_id,
        tries=tries + 1,
        look_at=now + WAITS[tries] if tries < len(WAITS) else None,
        kind="",
        content=b"",
        fetched_at=None,
    )
    row.remote_id = delivery.remote_id
    return row if claimed else None


def _mine(row: Thumbnail) -> QuerySet[Thumbnail]:
    return Thumbnail.objects.filter(pk=row.pk, remote_id=row.remote_id, kind="")


def _keep(row: Thumbnail, delivery: Delivery, picture: Picture, now: datetime) -> None:
    """The card is told anew with it."""
    with transaction.atomic():
        kept = _mine(row).update(
            kind=picture.kind, content=picture.content, look_at=None, fetched_at=now
        )
        if kept:
            outbox.changed(delivery.job_id)
    _drop_the_oldest()


def _drop_the_oldest() -> None:
    shown = Thumbnail.objects.exclude(kind="").order_by("-fetched_at", "-pk")
    too_many = list(shown.values_list("pk", flat=True)[KEPT : KEPT + MOST_AT_ONCE])
    Thumbnail.objects.filter(pk__in=too_many).update(kind="", content=b"", fetched_at=None)
