"""The picture of what has arrived, from the sandbox to the overview and the card."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from frameio.sandbox.drawing import thumbnail as drawn
from pipeline import thumbnails
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_thumbnails import Thumbnail as Picture
from pipeline.models import Delivery, Thumbnail, UploadJob
from tests.notifications.conftest import tell_all
from tests.notifications.discord_server import DiscordServer
from tests.review.conftest import Review
from tests.review.said import NAME, arrived

PNG = Picture("image/png", b"\x89PNG\r\n\x1a\n")


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings) -> DiscordServer:
    settings.DISCORD_WEBHOOK_URL = discord.url
    return discord


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_it_is_fetched_shown_on_the_pages_and_attached_to_the_card(
    review: Review, channel: DiscordServer, admin_client: Client
) -> None:
    job = review.sent(NAME)
    tell_all()
    thumbnails.look()
    tell_all()

    picture = drawn(Delivery.objects.get().remote_id)
    address = f"/jobs/{job.pk}/thumbnail"
    answer = admin_client.get(address)
    assert answer.content == picture
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for page in ["/", "/admin/pipeline/uploadjob/", job.get_absolute_url()]:
        assert f'src="{address}?' in admin_client.get(page).content.decode()

    (card,) = channel.messages.values()
    assert card.card["thumbnail"] == {"url": "attachment://thumbnail.png"}
    assert channel.calls[-1].files == {"thumbnail.png": picture}
    assert not thumbnails.is_due()


class Frameio:
    """`answer`: the picture, None while there is none, or what is raised. `meanwhile`: what others
    do while it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.meanwhile: list[Callable[[], None]] = []
        self.answer: Picture | IntegrationError | None = None

    def fetch(self, _account: int | None, remote_id: str) -> Picture | None:
        self.asked.append(remote_id)
        if self.meanwhile:
            self.meanwhile.pop()()
        if isinstance(self.answer, IntegrationError):
            raise self.answer
        return self.answer


@pytest.fixture
def frameio(monkeypatch: pytest.MonkeyPatch) -> Frameio:
    fake = Frameio()
    monkeypatch.setattr(thumbnails, "fetch", fake.fetch)
    return fake


def look_after(**time: float) -> None:
    moment: datetime = timezone.now() + timedelta(**time)
    thumbnails.look(lambda: moment)


@pytest.mark.django_db
class TestAsking:
    def test_it_is_asked_for_a_few_times_ever_more_seldom(self, frameio: Frameio) -> None:
        arrived()
        for minutes in range(0, 110, 1):
            look_after(minutes=minutes)
        assert len(frameio.asked) == len(thumbnails.WAITS) + 1
        assert Thumbnail.objects.get().look_at is None

    def test_one_that_comes_late_is_kept(self, frameio: Frameio) -> None:
        arrived()
        look_after()
        frameio.answer = PNG
        look_after(seconds=20)
        look_after(hours=3)
        assert len(frameio.asked) == 2
        assert bytes(Thumbnail.objects.get().content) == PNG.content

    def test_of_the_files_that_arrived_long_ago_none_is_asked_for(self, frameio: Frameio) -> None:
        arrived(age=timedelta(hours=3))
        look_after()
        assert frameio.asked == []

    def test_what_is_no_picture_is_not_asked_for_again(self, frameio: Frameio) -> None:
        arrived()
        frameio.answer = IntegrationError("No picture.", permanent=True)
        look_after()
        look_after(hours=1)
        assert len(frameio.asked) == 1

    def test_without_a_line_the_others_wait_for_the_next_round(self, frameio: Frameio) -> None:
        arrived()
        arrived()
        frameio.answer = IntegrationError("No line.")
        look_after()
        assert len(frameio.asked) == 1
        frameio.answer = PNG
        look_after(seconds=60)
        assert Thumbnail.objects.filter(kind="image/png").count() == 2
        assert UploadJob.objects.filter(state="done").count() == 2

    def test_of_two_who_look_at_once_each_file_has_one(self, frameio: Frameio) -> None:
        arrived()
        arrived()
        frameio.answer = PNG
        frameio.meanwhile.append(thumbnails.look)
        look_after()
        assert sorted(frameio.asked) == ["file-0", "file-1"]
        assert Thumbnail.objects.filter(kind="image/png").count() == 2

    def test_a_file_that_was_sent_again_has_a_new_one(self, frameio: Frameio) -> None:
        frameio.answer = PNG
        arrived()
        look_after()
        Delivery.objects.update(remote_id="another")
        frameio.answer = None
        look_after()
        assert frameio.asked == ["file-0", "another"]
        assert Thumbnail.objects.get().kind == ""

    def test_only_the_newest_are_kept(
        self, frameio: Frameio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(thumbnails, "KEPT", 2)
        frameio.answer = PNG
        for minute in range(4):
            arrived()
            look_after(minutes=minute)
        kept = Thumbnail.objects.exclude(kind="").values_list("delivery__remote_id", flat=True)
        assert sorted(kept) == ["file-2", "file-3"]
        look_after(hours=1)
        assert len(frameio.asked) == 4

    def test_it_goes_with_its_job(self, frameio: Frameio) -> None:
        frameio.answer = PNG
        job = arrived()
        look_after()
        job.delete()
        assert not Thumbnail.objects.exists()


@pytest.mark.django_db
def test_who_may_see_no_uploads_sees_no_picture(frameio: Frameio, client: Client) -> None:
    frameio.answer = PNG
    job = arrived()
    look_after()
    client.force_login(User.objects.create_user("charlie", is_staff=True))
    assert client.get(f"/jobs/{job.pk}/thumbnail").status_code == 403
    client.logout()
    assert client.get(f"/jobs/{job.pk}/thumbnail").status_code == 302


@pytest.mark.django_db
def test_a_file_without_one_has_its_icon(admin_client: Client) -> None:
    job = arrived()
    page = admin_client.get("/").content.decode()
    assert '<span class="frame" aria-hidden="true">MOV</span>' in page
    assert admin_client.get(f"/jobs/{job.pk}/thumbnail").status_code == 404
