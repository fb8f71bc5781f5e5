"""Retry, cancel, send first: one job by its button, many by the list's actions."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext

from pipeline import jobs
from pipeline.admin.chosen import each
from pipeline.models import UploadJob

State = UploadJob.State


def may_retry(job: UploadJob) -> bool:
    """Whether the button is shown; `jobs.retry` has the last word."""
    return job.state in {State.FAILED, State.WAITING, State.CANCELLED}


def may_send_first(job: UploadJob) -> bool:
    return job.state == State.PENDING and not job.any_time


def may_rank(job: UploadJob) -> bool:
    return job.state in {State.PENDING, State.WAITING, State.FAILED}


def may_cancel(job: UploadJob) -> bool:
    return State.CANCELLED in jobs.MOVES[State(job.state)]


def retry(request: HttpRequest, chosen: Iterable[UploadJob]) -> None:
    moved = each(request, chosen, jobs.retry)
    if moved:
        text = ngettext(
            "%(count)d upload is queued again.", "%(count)d uploads are queued again.", moved
        )
        messages.success(request, text % {"count": moved})


def cancel(request: HttpRequest, chosen: Iterable[UploadJob]) -> None:
    moved = each(request, chosen, jobs.cancel)
    if moved:
        text = ngettext("%(count)d upload is cancelled.", "%(count)d uploads are cancelled.", moved)
        messages.success(request, text % {"count": moved})


def send_first(request: HttpRequest, chosen: Iterable[UploadJob]) -> None:
    """Each is put before those that were put there already, so the last one is the first to go."""
    moved = each(request, chosen, jobs.send_first)
    if moved:
        text = ngettext(
            "%(count)d upload goes first, at any hour.",
            "%(count)d uploads go first, at any hour.",
            moved,
        )
        messages.success(request, text % {"count": moved})


def rank(request: HttpRequest, chosen: Iterable[UploadJob], wanted: jobs.Rank) -> None:
    moved = each(request, chosen, lambda job, who: jobs.rank(job, wanted, who))
    if moved:
        text = ngettext(
            "%(count)d upload has %(rank)s priority.",
            "%(count)d uploads have %(rank)s priority.",
            moved,
        )
        messages.success(request, text % {"count": moved, "rank": wanted.label})
