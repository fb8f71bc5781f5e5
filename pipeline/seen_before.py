"""Content that was handed over before and turns up again: under another date, or another name.

It is not sent a second time; its job and its row in the ledger follow it.
"""

import contextlib
from pathlib import PurePosixPath

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline import jobs
from pipeline.models import SourceFile, UploadJob
from pipeline.search_index import words_of

State = SourceFile.State


class UnderWay(Exception):
    """What its upload comes to has to be known first."""

    def __init__(self, job: UploadJob) -> None:
        why = _("Its upload is under way (job %(id)d): waiting for the end of it.")
        super().__init__(why % {"id": job.pk})


def only_touched(source: SourceFile, quick_hash: str) -> bool:
    """Whether `source` holds what it held when it was last handed over, under another date.

    Its job is given the new date and nothing is sent. Raises UnderWay.
    """
    if not quick_hash or source.quick_hash != quick_hash:
        return False
    job = source.jobs.filter(size=source.size).order_by("-id").first()
    if job is None or job.mtime_ns == source.mtime_ns or jobs.is_dropped(job):
        return False
    try:
        with transaction.atomic():
            _change(job, mtime_ns=source.mtime_ns)
    except IntegrityError:  # an older content came back with its own date, and has its own job
        return False
    _as_it_is(source).update(state=State.TAKEN, reason="")
    return True


def moved(before: SourceFile, now: SourceFile, who: str) -> bool:
    """The file of `before` lies where `now` was found: from here on they are one row.

    What has arrived stays as it is on Frame.io. What was held or has failed is tried again, as its
    new name may be the remedy. False when that row has a history of its own, or things have changed
    meanwhile: then it is new content like any other. Raises UnderWay.
    """
    job = before.jobs.order_by("-id").first()
    if job is None or now.jobs.exists():
        return False
    with transaction.atomic():
        _change(job, **_renamed(job, now))
        _as_it_is(now).filter(state=State.SETTLING).delete()
        followed = _as_it_is(before).update(
            key=now.key,
            digest=now.digest,
            directory=now.directory,
            words=now.words,
            raw_path=now.raw_path,
            state=State.TAKEN,
            reason=(_("Moved here from %(path)s.") % {"path": before.key})[:500],
            changed_at=timezone.now(),
        )
        if not followed:
            transaction.set_rollback(True)
            return False
        _search_at(before, now.key)
    if job.state in {jobs.State.WAITING, jobs.State.FAILED} or jobs.is_dropped(job):
        with contextlib.suppress(jobs.MoveRefused):  # it goes on already
            jobs.retry(job, who)
    return True


def _renamed(job: UploadJob, now: SourceFile) -> dict[str, object]:
    """Without its rule, the new name is read before it is sent."""
    if job.state == jobs.State.DONE:
        return {"name": job.name}
    return {"name": PurePosixPath(now.key).name, "rule": None}


def _change(job: UploadJob, **columns: object) -> None:
    if job.state == jobs.State.RUNNING:
        raise UnderWay(job)
    if not UploadJob.objects.filter(pk=job.pk, state=job.state).update(**columns):
        raise UnderWay(job)


def _search_at(source: SourceFile, key: str) -> None:
    """What was sent of the file before is found at its new path, too."""
    for pk, name in source.jobs.values_list("pk", "name"):
        UploadJob.objects.filter(pk=pk).update(words=words_of(name, key))


def _as_it_is(source: SourceFile) -> models.QuerySet[SourceFile]:
    """Its row, unless it holds another content or lies elsewhere by now."""
    return SourceFile.objects.filter(
        pk=source.pk, key=source.key, size=source.size, mtime_ns=source.mtime_ns
    )
