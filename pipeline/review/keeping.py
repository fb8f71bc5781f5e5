"""Comments as Frame.io has them now, and as our rows are to be after it."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from frameio.comments import Comment
from pipeline.models import ReviewComment, UploadJob

LONGEST_AUTHOR = 200


def keep(job: UploadJob, said: Sequence[Comment]) -> None:
    """New ones get a row, changed ones are changed, and those taken back are deleted."""
    with transaction.atomic():
        rows = {row.remote_id: row for row in ReviewComment.objects.filter(job=job)}
        for comment, answers in _one_by_one(said):
            row = rows.get(comment.id)
            parent = rows[answers.id] if answers else None
            rows[comment.id] = _kept(job, row, comment, parent)
        gone = rows.keys() - {comment.id for comment, _answers in _one_by_one(said)}
        ReviewComment.objects.filter(job=job, remote_id__in=gone).delete()


def _one_by_one(said: Sequence[Comment]) -> Iterator[tuple[Comment, Comment | None]]:
    """Each with the comment that it answers; that one always comes first."""
    for comment in said:
        yield comment, None
        for reply in comment.replies:
            yield reply, comment


def _kept(
    job: UploadJob, row: ReviewComment | None, comment: Comment, parent: ReviewComment | None
) -> ReviewComment:
    values = _columns(comment, parent)
    if row is None:
        return ReviewComment.objects.create(job=job, remote_id=comment.id, **values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return row


def _columns(comment: Comment, parent: ReviewComment | None) -> dict[str, object]:
    return {
        "answers": parent,
        "author": comment.author[:LONGEST_AUTHOR],
        "text": comment.text,
        "frame": comment.frame,
        "timecode": comment.timecode or "",
        "duration": comment.duration,
        "said_at": comment.created_at,
        "done_at": comment.done_at,
    }
