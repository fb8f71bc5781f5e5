"""The life of an upload job, and the only writer of `UploadJob.state`.

    waiting  held, with the reason in words; `run_after` says when to look again by itself
    pending  due when `run_after` is empty or past
    running  holds a lease (token and expiry), renewed by a heartbeat
    done, failed, cancelled

Each move is one conditional update and one JobEvent in one transaction: of two processes that try
the same move, one wins and the other is told so. The broker only carries wake-ups, which may be
lost, doubled or late; `pump` puts right whatever went wrong with them.
"""

import logging
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.brokers import get_broker
from django_q.tasks import async_task

from pipeline import nodes
from pipeline.models import JobEvent, UploadJob

log = logging.getLogger(__name__)

State = UploadJob.State
Hold = UploadJob.Hold

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 12  # with the delays below: about an hour and a quarter
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
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
    State.DONE: frozenset(),
}


class MoveRefused(Exception):
    """The job is not in a state from which that can be done; says which it is in."""


class LeaseLost(Exception):
    """The job is no longer ours: cancelled, or taken over. Nothing more may be sent."""

    def __init__(self, *, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "taken over by another worker")
        self.cancelled = cancelled


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
    return True


# --- For those who do the work --------------------------------------------------------------------


def due() -> models.QuerySet[UploadJob]:
    """Jobs that may start now, the next one first."""
    ready = Q(run_after=None) | Q(run_after__lte=timezone.now())
    return UploadJob.objects.filter(ready, state=State.PENDING).order_by("-priority", "id")


def claim(job_id: int | None = None) -> Lease | None:
    """Take the next due job (or that one, if it is due); None when there is none.

    The attempt is counted here, so that a job that kills its worker is counted too.
    """
    waiting = due() if job_id is None else due().filter(pk=job_id)
    while (pk := waiting.values_list("pk", flat=True).first()) is not None:
        lease = Lease(pk, uuid.uuid4().hex)
        now = timezone.now()
        if move(
            pk,
            State.PENDING,
            State.RUNNING,
            who=nodes.label(nodes.me()),
            why="",
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
        ):
            return lease
    return None


def fenced(lease: Lease) -> models.QuerySet[UploadJob]:
    """The job's row while it is ours: update through this, and 0 rows means it no longer is."""
    return UploadJob.objects.filter(pk=lease.job_id, state=State.RUNNING, lease_token=lease.token)


def renew(lease: Lease, bytes_sent: int) -> None:
    """Keep the lease and note the progress. Raises LeaseLost."""
    expiry = timezone.now() + LEASE
    if not fenced(lease).update(lease_expires_at=expiry, bytes_sent=bytes_sent):
        raise lost(lease)


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
    _leave(lease, State.DONE, "", {"finished_at": timezone.now(), "bytes_sent": size})


def fail(lease: Lease, reason: str) -> None:
    _leave(lease, State.FAILED, reason, {"finished_at": timezone.now()})


def release(lease: Lease, why: str) -> None:
    """Give it back at once, unfinished: whoever comes next goes on where we stopped."""
    _leave(lease, State.PENDING, why, {"reason": ""})


def drop(lease: Lease, reason: str) -> None:
    """Cancel our own running job: there is nothing left that could be sent."""
    _leave(lease, State.CANCELLED, reason, {"finished_at": timezone.now()})


def hold(lease: Lease, hold: Hold, reason: str) -> None:
    """Wait for a person, or for the mount or a login to come back; costs no attempt."""
    by_itself = hold in {Hold.FILE, Hold.ACCOUNT}
    again = timezone.now() + HELD_LOOK_AGAIN if by_itself else None
    changes = {"hold": hold, "run_after": again, "attempts": F("attempts") - 1}
    _leave(lease, State.WAITING, reason, changes)
    _forget_looks_in_vain(lease.job_id, reason)


def _forget_looks_in_vain(job_id: int, reason: str) -> None:
    """Keep the history readable: a job held for a weekend looks again thousands of times."""
    holds = JobEvent.objects.filter(job=job_id, state=State.WAITING).order_by("-id")[:2]
    if len(holds) == 2 and holds[1].why == reason:
        JobEvent.objects.filter(job=job_id, id__gt=holds[1].pk).delete()


