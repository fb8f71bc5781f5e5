"""How a render's frames are counted: as the film says, else as its comments let on."""

from collections.abc import Sequence
from fractions import Fraction

from pipeline.models import ReviewComment, UploadJob
from pipeline.review.timecode import DROPPING, TIMECODE, Count

LIKELY = 24  # frames a second, where neither tells


def rate_of(job: UploadJob, comments: Sequence[ReviewComment]) -> Fraction:
    """Frames a second, exactly where the film says so."""
    return _of_film(job) or Fraction(_of_comments(comments))


def count_of(job: UploadJob, comments: Sequence[ReviewComment]) -> Count:
    """Drop-frame when a timecode is written so: the film's, or that of any comment."""
    drop = Count(round(rate_of(job, comments)), drop=True)
    written = [str(job.media.get("start_timecode") or ""), *(row.timecode for row in comments)]
    may_drop = drop.rate in DROPPING and any(";" in timecode for timecode in written)
    # A comment at a number that drop-frame leaves out was counted without leaving any out.
    fits = all(drop.frames(row.timecode) is not None for row in comments if row.timecode)
    return drop if may_drop and fits else Count(drop.rate)


def _of_film(job: UploadJob) -> Fraction | None:
    try:
        rate = Fraction(str(job.media.get("frame_rate")))
    except (ValueError, ZeroDivisionError):
        return None
    return rate if 1 <= round(rate) <= 99 else None


def _of_comments(comments: Sequence[ReviewComment]) -> int:
    """From one that says both its frame and its timecode."""
    for row in sorted(comments, key=lambda row: -(row.frame or 0)):
        found = TIMECODE.fullmatch(row.timecode)
        if found is None:
            continue
        hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
        total = hours * 3600 + minutes * 60 + seconds
        rate = round(((row.frame or 0) - frames) / total) if total else 0
        if frames < rate <= 99:
            return rate
    return LIKELY
