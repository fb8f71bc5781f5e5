"""The comments on a render as markers of an OpenTimelineIO timeline. Needs the extra `otio`."""

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote

from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, ExternalReference, Marker, MarkerColor, Timeline, Track

from pipeline.models import UploadJob
from pipeline.review.markers import Thread, in_one_line, threads_of
from pipeline.review.rates import count_of, rate_of


def as_otio(job: UploadJob) -> str:
    """JSON: one clip, the render, with a marker for each comment that has a frame.

    The clip begins at the film's start timecode, where that is known. Frame.io's frames are
    counted from 0. The render is named, not where it lies: that differs from machine to machine.
    """
    threads = [thread for thread in threads_of(job) if thread[0].frame is not None]
    heads = [head for head, *_replies in threads]
    rate = rate_of(job, heads)
    start = count_of(job, heads).frames(str(job.media.get("start_timecode") or "")) or 0
    clip = Clip(
        name=job.name,
        media_reference=ExternalReference(
            target_url=quote(job.name),
            available_range=_range(start, _length(job, threads, rate), rate),
        ),
        markers=[_marker(thread, start, rate) for thread in threads],
    )
    timeline = Timeline(name=job.name, global_start_time=_range(start, 0, rate).start_time)
    timeline.tracks.append(Track(children=[clip]))
    written: str = timeline.to_json_string()
    return written + "\n"


def _range(start: int, frames: int, rate: Fraction) -> TimeRange:
    return TimeRange(RationalTime(start, float(rate)), RationalTime(frames, float(rate)))


def _length(job: UploadJob, threads: Sequence[Thread], rate: Fraction) -> int:
    """In frames: the film's, or as far as the comments tell."""
    seconds = job.media.get("duration")
    if isinstance(seconds, int | float):
        return round(seconds * rate)
    return max(((head.frame or 0) + (head.duration or 1) for head, *_replies in threads), default=1)


def _marker(thread: Thread, start: int, rate: Fraction) -> Marker:
    head = thread[0]
    return Marker(
        name=head.author,
        comment=in_one_line(thread),
        color=MarkerColor.GREEN if head.done_at else MarkerColor.RED,
        marked_range=_range(start + (head.frame or 0), head.duration or 1, rate),
        metadata={
            "PostFlow": {
                "author": head.author,
                "text": head.text,
                "timecode": head.timecode,
                "done": head.done_at is not None,
                "said_at": head.said_at.isoformat(),
            }
        },
    )
