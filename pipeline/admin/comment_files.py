"""An upload's comments, on its page and as files to keep."""

from collections.abc import Callable
from importlib.util import find_spec

from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string

from pipeline.models import ReviewComment, UploadJob

# Named by path: the library behind the last is an extra, and imported when it is asked for.
KINDS = {
    "csv": ("pipeline.review.as_csv", "text/csv; charset=utf-8"),
    "edl": ("pipeline.review.as_edl", "text/plain; charset=utf-8"),
    "otio": ("pipeline.review.timeline.as_otio", "application/json"),
}
HAS_TIMELINES = find_spec("opentimelineio") is not None


def comments(job: UploadJob) -> QuerySet[ReviewComment]:
    """Those that answer no other, in the order of the film; the answers come with them."""
    heads = job.comments.filter(answers=None).prefetch_related("replies")
    return heads.order_by(F("frame").asc(nulls_last=True), "said_at", "pk")


def as_file(job: UploadJob, kind: str) -> HttpResponse:
    """`csv` for a spreadsheet, `edl` and `otio` for an edit. Raises Http404 for others."""
    if kind not in KINDS or (kind == "otio" and not HAS_TIMELINES):
        raise Http404
    name, content_type = KINDS[kind]
    write: Callable[[UploadJob], str] = import_string(name)
    disposition = content_disposition_header(True, f"{job.name}.{kind}")  # noqa: FBT003
    return HttpResponse(
        write(job),
        content_type=content_type,
        headers={"Content-Disposition": disposition or "attachment"},
    )
