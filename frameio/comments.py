"""What people say about a file, with the frame and the timecode at which they say it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from frameio import shapes
from frameio.client import FrameioClient


@dataclass(frozen=True)
class Comment:
    """`frame` counts as Frame.io counts; `timecode` is HH:MM:SS:FF; `duration` is in frames.

    `done_at`: when somebody ticked it off.
    """

    id: str
    file_id: str
    author: str
    text: str
    frame: int | None
    timecode: str | None
    duration: int | None
    page: int | None
    created_at: datetime
    updated_at: datetime
    done_at: datetime | None
    replies: tuple[Self, ...] = ()


def comments_on(client: FrameioClient, account_id: str, file_id: str) -> list[Comment]:
    """The oldest first. Raises `FrameioError`.

    Frame.io gives frames or timecodes, not both, so that a file with timed comments is asked twice.
    """
    found = client.comments(account_id, file_id)
    if all(comment.at is None for comment in found):
        return [_comment(comment, {}) for comment in found]
    again = client.comments(account_id, file_id, timecode=True)
    timecodes = {each.id: each.at for each in again if isinstance(each.at, str)}
    return [_comment(comment, timecodes) for comment in found]


def _comment(found: shapes.Comment, timecodes: dict[str, str]) -> Comment:
    return Comment(
        id=found.id,
        file_id=found.file_id,
        author=found.author,
        text=found.text,
        frame=found.at if isinstance(found.at, int) else None,
        timecode=timecodes.get(found.id),
        duration=found.duration,
        page=found.page,
        created_at=found.created_at,
        updated_at=found.updated_at,
        done_at=found.completed_at,
        replies=tuple(_comment(reply, timecodes) for reply in found.replies),
    )
