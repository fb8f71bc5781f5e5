"""What the cards of files say, and where they go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import translation
from pytest_django import Settings

from pipeline import notices
from pipeline.channels import Card, Channel
from pipeline.models import Delivery, JobEvent, ReviewComment, UploadJob
from pipeline.notices.words import duration
from tests.notifications.conftest import Become, FakeClock, MakeJob, history
from tests.notifications.discord_server import PATH, UNKNOWN_WEBHOOK, DiscordServer, Reply

pytestmark = pytest.mark.django_db

State = UploadJob.State
STARTED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
Tell = Callable[..., None]


def values_of(discord: DiscordServer) -> dict[str, str]:
    return {row["name"]: row["value"] for row in discord.calls[-1].fields}


def test_a_channel_that_no_key_reads_is_noted_with_the_job(
    channel: DiscordServer, settings: Settings, make_job: MakeJob, tell: Tell
) -> None:
    job = make_job(discord_webhook_url=channel.url)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    tell()
    assert channel.calls == []
    assert "cannot be read with the keys" in JobEvent.objects.get(job=job).why


def test_an_arrived_render_is_a_card_that_leads_to_frameio(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    job = make_job(started_at=STARTED, finished_at=STARTED + timedelta(seconds=75))
    Delivery.objects.create(job=job, integration="frameio", done=True, url="https://f.test/view/1")

    tell()

    card = channel.calls[0].card
    assert card["title"] == "SH001 anim v003"
    assert card["url"] == "https://f.test/view/1"
    assert card["footer"] == {"text": f"job {job.pk} · Shots"}
    assert values_of(channel) == {
        "Project": "UNDLM",
        "Scene": "SC01",
        "Shot": "SH001",
        "Task": "anim",
        "Version": "3",
        "Size": "3.1 MB",
        "Upload": "1 min 15 s",
    }
    assert not JobEvent.objects.exists()


def test_a_failure_says_the_cause_and_what_to_do_and_leads_to_the_job(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    job = make_job(State.FAILED, reason="Frame.io says the project is archived.")

    tell()

    card = channel.calls[0].card
    assert card["title"] == "SH001 anim v003 did not go up"
    assert card["url"] == f"https://postflow.studio.test/admin/pipeline/uploadjob/{job.pk}/change/"
    text = card["description"]
    assert isinstance(text, str)
    assert text.startswith("Frame.io says the project is archived.\nWhen that is put right, press")
    assert values_of(channel)["File"] == r"UNDLM\_SC01\_SH001\_anim\_v003.mov"


@pytest.mark.parametrize("state", [State.CANCELLED, State.WAITING])
def test_what_never_set_out_is_not_told(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, state: State
) -> None:
    make_job(state)
    tell()
    assert channel.calls == []


def test_one_card_follows_its_file_to_the_end(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell
) -> None:
    job = make_job(State.PENDING)
    tell()
    for state, sent in [(State.RUNNING, 1024**2), (State.RUNNING, job.size), (State.DONE, 0)]:
        become(job, state, bytes_sent=sent)
        tell()
    delivery = Delivery.objects.create(job=job, integration="frameio", done=True)
    delivery.status = "Approved"
    delivery.save()
    ReviewComment.objects.create(job=job, remote_id="1", author="Ann", text="Nice", said_at=STARTED)
    become(job, State.DONE)
    tell()

    assert [call.title for call in channel.calls] == [
        "SH001 anim v003 is queued",
        "SH001 anim v003 is uploading",
        "SH001 anim v003 is sent, and Frame.io is processing it",
        "SH001 anim v003",
        "SH001 anim v003",
    ]
    assert channel.calls[1].card["description"] == "33 % of 3.1 MB"
    assert [call.method for call in channel.calls] == ["POST", *["PATCH"] * 4]
    assert channel.shown == ["SH001 anim v003"]
    assert values_of(channel)["Status"] == "Approved"
    assert values_of(channel)["Comments"] == "1 comment"


def test_progress_is_told_every_quarter_of_a_minute(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    job = make_job(State.RUNNING)
    tell()
    for sent in (1, 2, 3):
        UploadJob.objects.filter(pk=job.pk).update(bytes_sent=sent * 700_000)
        clock.pass_by(seconds=6)
        tell()
    assert [call.card["description"] for call in channel.calls] == [
        "0 % of 3.1 MB",
        "66 % of 3.1 MB",
    ]


def test_what_nothing_was_changed_about_is_not_told_again(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell
) -> None:
    job = make_job()
    tell()
    become(job, State.DONE)
    tell()
    assert len(channel.calls) == 1


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"scene": "SC01", "version": "12"}, "SC01 v12"),
        ({"shot": "SH010"}, "SH010 v003"),
        ({"task": "anim"}, "UNDLM_SC01_SH001_anim_v003.mov"),
    ],
)
def test_the_title_is_made_of_what_the_name_gave(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, fields: dict[str, str], title: str
) -> None:
    make_job(fields=fields)
    tell()
    assert channel.calls[0].title == title


def test_a_job_with_a_channel_of_its_own_is_told_there_alone(
    discord: DiscordServer, settings: Settings, make_job: MakeJob, tell: Tell
) -> None:
    settings.DISCORD_WEBHOOK_URL = "https://discord.test/elsewhere"
    make_job(discord_webhook_url=discord.url)
    tell()
    assert len(discord.calls) == 1
    assert Card.objects.count() == 1


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
    channel: DiscordServer,
    settings: Settings,
    make_job: MakeJob,
    tell: Tell,
    setting: str,
    state: State,
    cards: int,
) -> None:
    setattr(settings, setting, False)
    make_job(state)
    tell()
    assert len(channel.calls) == cards


def test_without_a_channel_the_card_is_in_the_log(
    caplog: pytest.LogCaptureFixture, make_job: MakeJob, become: Become, tell: Tell
) -> None:
    caplog.set_level("INFO")
    job = make_job(State.PENDING)
    tell()
    become(job, State.DONE)
    tell()
    tell()

    said = [record.getMessage() for record in caplog.records if "notices" in record.name]
    assert len(said) == 1
    assert said[0].startswith("+ SH001 anim v003\n")


@pytest.mark.parametrize(
    ("reply", "said"),
    [(Reply(400, {"message": "Bad"}), "did not take the card (400: Bad)"), (Reply(500), "(500)")],
)
def test_a_channel_that_fails_is_noted_and_fails_nothing(
    channel: DiscordServer,
    caplog: pytest.LogCaptureFixture,
    make_job: MakeJob,
    tell: Tell,
    reply: Reply,
    said: str,
) -> None:
    caplog.set_level("DEBUG")
    job = make_job()
    channel.replies.append(reply)

    tell()

    (event,) = JobEvent.objects.all()
    assert (event.job_id, event.state, event.who) == (job.pk, State.DONE, "notifications")
    assert event.why.startswith("The team was not told: ")
    assert said in event.why
    assert PATH not in caplog.text
    job.refresh_from_db()
    assert job.state == State.DONE


def test_a_webhook_that_is_gone_is_switched_off_and_not_called_again(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, everyone: Callable[[], Channel]
) -> None:
    channel.replies.append(Reply(404, UNKNOWN_WEBHOOK))
    make_job()
    tell()
    make_job()
    tell()
    assert len(channel.calls) == 1
    assert not everyone().active
    assert "no longer exists" in everyone().trouble


def test_a_new_address_switches_the_default_on_again(
    channel: DiscordServer,
    settings: Settings,
    make_job: MakeJob,
    tell: Tell,
    everyone: Callable[[], Channel],
) -> None:
    channel.replies.append(Reply(401))
    make_job()
    tell()
    settings.DISCORD_WEBHOOK_URL = channel.url + "?new=1"
    tell()
    assert everyone().active
    assert channel.shown == ["SH001 anim v003"]


def test_an_address_that_is_none_is_noted_without_being_shown(
    settings: Settings, caplog: pytest.LogCaptureFixture, make_job: MakeJob, tell: Tell
) -> None:
    settings.DISCORD_WEBHOOK_URL = f"ftp://discord.test{PATH}"
    job = make_job()
    tell()
    assert "has to begin with https" in history(job)[0]
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
def test_durations_read_well(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, seconds: float, shown: str
) -> None:
    make_job(started_at=STARTED, finished_at=STARTED + timedelta(seconds=seconds))
    tell()
    assert values_of(channel)["Upload"] == shown


def test_a_short_duration_is_told_as_the_reader_writes_numbers() -> None:
    with translation.override("fr"):
        assert duration(timedelta(seconds=2.5)) == "2,5 s"


def test_an_upload_that_was_never_timed_has_no_duration(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    make_job(started_at=None)
    tell()
    assert "Upload" not in values_of(channel)
