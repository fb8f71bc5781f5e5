"""Which queued jobs may start now: pause, limits, hours; and who is told what they wait for."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from pipeline import jobs, pausing
from pipeline.admission import Admission
from pipeline.models import Project, SourceFile, UploadJob
from pipeline.studio import THE_ONE, Studio, UploadWindow

State = jobs.State
MakeJob = Callable[..., UploadJob]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday


@pytest.fixture
def other(db: None) -> Project:
    return Project.objects.create(code="OTHER", name="Otherland", frameio_project_id="o")


@pytest.fixture
def make_job(project: Project) -> MakeJob:
    def make(of: Project | None = project, **columns: object) -> UploadJob:
        key = f"/mnt/{SourceFile.objects.count()}.mov"
        source = SourceFile.objects.create(
            key=key, raw_path=key.encode(), size=1, mtime_ns=1, state="taken"
        )
        return UploadJob.objects.create(
            source=source, size=1, mtime_ns=1, name=key, project=of, state=State.PENDING, **columns
        )

    return make


def claimed() -> list[int]:
    """All that can be claimed, in order."""
    found = []
    while lease := jobs.claim():
        found.append(lease.job_id)
    return found


def night(project: Project | None = None, **columns: object) -> UploadWindow:
    """Open from an hour ago + 2 h to + 3 h: closed now, whenever the test runs."""
    now = timezone.localtime()
    begin, end = now + timedelta(hours=2), now + timedelta(hours=3)
    return UploadWindow.objects.create(
        project=project, from_time=begin.time(), to_time=end.time(), **columns
    )


def limit_accounts(most: int) -> None:
    Studio.objects.update_or_create(pk=THE_ONE, defaults={"uploads_per_account": most})


def test_while_all_is_paused_nothing_starts(make_job: MakeJob) -> None:
    job = make_job(priority=5, any_time=True)
    assert pausing.pause(None, "nora")
    assert claimed() == []
    assert not jobs.due().exists()
    assert pausing.resume(None)
    assert claimed() == [job.pk]


def test_a_paused_project_lets_the_others_go(make_job: MakeJob, other: Project) -> None:
    paused, going = make_job(), make_job(other)
    pausing.pause(paused.project, "nora")
    assert claimed() == [going.pk]


def test_a_pause_keeps_who_and_when_of_the_first(project: Project) -> None:
    assert pausing.pause(project, "nora")
    assert not pausing.pause(project, "paul")
    project.refresh_from_db()
    assert project.paused_by == "nora"
    assert pausing.resume(project)
    assert not pausing.resume(project)


def test_only_so_many_of_a_project_at_a_time(
    make_job: MakeJob, project: Project, other: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(uploads_at_once=2)
    mine = [make_job() for _ in range(4)]
    theirs = make_job(other)
    assert claimed() == [mine[0].pk, mine[1].pk, theirs.pk]
    UploadJob.objects.filter(pk=mine[0].pk).update(state=State.DONE)
    assert claimed() == [mine[2].pk]


def test_only_so_many_through_an_account(
    make_job: MakeJob, project: Project, other: Project
) -> None:
    third = Project.objects.create(code="THIRD", name="Third", frameio_account=2)
    Project.objects.exclude(pk=third.pk).update(frameio_account=1)
    limit_accounts(1)
    first, _waits, elsewhere = make_job(), make_job(other), make_job(third)
    assert claimed() == [first.pk, elsewhere.pk]


def test_a_project_that_names_no_account_counts_with_all(
    make_job: MakeJob, project: Project, other: Project
) -> None:
    Project.objects.filter(pk=other.pk).update(frameio_account=1)
    limit_accounts(1)
    first = make_job()
    make_job(other)
    assert claimed() == [first.pk]


def test_outside_its_hours_nothing_starts(make_job: MakeJob) -> None:
    make_job()
    window = night()
    assert claimed() == []
    window.delete()
    assert len(claimed()) == 1


def test_a_project_with_hours_of_its_own_follows_those_alone(
    make_job: MakeJob, other: Project
) -> None:
    make_job()
    always = make_job(other)
    night()
    UploadWindow.objects.create(project=other, from_time=time(), to_time=time())
    assert claimed() == [always.pk]


def test_sent_now_it_goes_before_all_and_at_any_hour(make_job: MakeJob) -> None:
    _before, urgent = make_job(priority=50), make_job()
    night()
    jobs.send_first(urgent, "nora")
    assert claimed() == [urgent.pk]


def test_sent_now_it_still_waits_while_paused(make_job: MakeJob, project: Project) -> None:
    urgent = make_job()
    jobs.send_first(urgent, "nora")
    pausing.pause(project, "nora")
    assert claimed() == []


def test_a_rank_orders_the_queue_and_is_in_the_history(make_job: MakeJob) -> None:
    low, normal, high = make_job(), make_job(), make_job()
    jobs.rank(low, jobs.Rank.LOW, "nora")
    jobs.rank(high, jobs.Rank.HIGH, "nora")
    last = high.events.last()
    assert last is not None
    assert (last.state, last.who, last.why) == ("pending", "nora", "priority: high")
    assert claimed() == [high.pk, normal.pk, low.pk]


def test_a_rank_takes_send_now_back(make_job: MakeJob) -> None:
    job = make_job()
    night()
    jobs.send_first(job, "nora")
    jobs.rank(job, jobs.Rank.NORMAL, "nora")
    assert claimed() == []


def test_what_has_ended_has_no_rank(make_job: MakeJob) -> None:
    job = make_job()
    UploadJob.objects.update(state=State.DONE)
    with pytest.raises(jobs.MoveRefused, match="it is arrived"):
        jobs.rank(job, jobs.Rank.HIGH, "nora")


def test_a_job_that_learns_of_its_project_too_late_is_given_back(
    make_job: MakeJob, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(uploads_at_once=1)
    running, unread = make_job(), make_job(None)
    assert claimed() == [running.pk, unread.pk]
    lease = jobs.Lease(unread.pk, UploadJob.objects.get(pk=unread.pk).lease_token)
    project.refresh_from_db()
    with pytest.raises(jobs.PlannedStop, match="1 upload of UNDLM goes at a time"):
        jobs.assign(lease, project, {"project": project})
    jobs.release(lease, "")
    given_back = UploadJob.objects.get(pk=unread.pk)
    assert (given_back.project, given_back.attempts) == (project, 0)
    assert claimed() == []


# --- In words -------------------------------------------------------------------------------------


def why(job: UploadJob, now: datetime = NOON) -> str:
    return Admission(now=now).why_waiting(UploadJob.objects.get(pk=job.pk))


def test_nothing_in_the_way_says_nothing(make_job: MakeJob) -> None:
    assert why(make_job()) == ""


def test_a_pause_says_by_whom_and_since_when(make_job: MakeJob, project: Project) -> None:
    job = make_job()
    Project.objects.update(paused_by="nora", paused_at=NOON - timedelta(hours=2))
    assert why(job) == "UNDLM is paused by nora since 10:00."
    Studio.objects.create(pk=THE_ONE, paused_by="paul", paused_at=NOON - timedelta(days=1))
    assert why(job) == "All uploads are paused by paul since Thursday 12:00."


def test_hours_say_from_when(make_job: MakeJob) -> None:
    job = make_job()
    window = UploadWindow.objects.create(from_time=time(20), to_time=time(6))
    assert why(job) == "It waits for the upload hours, from 20:00."
    window.days = [0]
    window.save()
    assert why(job) == "It waits for the upload hours, from Monday 20:00."


def test_a_limit_says_how_many(make_job: MakeJob, project: Project) -> None:
    Project.objects.update(uploads_at_once=2)
    jobs_made = [make_job() for _ in range(3)]
    claimed()
    assert why(jobs_made[2]) == "2 uploads of UNDLM go at a time."
    Project.objects.update(uploads_at_once=None)
    limit_accounts(1)
    assert why(jobs_made[2]) == "1 upload goes through its Frame.io account at a time."


@pytest.mark.django_db
def test_the_speed_is_the_lower_of_setting_and_hours(settings: Settings) -> None:
    columns = {"only_then": False, "from_time": time(9), "to_time": time(19)}
    UploadWindow.objects.create(megabits_per_second=80, **columns)
    assert Admission(now=NOON).bytes_per_second() == 10_000_000
    assert Admission(now=NOON + timedelta(hours=8)).bytes_per_second() is None
    settings.UPLOAD_BYTES_PER_SECOND = 4_000_000
    assert Admission(now=NOON).bytes_per_second() == 4_000_000
