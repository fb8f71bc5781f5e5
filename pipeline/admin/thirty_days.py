"""What arrived and what failed on each of the last thirty days, as a chart made here."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, Sum, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from pipeline.models import UploadJob
from pipeline.sizes import human_size

DAYS = 30
PAST_KEPT = 600  # seconds; of days gone by only a job sent again or forgotten changes anything
# Of the drawing, in units of its own; the page stretches it.
HEIGHT = 100
STEP = 10
BAR = 7

State = UploadJob.State


@dataclass(frozen=True)
class Day:
    day: date
    arrived: int = 0
    size: int = 0  # bytes
    failed: int = 0

    @property
    def sentence(self) -> str:
        """`14 November: 20 files arrived (1.2 GB), 1 failed`"""
        return f"{date_format(self.day, 'MONTH_DAY_FORMAT')}: {in_words([self])}"


@dataclass(frozen=True)
class Bar:
    """Heights, and how far their tops are from the drawing's: failed stands on arrived."""

    day: Day
    x: int
    arrived: int
    arrived_top: int
    failed: int
    failed_top: int


@dataclass(frozen=True)
class Chart:
    """`summary`: all of it in a sentence. `most`: files on the busiest day."""

    bars: list[Bar]
    summary: str
    most: int

    width: int = DAYS * STEP
    height: int = HEIGHT
    step: int = STEP
    bar: int = BAR

    @property
    def days(self) -> list[Day]:
        return [bar.day for bar in self.bars]


def chart(now: datetime) -> Chart | None:
    """None where nothing has ended in that time."""
    today = timezone.localtime(now).date()
    days = [*_past(today - timedelta(days=DAYS - 1), today), *_count([today])]
    most = max(day.arrived + day.failed for day in days)
    if not most:
        return None
    bars = [_bar(number, day, most) for number, day in enumerate(days)]
    return Chart(bars, in_words(days), most)


def _bar(number: int, day: Day, most: int) -> Bar:
    arrived, failed = (_height(count, most) for count in (day.arrived, day.failed))
    top = HEIGHT - arrived
    return Bar(day, number * STEP + (STEP - BAR) // 2, arrived, top, failed, top - failed)


def _height(count: int, most: int) -> int:
    """One file is seen, however many there are on other days; both together never rise above."""
    return max(2, count * (HEIGHT - 2) // most) if count else 0


def in_words(days: list[Day]) -> str:
    arrived, failed = sum(day.arrived for day in days), sum(day.failed for day in days)
    text = ngettext("%(count)d file arrived", "%(count)d files arrived", arrived)
    said = text % {"count": arrived}
    if size := sum(day.size for day in days):
        said = f"{said} ({human_size(size)})"
    if not failed:
        return said
    lost = ngettext("%(count)d failed", "%(count)d failed", failed) % {"count": failed}
    return f"{said}, {lost}"


def _past(first: date, today: date) -> list[Day]:
    days = [first + timedelta(days=number) for number in range((today - first).days)]
    key = f"thirty-days/{first}/{timezone.get_current_timezone_name()}"
    found: list[Day] | None = cache.get(key)
    if found is None:
        found = _count(days)
        cache.set(key, found, PAST_KEPT)
    return found


def _count(days: list[date]) -> list[Day]:
    """Days that follow one another. Not by the database's own dates: SQLite has none, and would
    ask Python for each row."""
    zone = timezone.get_current_timezone()
    starts = [datetime.combine(day, time.min, zone) for day in days]
    end = datetime.combine(days[-1] + timedelta(days=1), time.min, zone)
    newest_first = [
        When(finished_at__gte=start, then=Value(number))
        for number, start in reversed(list(enumerate(starts)))
    ]
    rows = (
        UploadJob.objects.filter(
            state__in=[State.DONE, State.FAILED], finished_at__gte=starts[0], finished_at__lt=end
        )
        .order_by()
        .annotate(number=Case(*newest_first, output_field=IntegerField()))
        .values_list("number", "state")
        .annotate(count=Count("pk"), bytes=Sum("size"))
    )
    found = {(number, state): (count, size) for number, state, count, size in rows}
    return [_day(day, found, number) for number, day in enumerate(days)]


def _day(day: date, found: dict[tuple[int, str], tuple[int, int]], number: int) -> Day:
    arrived, size = found.get((number, State.DONE), (0, 0))
    failed, _size = found.get((number, State.FAILED), (0, 0))
    return Day(day, arrived, size, failed)
