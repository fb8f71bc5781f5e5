"""What is forgotten in the end: finished jobs, their histories, files that are long gone, and who
changed what in the set-up.

A job stays as long as its file does, whatever its age: it is how the file is known again when it is
touched or moved, so that it is not sent twice. Of a file sent by hand nobody tells when it is gone,
so its last job stays for good. Jobs of projects whose comments are still read stay, too.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from pipeline.channels import Card
from pipeline.jobs import State
from pipeline.models import Delivery, JobEvent, Revision, SourceFile, UploadJob, WatchedFolder

log = logging.getLogger(__name__)

OVER = [State.DONE, State.FAILED, State.CANCELLED]
BATCH = 200  # rows deleted at once: nobody waits for the database for long

Prune = Callable[[datetime], int]


def prune(now: datetime | None = None) -> None:
    """Forget what is older than KEEP_HISTORY_DAYS. Safe to be cut off, and to run twice at once."""
    if not settings.KEEP_HISTORY_DAYS:
        return
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_HISTORY_DAYS)
    counts = [_in_batches(step, before) for step in (_events, _cards, _jobs, _files, _revisions)]
    if any(counts):
        log.info(
            "Forgotten, being old: %d lines of history, %d cards, %d jobs, %d files,"
            " %d changes of the set-up.",
            *counts,
        )


def _in_batches(step: Prune, before: datetime) -> int:
    total = 0
    while count := step(before):
        total += count
    return total


def _events(before: datetime) -> int:
    """All but a job's last line, which says how it ended."""
    later = JobEvent.objects.filter(job=OuterRef("job"), id__gt=OuterRef("id"))
    old = JobEvent.objects.filter(
        Exists(later), at__lt=before, job__state__in=OVER, job__finished_at__lt=before
    )
    count, _ = JobEvent.objects.filter(pk__in=_first(old)).delete()
    return count


def _cards(before: datetime) -> int:
    """What was told so long ago stays where it was told."""
    old = Card.objects.filter(changed_at__lt=before)
    count, _ = Card.objects.filter(pk__in=_first(old)).delete()
    return count


def _jobs(before: datetime) -> int:
    """One that a person sends again at this moment stays: its row is locked, or has changed."""
    old = _forgettable_jobs(before)
    with transaction.atomic():
        rows = old.filter(pk__in=_first(old)).select_for_update(of=("self",))
        pks = list(rows.values_list("pk", flat=True))
        UploadJob.objects.filter(pk__in=pks).delete()
    return len(pks)


def _forgettable_jobs(before: datetime) -> models.QuerySet[UploadJob]:
    newer = UploadJob.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    file_is_gone = Q(source__state=SourceFile.State.VANISHED, source__changed_at__lt=before)
    half_there = Delivery.objects.filter(job=OuterRef("pk"), done=False).exclude(memory={})
    return UploadJob.objects.filter(
        Exists(newer) | file_is_gone,
        ~Exists(half_there),
        state__in=OVER,
        finished_at__lt=before,
        lease_token="",
    ).exclude(project__comments_for_days__gt=settings.KEEP_HISTORY_DAYS)


def _files(before: datetime) -> int:
    """The watchers keep the ledger in memory, and are told to read it anew."""
    gone = SourceFile.objects.filter(
        state=SourceFile.State.VANISHED, changed_at__lt=before, jobs=None
    )
    with transaction.atomic():
        pks = _first(gone)
        rows = gone.filter(pk__in=pks)
        folders = set(rows.values_list("folder", flat=True))
        count, _ = rows.delete()
        changed = WatchedFolder.objects.filter(pk__in=[pk for pk in folders if pk])
        changed.update(ledger_changes=F("ledger_changes") + 1)
    return count


def _revisions(before: datetime) -> int:
    count, _ = Revision.objects.filter(
        pk__in=_first(Revision.objects.filter(at__lt=before))
    ).delete()
    return count


def _first(rows: models.QuerySet[models.Model]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
