"""A render that has arrived, and what is said of it, without a Frame.io."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from pipeline.models import Delivery, Project, ReviewComment, SourceFile, UploadJob

NAME = "DEMO_010_0040_comp_v001.mov"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def arrived(directory: Path = Path("/mnt/studio"), *, age: timedelta = timedelta()) -> UploadJob:
    project, _made = Project.objects.get_or_create(code="DEMO", defaults={"name": "Demo"})
    count = UploadJob.objects.count()
    path = str(directory / NAME)
    source = SourceFile.objects.create(
        key=f"{count}/{NAME}", raw_path=path.encode(), size=6, mtime_ns=count, state="taken"
    )
    job = UploadJob.objects.create(
        source=source,
        size=6,
        mtime_ns=count,
        name=NAME,
        project=project,
        state="done",
        finished_at=timezone.now() - age,
    )
    url = "https://f.test/view/1"
    Delivery.objects.create(
        job=job, integration="frameio", done=True, remote_id=f"file-{count}", url=url
    )
    return job


def said(job: UploadJob, text: str, **columns: object) -> ReviewComment:
    count = ReviewComment.objects.count()
    values: dict[str, object] = {
        "author": "Rhea Viewer",
        "remote_id": f"comment-{count}",
        "said_at": NOON + timedelta(minutes=count),
    }
    return ReviewComment.objects.create(job=job, text=text, **{**values, **columns})
