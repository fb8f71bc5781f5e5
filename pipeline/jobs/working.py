"""For those who do the work: a lease on a job, and what becomes of it."""

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline import nodes, reach, tallies
from pipeline.admission import Admission
from pipeline.jobs.moves import Changes, Hold, State, move
from pipeline.jobs.waking import wake_on_commit
from pipeline.models import JobEvent, Project, Tally, UploadJob
from pipeline.studio import Studio

log = logging.getLogger(__name__)


# The rest of what people set is for others to see that it has run out, and to take the job.
LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS) * 0.75
MAX_ATTEMPTS = 1 + settings.UPLOAD_RETRIES  # 11, with these delays: an hour and a quarter
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
LEFTOVERS_KEPT = timedelta(hours=24)  # a failed job may be sent again and go on, but not for ever
PUMP = "pump"
HELD_LOOK_AGAIN = timedelta(minutes=1)


class LeaseLost(Exception):
    """The job is no longer ours: cancelled, or taken over. Nothing more may be sent."""

    def __init__(self, *, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "taken over by another worker")
        self.cancelled = cancelled


class PlannedStop(Exception):
    """Stop at the next part and give the job back; the message stands in its history."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or _("planned stop; it goes on where it was"))


@dataclass(frozen=True)
class Lease:
    """The right to work on a job, until it expires or is taken away."""

    job_id: int
    token: str


def due() -> models.QuerySet[UploadJob]:
    """Jobs that may start now, the next one first."""
    return _ready().filter(Admission().admits())


def _ready() -> models.QuerySet[UploadJob]:
    """Queued jobs whose time has come, whether or not they are let in now (pipeline.admission)."""
    now = timezone.now()
    ready = Q(run_after=None) | Q(run_after__lte=now)
    rows = UploadJob.objects.filter(ready, _nobodys(now), state=State.PENDING)
    return rows.order_by("-priority", "id")


def leftovers() -> models.QuerySet[UploadJob]:
    """Jobs that ended without arriving, and whose half files are to be taken away now."""
    now = timezone.now()
    ended = [State.CANCELLED, State.FAILED]
    return UploadJob.objects.filter(_nobodys(now), state__in=ended, run_after__lte=now)


def _nobodys(now: datetime) -> Q:
    """No lease stands: of a pending job only that of whoever cleans up after its last life."""
    return Q(lease_token="") | Q(lease_expires_at=None) | Q(lease_expires_at__lt=now)


def claim(job_id: int | None = None) -> Lease | None:
    """Take the next due job (or that one, if it is due) that this machine can open; None when there
    is none.

    The attempt is counted here, so that a job that kills its worker is counted too.
    """
    waiting = _ready() if job_id is None else _ready().filter(pk=job_id)
    if away := reach.HERE.folders_away():
        waiting = waiting.exclude(source__folder__in=away)
    while waiting.exists():
        with transaction.atomic():
            admitted = Admission(Studio.locked()).admits()
            pk = waiting.filter(admitted).values_list("pk", flat=True).first()
            if pk is None:
                return None
            if lease := _claimed(pk, admitted):
                return lease
    return None


def _claimed(pk: int, admitted: Q) -> Lease | None:
    lease = Lease(pk, uuid.uuid4().hex)
    now = timezone.now()
    taken = move(
        pk,
        State.PENDING,
        State.RUNNING,
        who=nodes.label(nodes.me()),
        why="",
        provided=_nobodys(now) & admitted,
        changes={
            "attempts": F("attempts") + 1,
            "lease_token": lease.token,
            "lease_expires_at": now + LEASE,
            "node": nodes.me(),
            "started_at": now,
            "run_after": None,
            "hold": "",
            "reason": "",
        },
    )
    return lease if taken else None


def claim_leftovers() -> Lease | None:
    """Take a job to clean up after. Its state stays, and it is not claimed again meanwhile."""
    while (pk := leftovers().values_list("pk", flat=True).first()) is not None:
        lease = Lease(pk, uuid.uuid4().hex)
        expiry = timezone.now() + LEASE
        if leftovers().filter(pk=pk).update(lease_token=lease.token, lease_expires_at=expiry):
            return lease
    return None


def cleaned_up(lease: Lease, *, again: timedelta | None = None) -> None:
    """Give the job back; `again` after that long if it could not be done now."""
    run_after = timezone.now() + again if again else None
    still_over = fenced(lease).filter(state__in=[State.CANCELLED, State.FAILED])
    still_over.update(run_after=run_after)
    fenced(lease).update(lease_token="", lease_expires_at=None)


def fenced(lease: Lease) -> models.QuerySet[UploadJob]:
    """The job's row while it is ours: update through this, and 0 rows means it no longer is."""
    return UploadJob.objects.filter(pk=lease.job_id, lease_token=lease.token)


def renew(lease: Lease, bytes_sent: int) -> None:
    """Keep the lease and note the progress. Raises LeaseLost."""
    expiry = timezone.now() + LEASE
    if not fenced(lease).update(lease_expires_at=expiry, bytes_sent=bytes_sent):
        raise lost(lease)


