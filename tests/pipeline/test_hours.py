"""When uploads may go: days, midnight, and the nights on which the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from pipeline import hours
from pipeline.studio import UploadWindow

PARIS = ZoneInfo("Europe/Paris")
MON, FRI, SAT, SUN = 0, 4, 5, 6


@pytest.fixture(autouse=True)
def _in_paris(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Paris"


def window(begin: str, end: str, *days: int, speed: int | None = None) -> UploadWindow:
    return UploadWindow(
        from_time=time.fromisoformat(begin),
        to_time=time.fromisoformat(end),
        days=list(days) or [0, 1, 2, 3, 4, 5, 6],
        only_then=speed is None,
        megabits_per_second=speed,
    )


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-20T19:59:59", False),  # a Friday
        ("2026-11-20T20:00", True),
        ("2026-11-21T07:59:59", True),  # begun on Friday
        ("2026-11-21T08:00", False),
        ("2026-11-21T20:00", False),  # Saturday
        ("2026-11-22T07:00", False),
    ],
)
def test_a_window_across_midnight_belongs_to_the_day_it_begins(at: str, is_open: bool) -> None:
    assert hours.are_open([window("20:00", "08:00", MON, FRI)], paris(at)) is is_open


def test_without_hours_it_is_always_open() -> None:
    assert hours.are_open([], paris("2026-11-20T12:00"))


def test_from_and_to_alike_are_a_whole_day() -> None:
    whole = window("00:00", "00:00", SAT)
    assert hours.are_open([whole], paris("2026-11-21T23:59:59"))
    assert not hours.are_open([whole], paris("2026-11-22T00:00"))


def test_one_of_several_is_enough() -> None:
    both = [window("20:00", "06:00"), window("12:00", "13:00")]
    assert hours.are_open(both, paris("2026-11-20T12:30"))


def test_hours_that_only_limit_the_speed_close_nothing() -> None:
    assert hours.are_open([window("09:00", "19:00", speed=50)], paris("2026-11-20T22:00"))


def test_the_next_opening_may_be_days_away() -> None:
    assert hours.next_opening([window("20:00", "06:00", MON)], paris("2026-11-20T12:00")) == paris(
        "2026-11-23T20:00"
    )


def test_inside_its_only_window_the_next_opening_is_a_week_away() -> None:
    assert hours.next_opening([window("20:00", "06:00", FRI)], paris("2026-11-20T21:00")) == paris(
        "2026-11-27T20:00"
    )


def test_where_nothing_is_closed_nothing_opens() -> None:
    assert (
        hours.next_opening([window("09:00", "19:00", speed=5)], paris("2026-11-20T08:00")) is None
    )


def test_the_lowest_speed_counts_and_only_in_its_hours() -> None:
    limits = [window("09:00", "19:00", speed=80), window("09:00", "12:00", speed=8)]
    assert hours.speed(limits, paris("2026-11-20T10:00")) == 1_000_000
    assert hours.speed(limits, paris("2026-11-20T13:00")) == 10_000_000
    assert hours.speed(limits, paris("2026-11-20T20:00")) is None


def test_a_night_in_spring_is_an_hour_shorter() -> None:
    """On 29 March 2026 the clock goes from 02:00 to 03:00."""
    night = [window("22:00", "06:00", SAT)]
    begin, end = paris("2026-03-28T22:00"), paris("2026-03-29T06:00")
    assert end - begin == timedelta(hours=7)
    assert hours.are_open(night, end - timedelta(seconds=1))
    assert not hours.are_open(night, end)


def test_a_beginning_that_does_not_exist_is_an_hour_later() -> None:
    early = [window("02:30", "05:00", SUN)]
    assert not hours.are_open(early, paris("2026-03-29T03:29:59"))
    assert hours.are_open(early, paris("2026-03-29T03:30"))


def test_an_end_that_comes_twice_is_the_first() -> None:
    """On 25 October 2026 the clock goes from 03:00 back to 02:00."""
    night = [window("22:00", "02:30", SAT)]
    assert hours.are_open(night, paris("2026-10-25T02:29"))
    assert not hours.are_open(night, paris("2026-10-25T02:29", fold=1))


def test_a_night_in_autumn_is_open_through_both_of_its_hours() -> None:
    night = [window("22:00", "06:00", SAT)]
    assert hours.are_open(night, paris("2026-10-25T02:30"))
    assert hours.are_open(night, paris("2026-10-25T02:30", fold=1))


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants them so


@given(moments, times, times)
def test_two_windows_that_meet_never_overlap(now: datetime, one: time, two: time) -> None:
    """Whatever the clocks do: day and night leave no gap, either."""
    if one == two:
        two = time((one.hour + 12) % 24, one.minute)
    halves = [window(f"{one:%H:%M}", f"{two:%H:%M}"), window(f"{two:%H:%M}", f"{one:%H:%M}")]
    assert [hours.covers(half, now) for half in halves].count(True) == 1


@given(moments, times, times, st.sets(st.integers(0, 6), min_size=1))
def test_what_is_closed_opens_when_it_says(
    now: datetime, begin: time, end: time, days: set[int]
) -> None:
    one = [window(f"{begin:%H:%M}", f"{end:%H:%M}", *days)]
    opening = hours.next_opening(one, now)
    assert opening is not None
    assert opening > now
    last_closed = opening - timedelta(microseconds=1)
    assert hours.are_open(one, now) or not hours.are_open(one, last_closed)
