"""What reviewers set as a file's status, from the sandbox to the history, the card and the page."""

import pytest
from pytest_django import Settings

from pipeline import announcing
from pipeline import review as reading
from pipeline.models import Delivery
from pipeline.review import standing
from pipeline.verdicts import Verdict, verdict
from tests.notifications.conftest import tell_all
from tests.notifications.discord_server import DiscordServer
from tests.review.conftest import Review, history
from tests.review.said import NAME, arrived

on_the_wire = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings) -> DiscordServer:
    settings.DISCORD_WEBHOOK_URL = discord.url
    return discord


def read_again() -> None:
    Delivery.objects.update(polled_at=None)
    reading.poll()
    tell_all()


class TestOnTheWire:
    pytestmark = on_the_wire

    def test_a_change_is_a_line_in_the_history_and_one_card(
        self, review: Review, channel: DiscordServer
    ) -> None:
        job = review.sent(NAME)
        review.set_status(job, "Approved")
        read_again()
        read_again()
        assert Delivery.objects.get().status == "Approved"
        assert history(job).count("Status on Frame.io: Approved") == 1
        assert channel.shown == ["0040 comp v001", "0040 comp v001 is approved"]
        last = list(channel.messages.values())[-1]
        assert last.card["url"] == Delivery.objects.get().url

    def test_that_a_decision_is_awaited_is_no_card(
        self, review: Review, channel: DiscordServer
    ) -> None:
        job = review.sent(NAME)
        review.set_status(job, "Needs Review")
        read_again()
        review.set_status(job, "")
        read_again()
        assert history(job)[-2:] == [
            "Status on Frame.io: Needs Review",
            "The status on Frame.io was taken away.",
        ]
        assert channel.shown == ["0040 comp v001"]

    def test_one_who_dies_before_the_card_leaves_it_to_the_next(
        self, review: Review, channel: DiscordServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = review.sent(NAME)
        review.set_status(job, "Approved")
        tell = announcing.tell_status
        monkeypatch.setattr(announcing, "tell_status", _die)
        with pytest.raises(KeyboardInterrupt):
            read_again()
        monkeypatch.setattr(announcing, "tell_status", tell)
        read_again()
        assert channel.shown[1:] == ["0040 comp v001 is approved"]
        assert history(job).count("Status on Frame.io: Approved") == 1

    def test_a_login_that_may_not_read_it_reads_the_comments_all_the_same(
        self, review: Review, caplog: pytest.LogCaptureFixture
    ) -> None:
        job = review.sent(NAME)
        review.sandbox.say(Delivery.objects.get().remote_id, "Too dark")
        fault = {"match": {"path": "/metadata"}, "action": {"status": 403}, "times": 100}
        review.sandbox.faults([fault])
        read_again()
        assert job.comments.count() == 1
        assert "status" in caplog.text


def _die(*_words: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_of_two_who_read_at_once_one_writes_it_down() -> None:
    job = arrived()
    for each in [Delivery.objects.get(job=job), Delivery.objects.get(job=job)]:
        standing._keep(each, "Approved")
    assert history(job) == ["Status on Frame.io: Approved"]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("Approved", Verdict.APPROVED),
        ("needs_work", Verdict.CHANGES),
        ("Not  Approved", Verdict.CHANGES),
        ("In Progress", Verdict.OPEN),
        ("", Verdict.OPEN),
        ("Approved by client", Verdict.OTHER),
    ],
)
def test_what_a_word_means_is_known_or_not_guessed(status: str, found: Verdict) -> None:
    assert verdict(status) == found
