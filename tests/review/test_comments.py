"""Comments from the sandbox, a process of its own, to rows and cards."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from frameio.models import Lease
from pipeline import review as reading
from pipeline.models import Delivery, ReviewComment
from pipeline.review import polling
from tests.notifications.conftest import tell_all
from tests.notifications.discord_server import DiscordServer
from tests.review.conftest import Review, remote_id
from tests.review.said import NAME, arrived, said

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings) -> DiscordServer:
    settings.DISCORD_WEBHOOK_URL = discord.url
    return discord


def read_again() -> None:
    Delivery.objects.update(polled_at=None)
    reading.poll()


def test_comments_and_replies_become_rows(review: Review) -> None:
    file = remote_id(review.sent(NAME))
    dark = review.sandbox.say(file, "Too dark", timestamp=48)
    review.sandbox.say(file, "It is meant to be", reply_to=str(dark["id"]))
    reading.poll()
    head, reply = ReviewComment.objects.order_by("id")
    assert (head.text, head.frame, head.timecode) == ("Too dark", 48, "00:00:02:00")
    assert (reply.text, reply.answers) == ("It is meant to be", head)
    assert not Lease.objects.exists()


def test_what_is_changed_done_or_taken_back_is_so_here(review: Review) -> None:
    file = remote_id(review.sent(NAME))
    dark, wrong = (review.sandbox.say(file, text) for text in ("Too dark", "Wrong shot"))
    reading.poll()
    path = f"/_sandbox/comments/{dark['id']}"
    change = {"text": "Too bright", "completed": True}
    review.sandbox.http.patch(path, json=change).raise_for_status()
    review.sandbox.http.delete(f"/_sandbox/comments/{wrong['id']}").raise_for_status()
    read_again()
    comment = ReviewComment.objects.get()
    assert comment.text == "Too bright"
    assert comment.done_at is not None


def test_new_comments_are_one_card_and_told_once(review: Review, channel: DiscordServer) -> None:
    file = remote_id(review.sent(NAME))
    review.sandbox.say(file, "Too dark", timestamp=48)
    review.sandbox.say(file, "Good otherwise")
    reading.poll()
    read_again()
    tell_all()
    _arrival, card = (message.card for message in channel.messages.values())
    assert card["title"] == "2 new comments on 0040 comp v001"
    assert card["url"] == Delivery.objects.get().url
    assert "00:00:02:00 Rhea Viewer: Too dark" in str(card["description"]).replace("\\", "")


def test_the_table_is_written_beside_the_render_where_wanted(review: Review) -> None:
    review.ways(comments_beside_file=True)
    file = remote_id(review.sent(NAME))
    review.sandbox.say(file, "Too dark")
    reading.poll()
    assert "Too dark" in (review.directory / f"{NAME}.comments.csv").read_text()


def test_a_file_deleted_on_frameio_keeps_what_was_said(review: Review) -> None:
    job = review.sent(NAME)
    said(job, "Too dark")
    Delivery.objects.update(remote_id="00000000-0000-4000-8000-000000000000")
    reading.poll()
    assert ReviewComment.objects.count() == 1


def test_a_frameio_that_is_away_ends_the_round(
    review: Review, caplog: pytest.LogCaptureFixture
) -> None:
    review.sent(NAME)
    fault = {"match": {"path": "/comments$"}, "action": {"status": 401}, "times": 100}
    review.sandbox.faults([fault])
    reading.poll()
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("age", "polled", "due"),
    [
        (timedelta(minutes=5), None, True),
        (timedelta(hours=1), timedelta(minutes=1), False),
        (timedelta(hours=1), timedelta(minutes=3), True),
        (timedelta(hours=20), timedelta(minutes=3), False),
        (timedelta(hours=20), timedelta(minutes=11), True),
        (timedelta(days=3), timedelta(minutes=59), False),
        (timedelta(days=3), timedelta(minutes=61), True),
        (timedelta(days=13), timedelta(hours=3), False),
        (timedelta(days=13), timedelta(hours=5), True),
        (timedelta(days=15), None, False),
    ],
)
def test_the_older_a_file_the_seldomer_it_is_asked_about(
    age: timedelta, polled: timedelta | None, due: bool
) -> None:
    job = arrived(age=age)
    now = timezone.now()
    Delivery.objects.filter(job=job).update(polled_at=now - polled if polled else None)
    assert reading.is_due() is due


def test_a_project_may_leave_comments_unread(review: Review) -> None:
    review.ways(comments_for_days=0)
    review.sent(NAME)
    assert not reading.is_due()


def test_of_two_who_ask_at_once_one_does() -> None:
    delivery = Delivery.objects.get(job=arrived())
    same = Delivery.objects.get(pk=delivery.pk)
    now = timezone.now()
    assert [polling._claim(each, now) for each in (delivery, same)] == [True, False]
