"""What people do with jobs."""

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pipeline.jobs.moves import FOR_A_NAME, NO_CHANGES, Changes, MoveRefused, State, move
from pipeline.jobs.waking import wake_cleaner, wake_on_commit
from pipeline.models import JobEvent, UploadJob

MOST_URGENT = 32_767  # what the column takes


AFRESH: Changes = {
    "run_after": None,
    "attempts": 0,
    "hold": "",
    "reason": "",
    "finished_at": None,
}


def retry(job: UploadJob, who: str) -> None:
    """Queue a held, failed or cancelled job again, with all its attempts. Raises MoveRefused."""
    if _queue_again(job, who, _("sent again"), AFRESH):
        return
    sooner = UploadJob.objects.filter(pk=job.pk, state=State.PENDING)
    if sooner.exclude(run_after=None).update(run_after=None):
        wake_on_commit()
        return
    raise MoveRefused(_refusal(job, _("sent again")))


def retry_elsewhere(job: UploadJob, who: str, why: str, columns: Changes) -> None:
    """As `retry`, and with these columns, which say where it goes now. Raises MoveRefused."""
    if not _queue_again(job, who, why, {**AFRESH, **columns}):
        raise MoveRefused(_refusal(job, _("sent again")))


def _queue_again(job: UploadJob, who: str, why: str, changes: Changes) -> bool:
    for old in (State.FAILED, State.CANCELLED, State.WAITING):
        if move(job.pk, old, State.PENDING, who=who, why=why, changes=changes):
            wake_on_commit()
            return True
    return False


def let_go(job: UploadJob, who: str, why: str, columns: Changes = NO_CHANGES) -> None:
    """Queue a job that is held because its name could not be read; `columns` say where it goes, if
    a person does. Raises MoveRefused when it is not held for that any more."""
    unread = Q(hold__in=FOR_A_NAME, rule=None)
    changes = {**columns, "run_after": None, "attempts": 0, "hold": "", "reason": ""}
    moved = move(
        job.pk, State.WAITING, State.PENDING, who=who, why=why, provided=unread, changes=changes
    )
    if not moved:
        raise _not_held(job)
    wake_on_commit()


def leave(job: UploadJob, who: str) -> None:
    """End a job that is held because its name could not be read: it is not wanted. Raises
    MoveRefused when it is not held for that any more."""
    now = timezone.now()
    why = _("left where it is, by %(who)s") % {"who": who}
    changes: Changes = {"run_after": now, "hold": "", "reason": why, "finished_at": now}
    unread = Q(hold__in=FOR_A_NAME, rule=None)
    moved = move(
        job.pk, State.WAITING, State.CANCELLED, who=who, why=why, provided=unread, changes=changes
    )
    if not moved:
        raise _not_held(job)


def _not_held(job: UploadJob) -> MoveRefused:
    return MoveRefused(_("%(name)s is not held for its name any more.") % {"name": job.name})


def cancel(job: UploadJob, who: str) -> None:
    """Stop it; what is under way stops within seconds. Raises MoveRefused."""
    why = _("cancelled by %(who)s") % {"who": who}
    now = timezone.now()
    changes: Changes = {
        "lease_token": "",
        "lease_expires_at": None,
        "run_after": now,  # to be cleaned up after
        "hold": "",
        "reason": why,
        "finished_at": now,
    }
    for old in (State.PENDING, State.WAITING, State.RUNNING, State.FAILED):
        if move(job.pk, old, State.CANCELLED, who=who, why=why, changes=changes):
            wake_on_commit(wake_cleaner)
            return
    raise MoveRefused(_refusal(job, _("cancelled")))


def _refusal(job: UploadJob, wanted: str) -> str:
    now = UploadJob.objects.filter(pk=job.pk).first()
    state = now.get_state_display() if now else _("deleted")
    return _("%(name)s cannot be %(wanted)s: it is %(state)s.") % {
        "name": job.name,
        "wanted": wanted,
        "state": state,
    }


def send_first(job: UploadJob, who: str) -> None:
    """Put a queued job before all others, whatever the upload hours, and end its wait for the next
    try. A pause and the limits hold for it too. Raises MoveRefused."""
    queued = UploadJob.objects.filter(state=State.PENDING)
    others = queued.exclude(pk=job.pk).aggregate(highest=Max("priority"))
    first = {
        "priority": min((others["highest"] or 0) + 1, MOST_URGENT),
        "run_after": None,
        "any_time": True,
    }
    with transaction.atomic():
        if not queued.filter(pk=job.pk).update(**first):
            raise MoveRefused(_refusal(job, _("sent first")))
        JobEvent.objects.create(
            job=job,
            state=State.PENDING,
            kind=JobEvent.Kind.RANK,
            who=who,
            why=_("to be sent first"),
        )
        wake_on_commit()


class Rank(models.IntegerChoices):
    """The priorities that people give; the higher goes first."""

    LOW = -10, pgettext_lazy("priority", "low")
    NORMAL = 0, pgettext_lazy("priority", "normal")
    HIGH = 10, pgettext_lazy("priority", "high")


def rank(job: UploadJob, rank: Rank, who: str) -> None:
    """Let a job that has not begun, or begins again, go before or after others; within the upload
    hours. Raises MoveRefused."""
    why = _("priority: %(rank)s") % {"rank": rank.label}
    with transaction.atomic():
        for state in (State.PENDING, State.WAITING, State.FAILED):
            rows = UploadJob.objects.filter(pk=job.pk, state=state)
            if rows.update(priority=rank, any_time=False):
                JobEvent.objects.create(
                    job=job, state=state, kind=JobEvent.Kind.RANK, who=who, why=why
                )
                return
    raise MoveRefused(_refusal(job, _("given another priority")))
