"""A project's day: what is in it, when it is sent, and to whom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pipeline.channels import Channel, Shot
from pipeline.models import Project, ReviewComment, UploadJob
from pipeline.summary import bounds, summary_of, today
from tests.notifications.conftest import FakeClock, MakeJob
from tests.notifications.discord_server import DiscordServer

pytestmark = pytest.mark.django_db

State = UploadJob.State
Tell = Callable[..., None]
DAY = date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # 19:30 in Paris
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture
def project(db: None) -> Project:
    """Its summary is sent at seven in the evening in Paris."""
    return Project.objects.create(
        code="UNDLM", name="Undertow", summary_at=time(19), time_zone="Europe/Paris"
    )


@pytest.fixture
def quiet(channel: DiscordServer, clock: FakeClock) -> DiscordServer:
    """It hears of summaries alone."""
    clock.time = EVENING
    Channel.objects.create(name="A", kind="log", origin="settings", success=False, error=False)
    return channel


def a_day(make_job: MakeJob) -> None:
    make_job(State.DONE, finished_at=NOON)
    make_job(State.DONE, finished_at=NOON, version=1)
    make_job(State.DONE, finished_at=NOON - timedelta(days=1))
    make_job(State.FAILED, finished_at=NOON, reason="The project is archived.")
    waits = make_job(State.WAITING, hold="name", reason="Its name fits no rule.")
    for number in range(2):
        ReviewComment.objects.create(
            job=waits, remote_id=str(number), author="Ann", text="?", said_at=NOON
        )
    ReviewComment.objects.filter(remote_id="1").update(done_at=NOON)


def test_a_day_is_the_24_hours_before_its_summary(project: Project) -> None:
    since, until = bounds(project, DAY)
    assert (since.isoformat(), until.isoformat()) == (
        "2026-11-19T19:00:00+01:00",
        "2026-11-20T19:00:00+01:00",
    )
    assert today(project, EVENING) == DAY + timedelta(days=1)
    assert today(project, NOON) == DAY


def test_without_a_time_it_is_a_day_of_the_calendar(project: Project) -> None:
    project.summary_at = None
    since, until = bounds(project, DAY)
    assert (since.isoformat(), until.isoformat()) == (
        "2026-11-20T00:00:00+01:00",
        "2026-11-21T00:00:00+01:00",
    )


def test_what_a_day_holds(project: Project, make_job: MakeJob) -> None:
    a_day(make_job)
    found = summary_of(project, DAY)
    assert [job.fields["shot"] for job in found.delivered] == ["SH001", "SH002"]
    assert (found.versions, len(found.failed), len(found.waiting)) == (1, 1, 1)
    assert found.open_comments == 1


def test_what_is_late_and_what_is_not_there_yet(project: Project, make_job: MakeJob) -> None:
    make_job(State.DONE, finished_at=NOON)
    for shot, scene, task, due in [
        ("sh001", "SC01", "anim", DAY),
        ("SH001", "", "", DAY),
        ("SH001", "SC01", "comp", DAY - timedelta(days=3)),
        ("SH002", "", "anim", DAY),
        ("SH003", "", "", DAY + timedelta(days=1)),
        ("SH004", "", "", None),
    ]:
        Shot.objects.create(project=project, scene=scene, shot=shot, task=task, due=due)
    found = summary_of(project, DAY)
    assert {str(shot) for shot in found.late} == {"SC01 SH001 comp", "SH002 anim"}
    assert {str(shot) for shot in found.missing} == {"SH003", "SH004"}


def test_it_is_sent_once_in_the_evening(
    quiet: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    a_day(make_job)
    clock.time = NOON
    tell()
    assert quiet.calls == []
    for minutes in (0, 5, 60):
        clock.time = EVENING + timedelta(minutes=minutes)
        tell()
    (call,) = quiet.calls
    assert call.title == "Undertow on Nov. 20, 2026"
    assert str(call.card["description"]).replace("\\", "") == (
        "Arrived:\nSH001 anim v003\nSH002 anim v003\n\n"
        "Failed:\nSH004 anim v003: The project is archived.\n\n"
        "Waiting:\nSH005 anim v003: Its name fits no rule."
    )
    counts = {row["name"]: row["value"] for row in call.fields}
    assert counts == {
        "Arrived": "2",
        "New versions": "1",
        "Waiting": "1",
        "Failed": "1",
        "Open comments": "1",
    }


def test_nothing_is_sent_on_an_empty_day_unless_asked(
    quiet: DiscordServer, project: Project, tell: Tell, clock: FakeClock
) -> None:
    tell()
    assert quiet.calls == []
    Project.objects.update(summary_when_empty=True)
    clock.pass_by(days=1)
    tell()
    (call,) = quiet.calls
    assert call.card["description"] == "Nothing arrived, and nothing waits."


def test_it_is_in_the_projects_language(
    quiet: DiscordServer, project: Project, make_job: MakeJob, tell: Tell
) -> None:
    Project.objects.update(language="fr")
    a_day(make_job)
    tell()
    assert quiet.calls[0].title.startswith("Undertow")
    assert "novembre" in quiet.calls[0].title


def test_a_long_day_names_the_first_ten(
    quiet: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    for _file in range(24):
        make_job(State.DONE, finished_at=NOON)
    tell()
    assert str(quiet.calls[0].card["description"]).endswith("and 14 more")
