"""When uploads may go, and how fast: what the windows say of a moment.

Windows are in the studio's own time (`TIME_ZONE`), whatever its clocks do that night: a time that
does not exist is an hour later, of one that comes twice it is the first.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from pipeline.studio import UploadWindow

WEEK = 7


def are_open(windows: Iterable[UploadWindow], now: datetime) -> bool:
    """Whether uploads go: always, where no window says that they go in its hours only."""
    exclusive = [window for window in windows if window.only_then]
    return not exclusive or any(covers(window, now) for window in exclusive)


def next_opening(windows: Iterable[UploadWindow], now: datetime) -> datetime | None:
    """When the next window begins in which they go; None when there is none."""
    exclusive = [window for window in windows if window.only_then]
    ahead = (begin for window in exclusive for begin, _end in _times(window, now, WEEK + 1))
    return min((begin for begin in ahead if begin > now), default=None)


def speed(windows: Iterable[UploadWindow], now: datetime) -> int | None:
    """Bytes a second that are allowed: the least of the windows we are in; None: no limit."""
    limits = (window.bytes_per_second for window in windows if covers(window, now))
    return min((limit for limit in limits if limit), default=None)


def covers(window: UploadWindow, now: datetime) -> bool:
    return any(begin <= now < end for begin, end in _times(window, now, 1))


def _times(window: UploadWindow, now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Its beginnings and ends, in UTC, from yesterday on: that night's may not be over."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    for ahead in range(-1, days + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() in window.days:
            yield _on(window, day)


def _on(window: UploadWindow, day: date) -> tuple[datetime, datetime]:
    past_midnight = window.to_time <= window.from_time
    last = day + timedelta(days=1) if past_midnight else day
    zone = timezone.get_default_timezone()
    begin = datetime.combine(day, window.from_time, zone)
    end = datetime.combine(last, window.to_time, zone)
    # Within one zone, Python compares what the clocks show.
    return begin.astimezone(UTC), end.astimezone(UTC)
