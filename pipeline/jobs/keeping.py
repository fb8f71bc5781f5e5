"""Keeping it going."""

import contextlib
import logging
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.brokers import get_broker

from pipeline import nodes, tallies
from pipeline.jobs.moves import State, move
from pipeline.jobs.waking import wake, wake_cleaner
from pipeline.jobs.working import (
    LEFTOVERS_KEPT,
    MAX_ATTEMPTS,
    PUMP,
    Lease,
    LeaseLost,
    due,
    leftovers,
    release,
)
from pipeline.models import Tally, UploadJob
from postflow_site.logs.of_job import of_job

log = logging.getLogger(__name__)


def look_at_held_again() -> None:
    """Queue the held jobs whose time to look again has come."""
    for pk in UploadJob.objects.filter(
        state=State.WAITING, run_after__lte=timezone.now()
    ).values_list("pk", flat=True):
        why = _("looking again")
        move(pk, State.WAITING, State.PENDING, who=PUMP, why=why, changes={"run_after": None})


def take_back_abandoned() -> None:
    """Queue the jobs whose lease ran out, or whose process has died on this machine; those that
    have died too often are given up instead."""
    for job in UploadJob.objects.filter(state=State.RUNNING).defer("discord_webhook_url"):
        if _is_abandoned(job):
            _take_back(job)


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


def _take_back(job: UploadJob) -> None:
    """Queued again, or given up; it stays as it is when it has just been renewed."""
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
        return
    with of_job(job.pk):
        log.warning("%s", why)
    tallies.count(Tally.What.LEASE_LOST)


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
