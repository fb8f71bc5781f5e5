"""Cards on their way: the channel's pace, one sender, and what becomes of what goes wrong."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline import announcing
from pipeline.announcing import sending
from pipeline.channels import Card, Change, Channel
from pipeline.models import Project, UploadJob
from tests.notifications.conftest import Become, FakeClock, MakeJob, history
from tests.notifications.discord_server import DiscordServer, Reply

pytestmark = pytest.mark.django_db

State = UploadJob.State
Tell = Callable[..., None]
Everyone = Callable[[], Channel]


def test_what_was_not_written_is_not_told(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    """Without its change, as when the transaction was undone."""
    make_job()
    Change.objects.all().delete()
    tell()
    assert channel.calls == []


def test_no_more_than_thirty_a_minute(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    for number in range(31):
        make_job(fields={"scene": f"SC{number}", "shot": "SH1"})
    begun = clock.now()
    tell()
    assert len(channel.calls) == 31
    assert clock.now() - begun >= timedelta(seconds=60)


def test_a_round_does_not_wait_longer_than_it_may_and_the_next_goes_on(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    make_job(fields={"scene": "A", "shot": "1"})
    make_job(fields={"scene": "B", "shot": "1"})
    tell(minutes=0)
    assert (len(channel.calls), clock.waits) == (1, [])
    assert not sending.due_channels(clock.now()).exists()
    clock.pass_by(seconds=3)
    assert sending.due_channels(clock.now()).exists()
    tell(minutes=0)
    assert len(channel.calls) == 2


def test_a_card_that_discord_puts_off_waits_as_long_as_it_says(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    channel.replies.extend([Reply(429, {"retry_after": 7.5})] * 3)
    make_job()
    tell()
    assert clock.waits == pytest.approx([7.5, 7.5, 7.5], abs=0.1)
    assert channel.shown == ["SH001 anim v003"]


def test_a_channel_that_is_held_by_one_is_left_alone_by_the_others(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, everyone: Everyone, clock: FakeClock
) -> None:
    make_job()
    tell(minutes=0)
    make_job()
    until = clock.now() + timedelta(minutes=1)
    Channel.objects.update(lease_token="another", lease_expires_at=until, node="elsewhere")
    tell(minutes=0.5)
    assert len(channel.calls) == 1
    clock.pass_by(minutes=2)
    tell()
    assert len(channel.calls) == 2
    assert everyone().lease_token == ""


@pytest.mark.parametrize("reply", [Reply(500), Reply(503, "<html>")])
def test_what_was_not_taken_is_sent_again_until_it_is(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock, reply: Reply
) -> None:
    channel.replies.extend([reply] * 4)
    job = make_job()
    for _try in range(5):
        tell()
        clock.pass_by(minutes=20)
    assert channel.shown == ["SH001 anim v003"]
    assert len(channel.calls) == 5
    assert len(history(job)) == 1  # said once, not at each try


def lost_answer(monkeypatch: pytest.MonkeyPatch, channel: DiscordServer, times: int) -> None:
    """The message is kept, and the line breaks before anybody hears of it."""
    left = [times]
    answer = channel.reply_to

    def reply_to(call: object) -> Reply:
        reply = answer(call)  # type: ignore[arg-type]  # passed on as it is
        if left[0]:
            left[0] -= 1
            raise ConnectionAbortedError
        return reply

    monkeypatch.setattr(channel, "reply_to", reply_to)


def test_a_post_without_an_answer_is_sent_once_more(
    channel: DiscordServer,
    make_job: MakeJob,
    tell: Tell,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost_answer(monkeypatch, channel, 1)
    make_job()
    for _round in range(3):
        tell()
        clock.pass_by(minutes=20)
    assert channel.shown == ["SH001 anim v003"] * 2  # the price of never losing one


def test_a_second_time_it_is_given_up_and_said(
    channel: DiscordServer,
    make_job: MakeJob,
    tell: Tell,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost_answer(monkeypatch, channel, 9)
    job = make_job()
    for _round in range(5):
        tell()
        clock.pass_by(minutes=20)
    assert len(channel.calls) == 2
    assert "there was no answer; it may be there" in history(job)[-1]


def test_a_card_that_somebody_deleted_stays_away(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell
) -> None:
    job = make_job(State.PENDING)
    tell()
    channel.messages.clear()
    become(job, State.RUNNING)
    tell()
    become(job, State.DONE)
    tell()
    assert channel.shown == []
    assert len(channel.calls) == 2
    assert history(job) == []


def test_edits_land_on_the_right_message_and_in_its_thread(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell, everyone: Everyone
) -> None:
    tell()
    Channel.objects.filter(pk=everyone().pk).update(thread_id="77")
    first, second = make_job(State.PENDING), make_job(State.PENDING)
    tell()
    Channel.objects.filter(pk=everyone().pk).update(thread_id="78")  # the cards stay in their own
    become(second, State.DONE)
    become(first, State.FAILED, reason="Full.")
    tell()
    assert channel.shown == ["SH001 anim v003 did not go up", "SH002 anim v003"]
    assert {message.channel_id for message in channel.messages.values()} == {"77"}


def test_the_post_that_a_card_opens_in_a_forum_is_where_the_others_go(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, everyone: Everyone
) -> None:
    tell()
    channel.forum = True
    Channel.objects.filter(pk=everyone().pk).update(thread_name="Undertow")
    make_job()
    make_job()
    tell()
    assert len({message.channel_id for message in channel.messages.values()}) == 1
    assert ["thread_name" in call.body for call in channel.calls] == [True, False]


def test_a_channel_hears_of_what_it_wants_and_of_its_projects(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, everyone: Everyone
) -> None:
    tell()
    Channel.objects.filter(pk=everyone().pk).update(success=False)
    make_job()
    make_job(State.FAILED, reason="Full.")
    tell()
    assert channel.shown == ["SH002 anim v003 did not go up"]
    everyone().projects.add(Project.objects.create(code="OTHER", name="Other"))
    make_job(State.FAILED)
    tell()
    assert len(channel.shown) == 1


def test_news_that_nobody_could_be_told_for_a_day_is_none(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    channel.replies.append(Reply(500))
    make_job()
    tell()
    clock.pass_by(hours=25)
    tell()
    assert len(channel.calls) == 1


def test_a_card_speaks_the_channels_language(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, everyone: Everyone
) -> None:
    tell()
    Channel.objects.filter(pk=everyone().pk).update(language="fr")
    make_job()
    tell()
    assert {"name": "Projet", "value": "UNDLM", "inline": True} in channel.calls[0].fields


def test_a_round_is_due_when_there_is_something_to_tell(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    tell()
    assert not announcing.is_due()
    make_job()
    assert announcing.is_due()


def test_a_card_is_made_once_however_often_its_job_changes(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell
) -> None:
    job = make_job(State.PENDING)
    for _change in range(5):
        become(job, State.RUNNING)
    tell()
    assert Card.objects.count() == 1
    assert len(channel.calls) == 1


def test_a_card_that_cannot_be_worded_does_not_stop_the_others(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    tell()
    broken = Card(channel=Channel.objects.get(), kind="status", key="status/0", about={})
    broken.changed_at = timezone.now() - timedelta(minutes=1)
    broken.save()
    make_job()
    tell()
    assert channel.shown == ["SH001 anim v003"]
    assert "status/0: unexpected" in caplog.text
