"""A project's day: what arrived, what waits, what is missing. For the card and for the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from pipeline.channels import Shot
from pipeline.models import Project, ReviewComment, UploadJob

State = UploadJob.State
DAY = timedelta(days=1)
Place: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class Summary:
    """`since` to `until` is the day; what waits, is open or missing is as of now.

    `versions`: of what arrived, those that are not a shot's first. `late`: due and not there.
    `missing`: expected, not there, and not due yet or without a day.
    """

    since: datetime
    until: datetime
    delivered: Sequence[UploadJob]
    versions: int
    failed: Sequence[UploadJob]
    waiting: Sequence[UploadJob]
    open_comments: int
    late: Sequence[Shot]
    missing: Sequence[Shot]

    @property
    def is_empty(self) -> bool:
        """What is not due yet is no news."""
        news = (self.delivered, self.failed, self.waiting, self.late)
        return not any(news) and not self.open_comments


def bounds(project: Project, day: date) -> tuple[datetime, datetime]:
    """The 24 hours that end when the summary of that day is sent; without a time, its own."""
    end = project.summary_at or time.min
    last = day if project.summary_at else day + DAY
    zone = project.zone()
    return (
        datetime.combine(last - DAY, end, tzinfo=zone),
        datetime.combine(last, end, tzinfo=zone),
    )


def today(project: Project, now: datetime) -> date:
    """The day whose summary comes next."""
    local = now.astimezone(project.zone())
    is_over = project.summary_at is not None and local.time() >= project.summary_at
    return local.date() + DAY if is_over else local.date()


def summary_of(project: Project, day: date) -> Summary:
    since, until = bounds(project, day)
    jobs = UploadJob.objects.filter(project=project).select_related("project").order_by("name")
    that_day = jobs.filter(finished_at__gte=since, finished_at__lt=until)
    delivered = list(that_day.filter(state=State.DONE))
    late, missing = _not_there(project, day)
    return Summary(
        since=since,
        until=until,
        delivered=delivered,
        versions=sum((job.version or 1) > 1 for job in delivered),
        failed=list(that_day.filter(state=State.FAILED)),
        waiting=list(jobs.filter(state=State.WAITING)),
        open_comments=_open_comments(project),
        late=late,
        missing=missing,
    )


def _open_comments(project: Project) -> int:
    rows = ReviewComment.objects.filter(job__project=project, answers=None, done_at=None)
    return rows.count()


def _not_there(project: Project, day: date) -> tuple[list[Shot], list[Shot]]:
    """Lines of the shot list of which nothing has arrived: those due by `day`, and the others."""
    shots = list(Shot.objects.filter(project=project))
    if not shots:
        return [], []
    arrived = UploadJob.objects.filter(project=project, state=State.DONE)
    there = _parts_there({_place(fields) for fields in arrived.values_list("fields", flat=True)})
    open_shots = [shot for shot in shots if _wanted(shot) not in there]
    late = [shot for shot in open_shots if shot.due and shot.due <= day]
    return late, [shot for shot in open_shots if shot not in late]


def _place(fields: dict[str, str]) -> Place:
    return (
        _plain(fields.get("scene", "")),
        _plain(fields.get("shot", "")),
        _plain(fields.get("task", "")),
    )


def _wanted(shot: Shot) -> Place:
    return _plain(shot.scene), _plain(shot.shot), _plain(shot.task)


def _plain(text: str) -> str:
    return str(text).strip().casefold()


def _parts_there(places: Iterable[Place]) -> set[Place]:
    """Each as a line may name it: with or without its scene, its task."""
    return {
        place
        for scene, shot, task in places
        for place in ((scene, shot, task), ("", shot, task), (scene, shot, ""), ("", shot, ""))
    }
