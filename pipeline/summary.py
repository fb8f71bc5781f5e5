"""A project's day: what arrived, what waits, what is missing. For the card and for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Lower

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
    that_day = UploadJob.objects.filter(finished_at__gte=since, finished_at__lt=until)
    delivered = _of(project, that_day.filter(state=State.DONE))
    late, missing = _not_there(project, day)
    return Summary(
        since=since,
        until=until,
        delivered=delivered,
        versions=sum((job.version or 1) > 1 for job in delivered),
        failed=_of(project, that_day.filter(state=State.FAILED)),
        waiting=_of(project, UploadJob.objects.filter(state=State.WAITING)),
        open_comments=_open_comments(project),
        late=late,
        missing=missing,
    )


def _of(project: Project, found: QuerySet[UploadJob]) -> list[UploadJob]:
    """Found first of all, or SQLite would look through all that the project ever had."""
    jobs = UploadJob.objects.filter(pk__in=found.order_by().values("pk"), project=project)
    return list(jobs.select_related("project").order_by("name"))


def _open_comments(project: Project) -> int:
    rows = ReviewComment.objects.filter(job__project=project, answers=None, done_at=None)
    return rows.count()


def _not_there(project: Project, day: date) -> tuple[list[Shot], list[Shot]]:
    """Lines of the shot list of which nothing has arrived: those due by `day`, and the others."""
    arrived = Subquery(_arrived_of(project).order_by().values("pk")[:1])
    lines = Shot.objects.filter(project=project)
    open_lines: list[Shot] = list(lines.alias(arrived=arrived).filter(arrived=None))
    # Databases may take only A to Z for the same in capitals.
    if not all(str(line).isascii() for line in open_lines):
        there = _places_there(project)
        open_lines = [line for line in open_lines if _wanted(line) not in there]
    late = [line for line in open_lines if line.due and line.due <= day]
    return late, [line for line in open_lines if line not in late]


def _arrived_of(project: Project) -> QuerySet[UploadJob]:
    """Of the shot list's line around it; without a scene or a task it fits any. Looked for line by
    line, as PostgreSQL would read all that ever arrived for an EXISTS."""
    rows = UploadJob.objects.filter(project=project, state=State.DONE).annotate(
        low_scene=Lower("scene"),
        low_task=Lower(KT("fields__task")),
        its_scene=Lower(OuterRef("scene"), output_field=TextField()),
        its_task=Lower(OuterRef("task"), output_field=TextField()),
    )
    return rows.filter(
        Q(its_scene="") | Q(low_scene=F("its_scene")),
        Q(its_task="") | Q(low_task=F("its_task")),
        shot=Lower(OuterRef("shot")),
    )


def _places_there(project: Project) -> set[Place]:
    """Each as a line may name it: with or without its scene, its task."""
    rows = UploadJob.objects.filter(project=project, state=State.DONE).order_by()
    places = rows.values_list("scene", "shot", KT("fields__task")).distinct()
    return {
        place
        for scene, shot, task in (map(_plain, parts) for parts in places)
        for place in ((scene, shot, task), ("", shot, task), (scene, shot, ""), ("", shot, ""))
    }


def _wanted(line: Shot) -> Place:
    return _plain(line.scene), _plain(line.shot), _plain(line.task)


def _plain(text: str | None) -> str:
    return (text or "").casefold()
