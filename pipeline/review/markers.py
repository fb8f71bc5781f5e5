"""The comments on a render as files: a table, and markers for an editing system."""

import csv
import io
import re
from collections.abc import Sequence

from django.utils import timezone

from pipeline.models import ReviewComment, UploadJob

COLUMNS = ["Frame", "Timecode", "Frames", "Author", "Comment", "Answers", "Said", "Done"]
TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)[:;](\d\d)")
LIKELY_RATE = 24  # frames a second, where the comments do not tell
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(job: UploadJob) -> str:
    """A row for each comment and, below it, for each reply. RFC 4180, with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for comment in _threads(job):
        writer.writerow([_harmless(cell) for cell in _cells(comment)])
    return out.getvalue()


def _threads(job: UploadJob) -> list[ReviewComment]:
    """In the order of the film; those without a place last."""
    rows = list(ReviewComment.objects.filter(job=job).select_related("answers"))
    rows.sort(key=lambda row: (row.said_at, row.pk))
    heads = [row for row in rows if row.answers is None]
    heads.sort(key=lambda row: (row.frame is None, row.frame or 0))
    return [row for head in heads for row in (head, *(r for r in rows if r.answers == head))]


def _cells(comment: ReviewComment) -> list[str]:
    return [
        "" if comment.frame is None else str(comment.frame),
        comment.timecode,
        "" if comment.duration is None else str(comment.duration),
        comment.author,
        comment.text,
        comment.answers.author if comment.answers else "",
        timezone.localtime(comment.said_at).isoformat(timespec="seconds"),
        timezone.localtime(comment.done_at).isoformat(timespec="seconds")
        if comment.done_at
        else "",
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_edl(job: UploadJob) -> str:
    """A CMX3600 list with an event and a locator for each comment that has a timecode.

    An event lasts as long as the comment does, a frame at least. Beside the `* LOC` line stands
    the marker line that DaVinci Resolve reads.
    """
    timed = [row for row in _threads(job) if row.answers is None and _parsed(row.timecode)]
    replies = {row.pk: [r for r in _threads(job) if r.answers_id == row.pk] for row in timed}
    drop = any(";" in row.timecode for row in timed)
    rate = _rate(timed)
    lines = [f"TITLE: {_line(job.name)}", f"FCM: {'DROP' if drop else 'NON-DROP'} FRAME", ""]
    for number, row in enumerate(timed, start=1):
        lines += _event(number, row, replies[row.pk], rate)
    return "\r\n".join(lines) + "\r\n"


def _event(
    number: int, row: ReviewComment, replies: Sequence[ReviewComment], rate: int
) -> list[str]:
    start, frames = row.timecode, row.duration or 1
    end = _later(start, frames, rate)
    text = " / ".join(f"{each.author}: {_line(each.text)}" for each in (row, *replies))
    colour = "GREEN" if row.done_at else "RED"
    resolve = f"|C:ResolveColor{colour.title()} |M:{_line(row.author)} |D:{frames}"
    return [
        f"{number:03d}  001      V     C        {start} {end} {start} {end}",
        f"* LOC: {start} {colour:<7} {text}",
        f" {text.replace('|', '/')} {resolve}",
        "",
    ]


def _line(text: str) -> str:
    """On one line: what is a line of its own would be an event of its own."""
    return " ".join(text.split())


def _parsed(timecode: str) -> tuple[int, int, int, int] | None:
    found = TIMECODE.fullmatch(timecode)
    if found is None:
        return None
    hours, minutes, seconds, frames = map(int, found.groups())
    return hours, minutes, seconds, frames


def _rate(rows: Sequence[ReviewComment]) -> int:
    """Frames a second, from a comment that says both its frame and its timecode."""
    for row in sorted(rows, key=lambda row: -(row.frame or 0)):
        hours, minutes, seconds, frames = _parsed(row.timecode) or (0, 0, 0, 0)
        total = hours * 3600 + minutes * 60 + seconds
        rate = round(((row.frame or 0) - frames) / total) if total else 0
        if frames < rate <= 120:
            return rate
    return LIKELY_RATE


def _later(timecode: str, count: int, rate: int) -> str:
    hours, minutes, seconds, frames = _parsed(timecode) or (0, 0, 0, 0)
    more, frames = divmod(frames + count, rate)
    minutes_more, seconds = divmod(seconds + more, 60)
    hours_more, minutes = divmod(minutes + minutes_more, 60)
    last = ";" if ";" in timecode else ":"
    return f"{(hours + hours_more) % 24:02d}:{minutes:02d}:{seconds:02d}{last}{frames:02d}"
