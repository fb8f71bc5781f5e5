"""Uploads: looked at, made by path, moved."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from pipeline import jobs, search, uploads
from pipeline.api import places
from pipeline.api.access import READ, WRITE, must_have, must_see, person
from pipeline.api.errors import COMMON, MOVING, Refusal
from pipeline.api.shapes import (
    Job,
    JobFilter,
    Jobs,
    JobWanted,
    JobWithEvents,
    Number,
    Priority,
    job_of,
    job_with_events_of,
)
from pipeline.models import Project, UploadJob

router = Router(tags=["jobs"])


@router.get("", auth=READ, response={200: Jobs, **COMMON}, summary="List uploads, the latest first")
def list_jobs(request: HttpRequest, wanted: Query[JobFilter]) -> Jobs:
    must_see(request, "uploadjob")
    found = list(_filtered(wanted)[: wanted.limit + 1])
    page = found[: wanted.limit]
    more = page[-1].pk if len(found) > wanted.limit else None
    return Jobs(items=[job_of(job) for job in page], next=more)


def _filtered(wanted: JobFilter) -> QuerySet[UploadJob]:
    conditions = {
        "state": wanted.state,
        "project__in": _projects(wanted.project),
        "scene": wanted.scene,
        "created_at__gte": wanted.since,
        "pk__lt": wanted.cursor,
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    rows = _rows().filter(**given).order_by("-pk")
    return search.latest(rows, wanted.search, wanted.limit) if wanted.search else rows


def _projects(code: str | None) -> list[int] | None:
    """First of all, so that the uploads' own index is used."""
    if code is None:
        return None
    return list(Project.objects.filter(code__iexact=code).values_list("pk", flat=True))


def _rows() -> QuerySet[UploadJob]:
    rows = UploadJob.objects.select_related("project", "source__folder").defer(
        "discord_webhook_url"
    )
    return rows.prefetch_related("deliveries")


@router.get(
    "/{int:job_id}", auth=READ, response={200: JobWithEvents, **COMMON}, summary="One upload"
)
def one_job(request: HttpRequest, job_id: Path[Number]) -> JobWithEvents:
    must_see(request, "uploadjob")
    return job_with_events_of(_job(job_id))


def _job(pk: int) -> UploadJob:
    return get_object_or_404(_rows(), pk=pk)


@router.post(
    "", auth=WRITE, response={200: Job, 201: Job, **MOVING}, summary="Send a file that is there"
)
def make_job(request: HttpRequest, wanted: JobWanted) -> Status[Job]:
    """One content of a file is one upload: asked for again, the same one is answered, with 200."""
    must_have(request, "change_uploadjob")
    path = places.readable(places.allowed(wanted.path))
    try:
        planned = uploads.plan(
            path, wanted.project, wanted.fields, wanted.folder, wanted.discord_webhook_url
        )
        job = uploads.queue_up(planned, who=person(request).get_username())
    except uploads.UploadRefused as refused:
        raise Refusal(
            422,
            "not_sendable",
            str(refused),
            _("Mend that, or give project and folder; then send it again."),
        ) from None
    return Status(200 if planned.known else 201, job_of(_job(job.pk)))


@router.post(
    "/{int:job_id}/retry", auth=WRITE, response={200: Job, **MOVING}, summary="Send it again"
)
def retry(request: HttpRequest, job_id: Path[Number]) -> Job:
    return _moved(request, job_id, jobs.retry)


@router.post("/{int:job_id}/cancel", auth=WRITE, response={200: Job, **MOVING}, summary="Cancel it")
def cancel(request: HttpRequest, job_id: Path[Number]) -> Job:
    return _moved(request, job_id, jobs.cancel)


@router.put(
    "/{int:job_id}/priority",
    auth=WRITE,
    response={200: Job, **MOVING},
    summary="Put it elsewhere in the queue",
)
def prioritise(request: HttpRequest, job_id: Path[Number], wanted: Priority) -> Job:
    if wanted.priority == "first":
        return _moved(request, job_id, jobs.send_first)
    rank = jobs.Rank[wanted.priority.upper()]
    return _moved(request, job_id, lambda job, who: jobs.rank(job, rank, who))


def _moved(request: HttpRequest, pk: int, move: Callable[[UploadJob, str], None]) -> Job:
    must_have(request, "change_uploadjob")
    job = _job(pk)
    try:
        move(job, person(request).get_username())
    except jobs.MoveRefused as refused:
        raise Refusal(
            409,
            "not_in_this_state",
            str(refused),
            _("Look at the upload again: somebody, or a worker, was quicker."),
        ) from None
    return job_of(_job(pk))
