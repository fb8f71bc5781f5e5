"""The life of an upload job, and the only writer of `UploadJob.state`.

    waiting  held, with the reason in words; `run_after` says when to look again by itself
    pending  due when `run_after` is empty or past
    running  holds a lease (token and expiry), renewed by a heartbeat
    done, failed, cancelled

Each move is one conditional update and one JobEvent in one transaction: of two processes that try
the same move, one wins and the other is told so. The broker only carries wake-ups, which may be
lost, doubled or late; `pipeline.pump` puts right whatever went wrong with them.
"""

import contextlib
import logging
import random
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_q.brokers import get_broker
from django_q.tasks import async_task

from pipeline import nodes, outbox, reach, tallies
from pipeline.admission import Admission
from pipeline.models import JobEvent, Project, SourceFile, Tally, UploadJob
from pipeline.studio import Studio
from postflow_site.logs.of_job import of_job

log = logging.getLogger(__name__)

State = UploadJob.State
Hold = UploadJob.Hold
FOR_A_NAME = (Hold.NAME, Hold.PROJECT)

# The rest of what people set is for others to see that it has run out, and to take the job.
LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS) * 0.75
MAX_ATTEMPTS = 1 + settings.UPLOAD_RETRIES  # 11, with these delays: an hour and a quarter
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
LEFTOVERS_KEPT = timedelta(hours=24)  # a failed job may be sent again and go on, but not for ever
PUMP = "pump"
HELD_LOOK_AGAIN = timedelta(minutes=1)
MOST_URGENT = 32_767  # what the column takes

MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.PENDING, State.CANCELLED}),
    State.PENDING: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset(
        {State.DONE, State.PENDING, State.WAITING, State.FAILED, State.CANCELLED}
    ),
    State.FAILED: frozenset({State.PENDING, State.CANCELLED}),
    State.CANCELLED: frozenset({State.PENDING}),
    State.DONE: frozenset({State.PENDING}),  # for a place that waited (`reopen`)
}


SUPERSEDED = (State.PENDING, State.WAITING, State.FAILED)  # when the file gets a newer job


class MoveRefused(Exception):
    """The job is not in a state from which that can be done; says which it is in."""


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


Changes: TypeAlias = Mapping[str, object]
ANYHOW = Q()
NO_CHANGES: Changes = {}


def move(
    job_id: int,
    old: State,
    new: State,
    *,
    who: str,
    why: str,
    provided: Q = ANYHOW,
    changes: Changes = NO_CHANGES,
) -> bool:
    """Move the job if it still stands at `old`, and `provided` holds. Tells whether it did."""
    if new not in MOVES[old]:
        raise ValueError(f"a job never goes from {old} to {new}")
    with transaction.atomic():
        rows = UploadJob.objects.filter(provided, pk=job_id, state=old)
        if rows.update(state=new, **changes) != 1:
            return False
        JobEvent.objects.create(job_id=job_id, state=new, who=who, why=why)
        outbox.changed(job_id)
    tallies.count(Tally.What.MOVE, new)
    return True


# --- For those who do the work --------------------------------------------------------------------


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
        JobEvent.objects.create(job_id=lease.job_id, state=state, who=who, why=what)


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
    _leave(lease, State.DONE, "", {"finished_at": now, "bytes_sent": size})
    started = UploadJob.objects.values_list("started_at", flat=True).get(pk=lease.job_id) or now
    tallies.time(Tally.What.DURATION, (now - started).total_seconds())
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


# --- For people -----------------------------------------------------------------------------------


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
        raise MoveRefused(_("%(name)s is not held for its name any more.") % {"name": job.name})
    wake_on_commit()


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


def supersede(newer: UploadJob) -> None:
    """End what waits to send an earlier content of the file: it is no longer there to be sent."""
    why = _("The file has other content now, which job %(id)d sends.") % {"id": newer.pk}
    now = timezone.now()
    changes = {"run_after": now, "hold": "", "reason": why, "finished_at": now}
    earlier = UploadJob.objects.filter(source=newer.source_id, pk__lt=newer.pk)
    for old in SUPERSEDED:
        for pk in earlier.filter(state=old).values_list("pk", flat=True):
            move(pk, old, State.CANCELLED, who="PostFlow", why=why, changes=changes)


