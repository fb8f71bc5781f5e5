"""Putting right an upload that has arrived, but was read wrongly. On Frame.io the file is moved,
with all that hangs on it, and sent only if it is gone there."""

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline import intake, jobs, routing
from pipeline.integrations import integration
from pipeline.models import Delivery, UploadJob
from pipeline.routing import Held, Route


def put_right(job: UploadJob, found: Route, who: str) -> None:
    """As a person says of it. Raises Held when it cannot be moved there, MoveRefused when it is not
    as it was seen any more."""
    why = _("put right by hand: %(fields)s") % {"fields": found.read}
    _move(job, found, who, why, intake.columns_by_hand(found, who))


def read_anew(job: UploadJob) -> Route | None:
    """What the rules make of the name, where that is something else than was made of it."""
    try:
        found = routing.route(job.name, job.source.folder_project)
    except Held:
        return None
    return None if _is_there(job, found) else found


def put_as_read(job: UploadJob, found: Route, who: str) -> None:
    """As the rules read its name now. Raises as `put_right` does."""
    why = _("put where the naming rules have it now")
    columns = {**intake.columns(found), "overrides": {}, "filled_in_by": ""}
    _move(job, found, who, why, columns)


def copies(job: UploadJob) -> list[Delivery]:
    """What is not moved, but made again at the new place."""
    rows = job.deliveries.filter(done=True).exclude(remote_id="")
    return [one for one in rows if not integration(one.integration).moves]


def _is_there(job: UploadJob, found: Route) -> bool:
    there = (job.project, job.rule, job.fields, job.version, job.destination)
    return there == (
        found.project,
        found.rule,
        found.fields,
        found.version,
        list(found.destination),
    )


def _move(job: UploadJob, found: Route, who: str, why: str, columns: dict[str, object]) -> None:
    if _is_there(job, found):
        raise Held(jobs.Hold.NAME, _("It lies there already: nothing would be changed."))
    if job.project and job.project.frameio_account != found.project.frameio_account:
        text = _(
            "It went up through another Frame.io account than the one of %(project)s, and a file"
            " cannot be moved from one to the other. Save it under another name to send it there."
        )
        raise Held(jobs.Hold.PROJECT, text % {"project": found.project.code})
    with transaction.atomic():
        jobs.put_right(job, who, why, columns)
        for delivery in job.deliveries.filter(done=True):
            rows = Delivery.objects.filter(pk=delivery.pk, done=True)
            rows.update(done=False, error="", memory=_memory(delivery), secrets="")


def _memory(delivery: Delivery) -> dict[str, object]:
    if not (delivery.remote_id and integration(delivery.integration).moves):
        return {}
    return {
        jobs.ARRIVED: {
            "id": delivery.remote_id,
            "shot": delivery.shot,
            "review_url": delivery.review_url,
        }
    }
