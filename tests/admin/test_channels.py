"""Channels, shot lists and the summary of a day, as producers set and read them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pipeline import announcing
from pipeline.announcing.known_channels import keep_default
from pipeline.channels import Channel, Shot
from pipeline.models import Project
from tests.admin.conftest import SECRET, MakeJob, State
from tests.notifications.discord_server import UNKNOWN_WEBHOOK, DiscordServer, Reply

CHANNELS = "/admin/pipeline/channel/"
TOPICS = ["success", "error", "comments", "status", "summary", "incidents"]


def filled_in(**values: object) -> dict[str, object]:
    ticked = dict.fromkeys(TOPICS, "on")
    return {"name": "VFX", "kind": "discord", "active": "on", **ticked, **values}


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def form_of(channel: Channel) -> str:
    return f"{CHANNELS}{channel.pk}/change/"


@pytest.fixture
def vfx(db: None, discord: DiscordServer) -> Channel:
    return Channel.objects.create(name="VFX", address=discord.url, fingerprint="1")


def test_a_channel_is_made_and_its_address_never_shown(nora: Client, project: Project) -> None:
    address = f"https://discord.com/api/webhooks/1/{SECRET}"
    nora.post(f"{CHANNELS}add/", filled_in(address=address, projects=[project.pk]))
    channel = Channel.objects.get()
    assert (channel.address, list(channel.projects.all())) == (address, [project])
    assert SECRET not in page(nora, form_of(channel)) + page(nora, CHANNELS)


def test_the_services_that_the_form_names_may_be_called(nora: Client, settings: Settings) -> None:
    named = set(re.findall(r"(\w+)://…", page(nora, f"{CHANNELS}add/")))
    assert named
    assert named <= set(settings.APPRISE_SERVICES)


@pytest.mark.usefixtures("marked_french")
def test_what_is_wrong_with_an_address_is_told_in_the_readers_language(nora: Client) -> None:
    values = filled_in(address="ftp://nowhere")
    answer = nora.post(f"{CHANNELS}add/", values, headers={"Accept-Language": "fr"})
    assert "«That is no Discord webhook address" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"address": f"http://discord.com/{SECRET}"}, "has to begin with https"),
        ({"address": ""}, "Give the address"),
        ({"address": f"slack://{SECRET}", "kind": "service"}, "Apprise knows no such address"),
    ],
)
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_an_address_that_cannot_be_is_refused_unseen(
    nora: Client, values: dict[str, object], said: str
) -> None:
    answer = nora.post(f"{CHANNELS}add/", filled_in(**values)).content.decode()
    assert said in answer
    assert SECRET not in answer
    assert not Channel.objects.exists()


def test_an_empty_address_keeps_the_one_there_is(nora: Client, vfx: Channel) -> None:
    kept = vfx.address
    nora.post(form_of(vfx), filled_in(name="VFX team", success=""))
    vfx = Channel.objects.get()
    assert (vfx.name, vfx.address, vfx.success) == ("VFX team", kept, False)


def test_a_test_is_sent_at_the_press_of_a_button(
    nora: Client, vfx: Channel, discord: DiscordServer
) -> None:
    assert "Send a test" in page(nora, form_of(vfx))
    answer = nora.post(f"{CHANNELS}{vfx.pk}/test/", follow=True).content.decode()
    assert "The test is sent." in answer
    assert discord.shown == ["This is a test from PostFlow"]


def test_a_channel_that_is_gone_is_off_and_says_why_until_it_has_a_new_address(
    nora: Client, vfx: Channel, discord: DiscordServer
) -> None:
    discord.replies.append(Reply(404, UNKNOWN_WEBHOOK))
    answer = nora.post(f"{CHANNELS}{vfx.pk}/test/", follow=True).content.decode()
    assert "no longer exists (404: Unknown Webhook)" in answer
    assert not Channel.objects.get().active
    assert "no longer exists" in page(nora, CHANNELS)
    nora.post(form_of(vfx), filled_in(address=discord.url))
    assert (Channel.objects.get().active, Channel.objects.get().trouble) == (True, "")


def test_only_who_may_change_it_sends_a_test(
    paul: Client, charlie: Client, vfx: Channel, discord: DiscordServer
) -> None:
    for client in (paul, charlie):
        assert client.post(f"{CHANNELS}{vfx.pk}/test/").status_code == 403
    assert discord.calls == []


def test_the_overview_knows_of_a_channel_that_was_added_in_the_admin(nora: Client) -> None:
    assert "No channel is set" in page(nora, "/")
    channel = Channel.objects.create(name="VFX", address="https://discord.invalid/1")
    assert "No channel is set" not in page(nora, "/")
    Channel.objects.filter(pk=channel.pk).update(active=False)
    assert "No channel is set" in page(nora, "/")


def test_that_of_the_settings_is_steered_but_its_address_is_not(
    nora: Client, settings: Settings, discord: DiscordServer
) -> None:
    settings.DISCORD_WEBHOOK_URL = discord.url
    channel = keep_default()
    shown = page(nora, form_of(channel))
    assert "Discord, by DISCORD_WEBHOOK_URL" in shown
    assert 'name="address"' not in shown
    nora.post(form_of(channel), {"name": "Everyone", "active": "on", "error": "on"})
    channel = keep_default()
    assert (channel.address, channel.success, channel.error) == (discord.url, False, True)
    assert nora.post(f"{CHANNELS}{channel.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_uploads_own_channel_is_nobodys_to_see(
    nora: Client, make_job: MakeJob, discord: DiscordServer
) -> None:
    make_job(State.DONE, discord_webhook_url=discord.url)
    announcing.announce(announcing.AT_ONCE)
    assert "own channel" not in page(nora, CHANNELS)


# --- Shot lists -----------------------------------------------------------------------------------


def posted(project: Project, content: bytes) -> dict[str, object]:
    return {"project": project.pk, "file": SimpleUploadedFile("shots.csv", content)}


def test_a_shot_list_is_read_from_a_file(nora: Client, project: Project) -> None:
    content = b"scene,shot,task,due\nSC010,SH0010,comp,2026-11-20\nSC010,SH0020,comp,\n"
    answer = nora.post("/admin/pipeline/shot/import/", posted(project, content), follow=True)
    assert "2 lines are read." in answer.content.decode()
    assert Shot.objects.get(shot="SH0010").due == date(2026, 11, 20)


def test_a_file_that_is_none_says_what_is_wrong_and_changes_nothing(
    nora: Client, project: Project
) -> None:
    wrong = posted(project, b"shot,due\nSH0010,soon\n")
    answer = nora.post("/admin/pipeline/shot/import/", wrong).content.decode()
    assert "Line 2: “soon” is no day." in answer
    assert not Shot.objects.exists()


def test_who_may_not_change_the_list_may_not_read_one_in(paul: Client, project: Project) -> None:
    answer = paul.post("/admin/pipeline/shot/import/", posted(project, b"shot\nSH0010\n"))
    assert answer.status_code == 403


# --- The day --------------------------------------------------------------------------------------


@pytest.fixture
def day(project: Project, make_job: MakeJob) -> Callable[[Client, str], str]:
    make_job(State.DONE, finished_at=timezone.now())
    make_job(State.WAITING, hold="name", reason="Its name fits no rule.")
    Shot.objects.create(project=project, shot="SH0099", due=date(2020, 1, 1))

    def shown(client: Client, asked: str) -> str:
        return page(client, f"/admin/pipeline/project/{project.pk}/summary/{asked}")

    return shown


def test_the_day_shows_what_the_card_tells(nora: Client, day: Callable[[Client, str], str]) -> None:
    shown = day(nora, "")
    for words in ("Its name fits no rule.", "SH0099", "due Jan. 1, 2020", "The day before"):
        assert words in shown
    assert "The day after" not in shown


def test_the_days_before_can_be_looked_at(nora: Client, day: Callable[[Client, str], str]) -> None:
    shown = day(nora, "?day=2026-01-05")
    for words in ("Jan. 5, 2026", "Nothing arrived.", "The day after", "?day=2026-01-06"):
        assert words in shown
    assert "Jan. 1, 2020" in day(nora, "?day=nonsense")


def test_the_day_is_for_those_who_may_see_uploads(
    paul: Client, charlie: Client, project: Project
) -> None:
    address = f"/admin/pipeline/project/{project.pk}/summary/"
    assert paul.get(address).status_code == 200
    assert charlie.get(address).status_code == 403