def give_up_held(sources: models.QuerySet[SourceFile]) -> None:
    """These files are no longer there: nobody is asked any more about what is held of them. Each
    goes on by itself should its file come back (`is_dropped`)."""
    why = _("The file is no longer there. Should it come back, it goes up by itself.")
    now = timezone.now()
    changes = {"run_after": now, "hold": Hold.FILE, "reason": why, "finished_at": now}
    held = UploadJob.objects.filter(state=State.WAITING, source__in=sources)
    for pk in list(held.values_list("pk", flat=True)):
        move(pk, State.WAITING, State.CANCELLED, who="PostFlow", why=why, changes=changes)


def is_dropped(job: UploadJob) -> bool:
    """Cancelled by no person, but because its file was not as it should be."""
    return job.state == State.CANCELLED and job.hold == Hold.FILE


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
        JobEvent.objects.create(job=job, state=State.PENDING, who=who, why=_("to be sent first"))
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
                JobEvent.objects.create(job=job, state=state, who=who, why=why)
                return
    raise MoveRefused(_refusal(job, _("given another priority")))


# --- Keeping it going -----------------------------------------------------------------------------


def look_at_held_again() -> None:
    """Queue the held jobs whose time to look again has come."""
    for pk in UploadJob.objects.filter(
        state=State.WAITING, run_after__lte=timezone.now()
    ).values_list("pk", flat=True):
        why = _("looking again")
        move(pk, State.WAITING, State.PENDING, who=PUMP, why=why, changes={"run_after": None})


def take_back_abandoned() -> list[int]:
    """Queue the jobs whose lease ran out, or whose process has died on this machine.

    Gives the ids of those that are given up instead, having died too often.
    """
    running = UploadJob.objects.filter(state=State.RUNNING).defer("discord_webhook_url")
    return [job.pk for job in running if _is_abandoned(job) and _take_back(job) == State.FAILED]


def next_expiry() -> datetime | None:
    """When the first of the leases runs out, unless it is renewed."""
    running = UploadJob.objects.filter(state=State.RUNNING)
    found: datetime | None = running.aggregate(first=Min("lease_expires_at"))["first"]
    return found


def _is_abandoned(job: UploadJob) -> bool:
    expired = job.lease_expires_at is None or job.lease_expires_at < timezone.now()
    return expired or nodes.is_gone(job.node)


def put_back(workers: Collection[str], why: str) -> None:
    """Queue the jobs that these processes held, which were ended on purpose; costs no attempt."""
    for job in UploadJob.objects.filter(state=State.RUNNING, node__in=workers):
        with contextlib.suppress(LeaseLost):
            release(Lease(job.pk, job.lease_token), why)


def _take_back(job: UploadJob) -> State:
    """What it is now: queued again, or given up; still running when it has just been renewed."""
    as_seen = Q(lease_token=job.lease_token, lease_expires_at=job.lease_expires_at)
    why = _("the worker on %(node)s died or stood still") % {"node": nodes.label(job.node)}
    changes: dict[str, object] = {"lease_token": "", "lease_expires_at": None}
    new = State.PENDING
    if job.attempts >= MAX_ATTEMPTS:
        new = State.FAILED
        why = _("The upload was cut off %(count)d times; see the log, then send it again.") % {
            "count": job.attempts
        }
        now = timezone.now()
        changes |= {"reason": why, "finished_at": now, "run_after": now + LEFTOVERS_KEPT}
    if not move(job.pk, State.RUNNING, new, who=PUMP, why=why, provided=as_seen, changes=changes):
        return State.RUNNING
    with of_job(job.pk):
        log.warning("%s", why)
    tallies.count(Tally.What.LEASE_LOST)
    return new


def top_up() -> None:
    """Give the broker a wake-up for each thing to do, up to what the workers can take."""
    most = 2 * settings.UPLOAD_WORKERS
    for _i in range(due()[:most].count() - int(get_broker().queue_size())):
        wake()
    most = 2 * settings.SHORT_WORKERS
    for _i in range(
        leftovers()[:most].count() - int(get_broker(settings.SHORT_QUEUE).queue_size())
    ):
        wake_cleaner()


def wake() -> None:
    """Tell some worker, somewhere, that there is work."""
    async_task("pipeline.tasks.work")


def wake_cleaner() -> None:
    async_task("pipeline.tasks.clean_up", cluster=settings.SHORT_QUEUE)


def wake_on_commit(who: Callable[[], None] = wake) -> None:
    """Wake a worker once the rows can be seen. A broker that is away must not fail the caller."""
    transaction.on_commit(who, robust=True)
