from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from pipeline import notices
from pipeline.models import Delivery, JobEvent, NamingRule, Project, SourceFile, UploadJob
from tests.notifications.discord_server import PATH, UNKNOWN_WEBHOOK, DiscordServer, Reply

pytestmark = pytest.mark.django_db

State = UploadJob.State
STARTED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def make_job(state: State, **columns: object) -> UploadJob:
    project = Project.objects.create(code="UNDLM", name="Undelivered Mail")
    source = SourceFile.objects.create(key="SH010.mov", raw_path=b"SH010.mov", size=1, mtime_ns=1)
    values: dict[str, object] = {
        "source": source,
        "name": "UNDLM_SC01_SH010_anim_v003.mov",
        "size": 3 * 1024**2,
        "mtime_ns": 1,
        "project": project,
        "rule": NamingRule.objects.create(name="Shots", project=project),
        "fields": {"scene": "SC01", "shot": "SH010", "task": "anim", "version": "003"},
        "version": 3,
        "state": state,
        "started_at": STARTED,
        "finished_at": STARTED + timedelta(seconds=75),
    }
    return UploadJob.objects.create(**{**values, **columns})


def values_of(discord: DiscordServer) -> dict[str, str]:
    return {row["name"]: row["value"] for row in discord.calls[0].fields}


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings) -> DiscordServer:
    settings.DISCORD_WEBHOOK_URL = discord.url
    settings.PUBLIC_URL = "https://postflow.studio.test/"
    return discord


def test_a_channel_that_no_key_reads_is_noted_with_the_job(
    channel: DiscordServer, settings: Settings
) -> None:
    job = make_job(State.DONE, discord_webhook_url=channel.url)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    notices.tell(UploadJob.objects.get())
    assert channel.calls == []
    assert "cannot be read with the keys" in JobEvent.objects.get(job=job).why


def test_an_arrived_render_is_a_card_that_leads_to_frameio(channel: DiscordServer) -> None:
    job = make_job(State.DONE)
    Delivery.objects.create(job=job, integration="frameio", done=True, url="https://f.test/view/1")

    notices.tell(job)

    card = channel.calls[0].card
    assert card["title"] == "SH010 anim v003"
    assert card["url"] == "https://f.test/view/1"
    assert card["footer"] == {"text": f"job {job.pk} · Shots"}
    assert values_of(channel) == {
        "Project": "UNDLM",
        "Scene": "SC01",
        "Shot": "SH010",
        "Task": "anim",
        "Version": "3",
        "Size": "3.1 MB",
        "Upload": "1 min 15 s",
    }
    assert not JobEvent.objects.exists()


def test_a_failure_says_the_cause_and_what_to_do_and_leads_to_the_job(
    channel: DiscordServer,
) -> None:
    job = make_job(State.FAILED, reason="Frame.io says the project is archived.")

    notices.tell(job)

    card = channel.calls[0].card
    assert card["title"] == "SH010 anim v003 did not go up"
    assert card["url"] == f"https://postflow.studio.test/admin/pipeline/uploadjob/{job.pk}/change/"
    text = card["description"]
    assert isinstance(text, str)
    assert text.startswith("Frame.io says the project is archived.\nWhen that is put right, press")
    assert values_of(channel)["File"] == r"UNDLM\_SC01\_SH010\_anim\_v003.mov"


@pytest.mark.parametrize("state", [State.PENDING, State.RUNNING, State.CANCELLED, State.WAITING])
def test_what_has_not_come_to_an_end_is_not_told(channel: DiscordServer, state: State) -> None:
    notices.tell(make_job(state))

    assert channel.calls == []


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"scene": "SC01", "version": "12"}, "SC01 v12"),
        ({"shot": "SH010"}, "SH010 v003"),
        ({"task": "anim"}, "UNDLM_SC01_SH010_anim_v003.mov"),
    ],
)
def test_the_title_is_made_of_what_the_name_gave(
    channel: DiscordServer, fields: dict[str, str], title: str
) -> None:
    notices.tell(make_job(State.DONE, fields=fields))

    shown = channel.calls[0].card["title"]
    assert isinstance(shown, str)
    assert shown.replace("\\", "") == title


def test_a_job_with_a_channel_of_its_own_is_told_there(
    discord: DiscordServer, settings: Settings
) -> None:
    settings.DISCORD_WEBHOOK_URL = "https://discord.test/elsewhere"

    notices.tell(make_job(State.DONE, discord_webhook_url=discord.url))
    assert len(discord.calls) == 1


@pytest.mark.parametrize(
    ("setting", "state", "cards"),
    [
        ("DISCORD_UPLOAD_SUCCESS", State.DONE, 0),
        ("DISCORD_UPLOAD_SUCCESS", State.FAILED, 1),
        ("DISCORD_UPLOAD_ERROR", State.DONE, 1),
        ("DISCORD_UPLOAD_ERROR", State.FAILED, 0),
        ("DISCORD_ENABLED", State.DONE, 0),
        ("DISCORD_ENABLED", State.FAILED, 0),
    ],
)
def test_what_is_switched_off_is_not_told(
    channel: DiscordServer, settings: Settings, setting: str, state: State, cards: int
) -> None:
    setattr(settings, setting, False)
    notices.tell(make_job(state))
    assert len(channel.calls) == cards


def test_without_a_channel_the_card_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    notices.tell(make_job(State.DONE))

    assert caplog.records[-1].getMessage().startswith("+ SH010 anim v003\n")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(404, UNKNOWN_WEBHOOK), "no longer exists"),
        (Reply(500), "did not take the card (500)"),
        (Reply(429, {"retry_after": 600}), "asks us to slow down"),
    ],
)
def test_a_channel_that_fails_is_noted_and_fails_nothing(
    channel: DiscordServer, caplog: pytest.LogCaptureFixture, reply: Reply, said: str
) -> None:
    caplog.set_level("DEBUG")
    job = make_job(State.DONE)
    channel.replies.append(reply)

    notices.tell(job)

    (event,) = JobEvent.objects.all()
    assert (event.job_id, event.state, event.who) == (job.pk, State.DONE, "notifications")
    assert event.why.startswith("The team was not told: ")
    assert said in event.why
    (line,) = [record for record in caplog.records if record.name == "pipeline.notices"]
    assert said in line.getMessage()
    assert PATH not in caplog.text
    job.refresh_from_db()
    assert job.state == State.DONE


def test_an_address_that_is_none_is_noted_without_being_shown(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DISCORD_WEBHOOK_URL = f"ftp://discord.test{PATH}"

    notices.tell(make_job(State.DONE))
    assert "has to begin with https" in JobEvent.objects.get().why
    assert PATH not in caplog.text


def test_a_webhook_can_be_checked_before_a_job_is_made() -> None:
    notices.check_webhook("https://discord.test/api/webhooks/1/x")
    with pytest.raises(ValueError, match="has to begin with https") as caught:
        notices.check_webhook(f"http://discord.test{PATH}")
    assert PATH not in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.42, "0.4 s"), (48, "48 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations_read_well(channel: DiscordServer, seconds: float, shown: str) -> None:
    notices.tell(make_job(State.DONE, finished_at=STARTED + timedelta(seconds=seconds)))

    assert values_of(channel)["Upload"] == shown


def test_an_upload_that_was_never_timed_has_no_duration(channel: DiscordServer) -> None:
    notices.tell(make_job(State.DONE, started_at=None))

    assert "Upload" not in values_of(channel)
