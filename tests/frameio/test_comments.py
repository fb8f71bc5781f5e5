import httpx
import pytest

from frameio.answers import Json, JsonObject
from frameio.client import FrameioClient
from frameio.comments import comments_on
from frameio.errors import Unavailable
from tests.frameio.fake import WHEN
from tests.frameio.fake_review import FakeReview


@pytest.fixture
def fake() -> FakeReview:
    return FakeReview()


def _said(number: int, text: str, **more: Json) -> JsonObject:
    return {
        "id": f"comment-{number}",
        "file_id": "file-1",
        "text": text,
        "timestamp": None,
        "duration": None,
        "page": None,
        "created_at": WHEN,
        "updated_at": WHEN,
        "completed_at": None,
        "owner": {"id": "user-2", "name": "Nora", "email": "nora@studio.test"},
        **more,
    }


def _answer(*rows: JsonObject) -> httpx.Response:
    return httpx.Response(200, json={"data": list(rows), "links": {"next": None}})


def test_a_timed_comment_has_frame_and_timecode(client: FrameioClient, fake: FakeReview) -> None:
    fake.next("GET", "/comments", _answer(_said(1, "Less blue", timestamp=48, duration=12)))
    fake.next("GET", "/comments", _answer(_said(1, "Less blue", timestamp="00:00:02:00")))
    (comment,) = comments_on(client, "acc", "file-1")
    assert (comment.author, comment.text) == ("Nora", "Less blue")
    assert (comment.frame, comment.timecode, comment.duration) == (48, "00:00:02:00", 12)
    assert [dict(request.url.params) for request in fake.requests] == [
        {
            "include": "owner,replies",
            "sort": "created_at_asc",
            "timestamp_as_timecode": asked,
            "page_size": "100",
        }
        for asked in ("false", "true")
    ]


def test_frame_0_is_a_frame(client: FrameioClient, fake: FakeReview) -> None:
    fake.comments = [_said(1, "Here", timestamp=0)]
    assert comments_on(client, "acc", "file-1")[0].frame == 0


def test_comments_without_time_are_asked_for_once(client: FrameioClient, fake: FakeReview) -> None:
    fake.comments = [_said(1, "Lovely")]
    (comment,) = comments_on(client, "acc", "file-1")
    assert (comment.frame, comment.timecode, len(fake.calls)) == (None, None, 1)


def test_replies_and_done_come_with_it(client: FrameioClient, fake: FakeReview) -> None:
    replies: list[Json] = [_said(2, "Done", owner=None)]
    fake.comments = [_said(1, "Less blue", replies=replies, completed_at=WHEN)]
    (comment,) = comments_on(client, "acc", "file-1")
    assert [(reply.author, reply.text) for reply in comment.replies] == [("", "Done")]
    assert comment.done_at is not None


def test_a_comment_written_between_the_two_questions_is_no_trouble(
    client: FrameioClient, fake: FakeReview
) -> None:
    fake.next("GET", "/comments", _answer(_said(1, "Here", timestamp=48)))
    fake.next("GET", "/comments", _answer())
    assert comments_on(client, "acc", "file-1")[0].timecode is None


def test_a_comment_without_text_is_not_frame_ios(client: FrameioClient, fake: FakeReview) -> None:
    fake.comments = [{"id": "comment-1"}]
    with pytest.raises(Unavailable):
        comments_on(client, "acc", "file-1")
