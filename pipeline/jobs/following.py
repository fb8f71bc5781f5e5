"""What follows for jobs from what becomes of their files."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.jobs.moves import SUPERSEDED, Changes, Hold, MoveRefused, State, move
from pipeline.jobs.waking import wake_on_commit
from pipeline.models import Delivery, SourceFile, UploadJob

ARRIVED = "arrived"  # in a delivery's memory: what is to be moved


def supersede(newer: UploadJob) -> None:
    """End what waits to send an earlier content of the file: it is no longer there to be sent."""
    why = _("The file has other content now, which job %(id)d sends.") % {"id": newer.pk}
    now = timezone.now()
    changes = {"run_after": now, "hold": "", "reason": why, "finished_at": now}
    earlier = UploadJob.objects.filter(source=newer.source_id, pk__lt=newer.pk)
    earlier = earlier.exclude(pk__in=_to_be_moved())
    for old in SUPERSEDED:
        for pk in earlier.filter(state=old).values_list("pk", flat=True):
            if old == State.FAILED or not _back_to_done(pk, old, why):
                move(pk, old, State.CANCELLED, who="PostFlow", why=why, changes=changes)


def _back_to_done(pk: int, old: State, why: str) -> bool:
    """A job that had arrived, and was opened again for a place that waited (`reopen`): only that
    place is not reached. A half copy there is taken away first, as of a cancelled one."""
    if Delivery.objects.filter(job=pk, done=False).exclude(memory={}).exists():
        return False
    had_arrived = Q(finished_at__isnull=False)
    changes = {"run_after": None, "hold": "", "reason": ""}
    return move(pk, old, State.DONE, who="PostFlow", why=why, provided=had_arrived, changes=changes)


def give_up_held(sources: models.QuerySet[SourceFile]) -> None:
    """These files are no longer there: nobody is asked any more about what is held of them. Each
    goes on by itself should its file come back (`is_dropped`)."""
    why = _("The file is no longer there. Should it come back, it goes up by itself.")
    now = timezone.now()
    changes = {"run_after": now, "hold": Hold.FILE, "reason": why, "finished_at": now}
    held = UploadJob.objects.filter(state=State.WAITING, source__in=sources)
    held = held.exclude(pk__in=_to_be_moved())
    for pk in list(held.values_list("pk", flat=True)):
        move(pk, State.WAITING, State.CANCELLED, who="PostFlow", why=why, changes=changes)


def _to_be_moved() -> models.QuerySet[Delivery, int]:
    """Jobs whose file has arrived and only lies in the wrong place: that needs no file here."""
    rows = Delivery.objects.filter(done=False, memory__has_key=ARRIVED)
    return rows.values_list("job", flat=True)


def is_dropped(job: UploadJob) -> bool:
    """Cancelled by no person, but because its file was not as it should be."""
    return job.state == State.CANCELLED and job.hold == Hold.FILE


def put_right(job: UploadJob, who: str, why: str, columns: Changes) -> None:
    """Queue a job that has arrived, to be moved to where these columns say; at any hour, as next to
    nothing is sent. Raises MoveRefused when it is not as it was seen any more."""
    changes = {**columns, "run_after": None, "attempts": 0, "any_time": True}
    as_seen = Q(finished_at=job.finished_at)
    moved = move(
        job.pk, State.DONE, State.PENDING, who=who, why=why, provided=as_seen, changes=changes
    )
    if not moved:
        raise MoveRefused(_("%(name)s has just changed. Look at it again.") % {"name": job.name})
    wake_on_commit()


def reopen(job: UploadJob, why: str) -> bool:
    """Queue a job that has arrived for a place that waited for this. Tells whether it had.

    It keeps its `finished_at`, by which it is known to have arrived before.
    """
    changes = {"run_after": None, "attempts": 0}
    moved = move(job.pk, State.DONE, State.PENDING, who="PostFlow", why=why, changes=changes)
    if moved:
        wake_on_commit()
    return moved
