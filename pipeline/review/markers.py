"""The comments on a render as files: a table, and markers for an editing system."""

import csv
import io
from itertools import chain
from typing import TypeAlias

from django.utils import timezone

from pipeline.models import ReviewComment, UploadJob
from pipeline.review.rates import count_of
from pipeline.review.timecode import TIMECODE, Count

Thread: TypeAlias = tuple[ReviewComment, ...]  # a comment, and its replies

COLUMNS = ["Frame", "Timecode", "Frames", "Author", "Comment", "Answers", "Said", "Done"]
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(job: UploadJob) -> str:
    """A row for each comment and, below it, for each reply. RFC 4180, with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for comment in chain.from_iterable(threads_of(job)):
        writer.writerow([_harmless(cell) for cell in _cells(comment)])
    return out.getvalue()


def threads_of(job: UploadJob) -> list[Thread]:
    """Each comment with its replies, in the order of the film; those without a place last."""
    rows = list(ReviewComment.objects.filter(job=job).select_related("answers"))
    rows.sort(key=lambda row: (row.said_at, row.pk))
    heads = [row for row in rows if row.answers is None]
    heads.sort(key=lambda row: (row.frame is None, row.frame or 0))
    return [(head, *(row for row in rows if row.answers == head)) for head in heads]


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
    threads = [thread for thread in threads_of(job) if TIMECODE.fullmatch(thread[0].timecode)]
    count = count_of(job, [head for head, *_replies in threads])
    mode = "DROP FRAME" if count.drop else "NON-DROP FRAME"
    lines = [f"TITLE: {one_line(job.name)}", f"FCM: {mode}", ""]
    for number, thread in enumerate(threads, start=1):
        lines += _event(number, thread, count)
    return "\r\n".join(lines) + "\r\n"


def _event(number: int, thread: Thread, count: Count) -> list[str]:
    head = thread[0]
    frames = head.duration or 1
    begins = count.frames(head.timecode)
    # One that is no timecode at this rate is left as it came.
    start = head.timecode if begins is None else count.timecode(begins)
    end = start if begins is None else count.timecode(begins + frames)
    text = in_one_line(thread)
    colour = "GREEN" if head.done_at else "RED"
    resolve = f"|C:ResolveColor{colour.title()} |M:{one_line(head.author)} |D:{frames}"
    return [
        f"{number:03d}  001      V     C        {start} {end} {start} {end}",
        f"* LOC: {start} {colour:<7} {text}",
        f" {text.replace('|', '/')} {resolve}",
        "",
    ]


def in_one_line(thread: Thread) -> str:
    """`Rhea: Too dark / Ann: It is meant to be`."""
    return " / ".join(f"{each.author}: {one_line(each.text)}" for each in thread)


def one_line(text: str) -> str:
    """On one line: what is a line of its own would be an event of its own."""
    return " ".join(text.split())
