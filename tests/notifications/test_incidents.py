"""One card an incident: opened, counted, and closed when it is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from frameio.models import Account
from pipeline.channels import Channel, Incident
from pipeline.models import Project, SourceFile, UploadJob, WatchedFolder, Watcher
from tests.notifications.conftest import FakeClock, MakeJob
from tests.notifications.discord_server import UNKNOWN_WEBHOOK, DiscordServer, Reply

pytestmark = pytest.mark.django_db

State = UploadJob.State
Tell = Callable[..., None]


@pytest.fixture
def watched(project: Project) -> WatchedFolder:
    """A folder that a watcher looks at, and that is there."""
    watcher = Watcher.objects.create(node="here")
    return WatchedFolder.objects.create(
        path="/mnt/studio", project=project, online=True, watcher=watcher
    )


def goes(folder: WatchedFolder, clock: FakeClock) -> None:
    WatchedFolder.objects.filter(pk=folder.pk).update(
        online=False, state_since=clock.now(), state_reason="It is not mounted."
    )


def comes_back(folder: WatchedFolder) -> None:
    WatchedFolder.objects.filter(pk=folder.pk).update(online=True)


def later(tell: Tell, clock: FakeClock, seconds: float = 70) -> None:
    clock.pass_by(seconds=seconds)
    tell()


def test_a_mount_that_goes_is_one_card_until_it_is_back(
    channel: DiscordServer, watched: WatchedFolder, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    later(tell, clock)
    assert channel.calls == []
    goes(watched, clock)
    later(tell, clock)
    for _file in range(3):
        job = make_job(State.WAITING, hold="file")
        SourceFile.objects.filter(pk=job.source_id).update(folder=watched)
    later(tell, clock)
    card = channel.calls[-1].card
    assert card["description"] == (
        "It is not mounted.\nFiles wait, and go up by themselves when it is back."
    )
    assert {"name": "Waiting", "value": "3 files", "inline": True} in channel.calls[-1].fields
    later(tell, clock)
    comes_back(watched)
    later(tell, clock)
    assert [call.title for call in channel.calls] == [
        "The folder /mnt/studio is away",
        "The folder /mnt/studio is away",
        "The folder /mnt/studio is back",
    ]
    assert len(channel.messages) == 1
    assert channel.calls[-1].card["description"] == "It lasted 4 min 40 s."


def test_the_next_time_is_another_incident(
    channel: DiscordServer, watched: WatchedFolder, tell: Tell, clock: FakeClock
) -> None:
    for _time in range(2):
        goes(watched, clock)
        later(tell, clock)
        comes_back(watched)
        later(tell, clock)
    assert channel.shown == ["The folder /mnt/studio is back"] * 2


def test_one_that_was_over_before_anybody_heard_of_it_is_none(
    channel: DiscordServer, watched: WatchedFolder, tell: Tell, clock: FakeClock
) -> None:
    channel.replies.append(Reply(500))
    goes(watched, clock)
    later(tell, clock)
    comes_back(watched)
    later(tell, clock, 600)
    assert len(channel.calls) == 1
    assert Incident.objects.get().over_at


def test_a_login_that_is_needed(channel: DiscordServer, tell: Tell, clock: FakeClock) -> None:
    account = Account.objects.create(name="Undertow Post", needs_login=True)
    later(tell, clock)
    Account.objects.filter(pk=account.pk).update(needs_login=False)
    later(tell, clock)
    assert channel.calls[0].title.startswith("Frame.io needs a login (")
    assert "press Connect Frame.io" in str(channel.calls[0].card["description"])
    assert channel.shown[0].startswith("Frame.io is connected again (")


def test_files_that_do_not_get_through(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    tell()
    Channel.objects.update(success=False)
    soon = timezone.now() + timedelta(hours=1)
    for _file in range(4):
        make_job(State.PENDING, attempts=3, run_after=soon, reason="Frame.io does not answer.")
    later(tell, clock)
    assert channel.shown == ["Files do not get through to Frame.io"]
    assert {"name": "Waiting", "value": "4 files", "inline": True} in channel.calls[0].fields


def test_that_nobody_watches(
    channel: DiscordServer, watched: WatchedFolder, tell: Tell, clock: FakeClock
) -> None:
    Watcher.objects.all().delete()
    later(tell, clock)
    assert channel.shown == ["Nobody watches the folders"]


def test_a_channel_that_is_gone_is_told_in_the_others(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    other = Channel.objects.create(name="VFX", address=channel.url, success=False)
    tell()
    Channel.objects.exclude(pk=other.pk).update(name="Everyone")
    channel.replies.append(Reply(404, UNKNOWN_WEBHOOK))
    make_job()
    later(tell, clock)
    later(tell, clock)
    assert channel.shown == ["The channel Everyone is switched off"]
    Channel.objects.update(active=True, trouble="")
    later(tell, clock)
    assert "The channel Everyone works again" in channel.shown