def assign(lease: Lease, project: Project, columns: Changes) -> None:
    """Write down where our running job goes. Raises LeaseLost; or PlannedStop when it is another
    project, whose jobs may not start now."""
    with transaction.atomic():
        rules = Admission(Studio.locked())
        job = fenced(lease).first()
        if job is None:
            raise lost(lease)
        is_new = job.project_id != project.pk
        job.project = project
        why = rules.why_waiting(job) if is_new else ""
        fenced(lease).update(**columns)
    if why:
        raise PlannedStop(why)


def note(lease: Lease, what: str) -> None:
    """A line in the history of our job; it moves nothing. Raises LeaseLost."""
    log.info("%s", what)
    with transaction.atomic():
        if not fenced(lease).update(lease_token=lease.token):
            raise lost(lease)
        who, state = nodes.label(nodes.me()), UploadJob.objects.get(pk=lease.job_id).state
        JobEvent.objects.create(
            job_id=lease.job_id, state=state, kind=JobEvent.Kind.NOTE, who=who, why=what
        )


def lost(lease: Lease) -> LeaseLost:
    cancelled = UploadJob.objects.filter(pk=lease.job_id, state=State.CANCELLED).exists()
    return LeaseLost(cancelled=cancelled)


def _leave(lease: Lease, new: State, why: str, changes: Changes) -> None:
    """End our work on the job. Raises LeaseLost when it was not ours any more."""
    changes = {"lease_token": "", "lease_expires_at": None, "reason": why, **changes}
    who = nodes.label(nodes.me())
    ours = Q(lease_token=lease.token)
    if not move(lease.job_id, State.RUNNING, new, who=who, why=why, provided=ours, changes=changes):
        raise lost(lease)


def done(lease: Lease, size: int) -> None:
    now = timezone.now()
    times = UploadJob.objects.values_list("started_at", "finished_at")
    started, arrived_before = times.get(pk=lease.job_id)
    _leave(lease, State.DONE, "", {"finished_at": now, "bytes_sent": size})
    if arrived_before:  # it was only moved, or copied to a place that waited
        return
    tallies.time(Tally.What.DURATION, (now - (started or now)).total_seconds())
    tallies.count(Tally.What.BYTES, amount=size)


def fail(lease: Lease, reason: str, *, kind: str = "permanent") -> None:
    """`kind` of error, for the statistics."""
    now = timezone.now()
    changes = {"finished_at": now, "run_after": now + LEFTOVERS_KEPT}
    _leave(lease, State.FAILED, reason, changes)
    tallies.count(Tally.What.ERROR, kind)


def release(lease: Lease, why: str) -> None:
    """Give it back at once, unfinished: whoever comes next goes on where we stopped. Costs no
    attempt, as nothing went wrong. Raises LeaseLost."""
    _leave(lease, State.PENDING, why, {"reason": "", "attempts": F("attempts") - 1})
    wake_on_commit()


def drop(lease: Lease, reason: str) -> None:
    """Cancel our own running job: what it was to send is no more. Its `hold` tells that no person
    did it, so that the job goes on should the file come back as it was (intake.take_in)."""
    now = timezone.now()
    changes = {"finished_at": now, "run_after": now, "hold": Hold.FILE}
    _leave(lease, State.CANCELLED, reason, changes)


def hold(lease: Lease, hold: Hold, reason: str) -> None:
    """Wait for a person, or for the mount or a login to come back; costs no attempt."""
    by_itself = hold in {Hold.FILE, Hold.ACCOUNT}
    again = timezone.now() + HELD_LOOK_AGAIN if by_itself else None
    changes = {"hold": hold, "run_after": again, "attempts": F("attempts") - 1}
    _leave(lease, State.WAITING, reason, changes)
    tallies.count(Tally.What.ERROR, hold)
    _forget_looks_in_vain(lease.job_id, reason)


def _forget_looks_in_vain(job_id: int, reason: str) -> None:
    """Keep the history readable: a job held for a weekend looks again thousands of times."""
    holds = JobEvent.objects.filter(job=job_id, state=State.WAITING).order_by("-id")[:2]
    if len(holds) < 2 or holds[1].why != reason:
        return
    since = JobEvent.objects.filter(job=job_id, id__gt=holds[1].pk)
    if not since.filter(state=State.PENDING).exclude(who=PUMP).exists():  # a person's line stays
        since.delete()


def later(
    lease: Lease,
    reason: str,
    *,
    attempts: int,
    after: timedelta | None = None,
    kind: str = "temporary",
) -> State:
    """Try again: `after` that long, or after a delay that doubles. Failed when it is enough.

    `kind` of error, for the statistics.
    """
    if attempts >= MAX_ATTEMPTS:
        tried = _("%(reason)s (Tried %(count)d times.)") % {"reason": reason, "count": attempts}
        fail(lease, tried, kind=kind)
        return State.FAILED
    run_after = timezone.now() + max(backoff(attempts), after or timedelta())
    _leave(lease, State.PENDING, reason, {"run_after": run_after})
    tallies.count(Tally.What.ERROR, kind)
    return State.PENDING


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... 15 min, each a quarter more or less so that jobs do not march in step."""
    delay: timedelta = min(FIRST_DELAY * 2 ** (max(attempts, 1) - 1), LONGEST_DELAY)
    return delay * random.uniform(0.75, 1.25)  # noqa: S311  spreads load, guards nothing
