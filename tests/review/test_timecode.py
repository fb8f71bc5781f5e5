"""Drop-frame and other counts, against values from the standard and OpenTimelineIO's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio.opentime import RationalTime

from pipeline.review.timecode import Count

DF30, DF60 = Count(30, drop=True), Count(60, drop=True)
KNOWN = [
    (DF30, 0, "00:00:00;00"),
    (DF30, 1799, "00:00:59;29"),
    (DF30, 1800, "00:01:00;02"),
    (DF30, 3598, "00:02:00;02"),
    (DF30, 17981, "00:09:59;29"),
    (DF30, 17982, "00:10:00;00"),
    (DF30, 107892, "01:00:00;00"),
    (DF30, 2589407, "23:59:59;29"),
    (DF60, 3599, "00:00:59;59"),
    (DF60, 3600, "00:01:00;04"),
    (DF60, 35964, "00:10:00;00"),
    (DF60, 215784, "01:00:00;00"),
    (Count(30), 1800, "00:01:00:00"),
    (Count(24), 86400, "01:00:00:00"),
    (Count(25), 1, "00:00:00:01"),
]


@pytest.mark.parametrize(("count", "frames", "timecode"), KNOWN)
def test_frames_and_timecodes_are_the_same_both_ways(
    count: Count, frames: int, timecode: str
) -> None:
    assert count.timecode(frames) == timecode
    assert count.frames(timecode) == frames


@given(st.integers(0, 2589407))
def test_it_counts_as_opentimelineio_does(frames: int) -> None:
    assert RationalTime(frames, 30000 / 1001).to_timecode(30000 / 1001, True) == DF30.timecode(
        frames
    )
    assert DF30.frames(DF30.timecode(frames)) == frames


def test_a_day_begins_anew() -> None:
    assert DF30.timecode(2589408) == "00:00:00;00"


@pytest.mark.parametrize(
    ("count", "timecode"),
    [
        (DF30, "00:01:00;00"),
        (DF30, "00:01:00;01"),
        (DF60, "00:59:00;03"),
        (Count(24), "00:00:00:24"),
        (Count(24), "00:60:00:00"),
        (Count(24), "1:00:00:00"),
        (Count(24), ""),
    ],
)
def test_what_no_frame_is_called_is_no_timecode(count: Count, timecode: str) -> None:
    assert count.frames(timecode) is None