def later(lease: Lease, reason: str, *, attempts: int, after: timedelta | None = None) -> State:
    """Try again: `after` that long, or after a delay that doubles. Failed when it is enough."""
    if attempts >= MAX_ATTEMPTS:
        tried = _("%(reason)s (Tried %(count)d times.)") % {"reason": reason, "count": attempts}
        fail(lease, tried)
        return State.FAILED
    run_after = timezone.now() + max(backoff(attempts), after or timedelta())
    _leave(lease, State.PENDING, reason, {"run_after": run_after})
    return State.PENDING


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... 15 min, each a quarter more or less so that jobs do not march in step."""
    delay: timedelta = min(FIRST_DELAY * 2 ** (max(attempts, 1) - 1), LONGEST_DELAY)
    return delay * random.uniform(0.75, 1.25)  # noqa: S311  spreads load, guards nothing


# --- For people -----------------------------------------------------------------------------------


def retry(job: UploadJob, who: str) -> None:
    """Queue a held, failed or cancelled job again, with all its attempts. Raises MoveRefused."""
    changes = {"run_after": None, "attempts": 0, "hold": "", "reason": "", "finished_at": None}
    for old in (State.FAILED, State.CANCELLED, State.WAITING):
        if move(job.pk, old, State.PENDING, who=who, why=_("sent again"), changes=changes):
            wake_on_commit()
            return
    sooner = UploadJob.objects.filter(pk=job.pk, state=State.PENDING)
    if sooner.exclude(run_after=None).update(run_after=None):
        wake_on_commit()
        return
    raise MoveRefused(_refusal(job, _("sent again")))


def cancel(job: UploadJob, who: str) -> None:
    """Stop it; what is under way stops within seconds. Raises MoveRefused."""
    why = _("cancelled by %(who)s") % {"who": who}
    changes: Changes = {
        "lease_token": "",
        "lease_expires_at": None,
        "run_after": None,
        "hold": "",
        "reason": why,
        "finished_at": timezone.now(),
    }
    for old in (State.PENDING, State.WAITING, State.RUNNING, State.FAILED):
        if move(job.pk, old, State.CANCELLED, who=who, why=why, changes=changes):
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
    """Put a queued job before all others, and end its wait for the next try. Raises MoveRefused."""
    queued = UploadJob.objects.filter(state=State.PENDING)
    others = queued.exclude(pk=job.pk).aggregate(highest=Max("priority"))
    first = {"priority": min((others["highest"] or 0) + 1, MOST_URGENT), "run_after": None}
    with transaction.atomic():
        if not queued.filter(pk=job.pk).update(**first):
            raise MoveRefused(_refusal(job, _("sent first")))
        JobEvent.objects.create(job=job, state=State.PENDING, who=who, why=_("to be sent first"))
        wake_on_commit()


# --- Keeping it going -----------------------------------------------------------------------------


def pump() -> None:
    """Put right what died or was lost. May run anywhere, any number of times at once.

    1. Leases that ran out, or whose process died here: the job is queued again.
    2. Held jobs whose time to look again has come are queued.
    3. The broker gets as many wake-ups as there are due jobs, up to what the workers can take.
    """
    take_back_abandoned()
    for job in UploadJob.objects.filter(state=State.WAITING, run_after__lte=timezone.now()):
        why = _("looking again")
        move(job.pk, State.WAITING, State.PENDING, who="pump", why=why, changes={"run_after": None})
    try:
        _top_up()
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        log.warning("The broker takes no wake-ups now (%s); the next round tries again.", error)


def _top_up() -> None:
    wanted = due()[: 2 * settings.UPLOAD_WORKERS].count()
    for _i in range(wanted - int(get_broker().queue_size())):
        wake()


def take_back_abandoned() -> None:
    """Queue the jobs whose lease ran out, or whose process has died on this machine."""
    for job in UploadJob.objects.filter(state=State.RUNNING):
        expired = job.lease_expires_at is None or job.lease_expires_at < timezone.now()
        if expired or nodes.is_gone(job.node):
            _take_back(job)


def _take_back(job: UploadJob) -> None:
    """Queue it again, or give it up when it has died too often; unless it has just been renewed."""
    as_seen = Q(lease_token=job.lease_token, lease_expires_at=job.lease_expires_at)
    why = _("the worker on %(node)s died or stood still") % {"node": nodes.label(job.node)}
    changes: dict[str, object] = {"lease_token": "", "lease_expires_at": None}
    new = State.PENDING
    if job.attempts >= MAX_ATTEMPTS:
        new = State.FAILED
        why = _("The upload was cut off %(count)d times; see the log, then send it again.") % {
            "count": job.attempts
        }
        changes |= {"reason": why, "finished_at": timezone.now()}
    move(job.pk, State.RUNNING, new, who="pump", why=why, provided=as_seen, changes=changes)


def wake() -> None:
    """Tell some worker, somewhere, that there is work."""
    async_task("pipeline.tasks.work")


def wake_on_commit() -> None:
    """Wake a worker once the rows can be seen. A broker that is away must not fail the caller."""
    transaction.on_commit(wake, robust=True)
