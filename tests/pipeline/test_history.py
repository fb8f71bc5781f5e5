"""What is forgotten after KEEP_HISTORY_DAYS, and what never."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from pipeline import history, jobs, upkeep
from pipeline.models import (
    Delivery,
    JobEvent,
    Project,
    ReviewComment,
    SourceFile,
    UploadJob,
    WatchedFolder,
)

pytestmark = pytest.mark.django_db

State = jobs.State
OLD = timedelta(days=31)


@pytest.fixture(autouse=True)
def a_month(settings: Settings) -> None:
    settings.KEEP_HISTORY_DAYS = 30


@pytest.fixture
def folder() -> WatchedFolder:
    return WatchedFolder.objects.create(path="/mnt/studio")


def file(folder: WatchedFolder | None, state: str = "vanished", age: timedelta = OLD) -> SourceFile:
    key = f"{SourceFile.objects.count()}.mov"
    row = SourceFile.objects.create(
        folder=folder, key=key, raw_path=key.encode(), size=1, mtime_ns=1, state=state
    )
    SourceFile.objects.filter(pk=row.pk).update(changed_at=timezone.now() - age)
    return row


def upload(source: SourceFile, state: State = State.DONE, age: timedelta = OLD) -> UploadJob:
    """With two lines of history."""
    number = UploadJob.objects.count()
    job = UploadJob.objects.create(
        source=source,
        size=number,
        mtime_ns=number,
        name="x.mov",
        state=state,
        project=Project.objects.get_or_create(code="DEMO")[0],
        finished_at=timezone.now() - age,
    )
    for line in (State.RUNNING, state):
        JobEvent.objects.create(job=job, state=line, who="host-a (1)")
    job.events.update(at=timezone.now() - age)
    return job


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_an_old_upload_of_a_file_that_is_gone_is_forgotten_with_all_that_is_its(
    folder: WatchedFolder, state: State
) -> None:
    job = upload(file(folder), state)
    Delivery.objects.create(job=job, integration="frameio", done=True)
    ReviewComment.objects.create(
        job=job, remote_id="1", author="R", text="!", said_at=timezone.now()
    )
    history.prune()
    for model in (UploadJob, JobEvent, Delivery, ReviewComment, SourceFile):
        assert not model.objects.exists()


def test_while_the_file_is_there_its_upload_stays_and_so_it_is_not_sent_again(
    folder: WatchedFolder,
) -> None:
    job = upload(file(folder, state="taken"))
    history.prune()
    (left,) = UploadJob.objects.all()
    assert left == job
    assert [line.state for line in left.events.all()] == [State.DONE]


def test_of_the_uploads_of_one_file_the_last_stays(folder: WatchedFolder) -> None:
    source = file(folder, state="taken")
    _earlier, last = upload(source), upload(source)
    history.prune()
    assert list(UploadJob.objects.all()) == [last]


def test_what_was_sent_by_hand_stays_as_nobody_tells_when_it_is_gone() -> None:
    job = upload(file(None, state="taken"))
    history.prune()
    assert list(UploadJob.objects.all()) == [job]


def test_what_is_young_stays_as_it_is(folder: WatchedFolder) -> None:
    young = timedelta(days=29)
    job = upload(file(folder, age=young), age=young)
    history.prune()
    assert job.events.count() == 2


@pytest.mark.parametrize("state", [State.WAITING, State.PENDING, State.RUNNING])
def test_what_is_not_over_stays(folder: WatchedFolder, state: State) -> None:
    job = upload(file(folder), state)
    history.prune()
    assert job.events.count() == 2


def test_an_upload_that_left_half_a_file_stays_until_that_is_cleaned_up(
    folder: WatchedFolder,
) -> None:
    job = upload(file(folder), State.CANCELLED)
    half = Delivery.objects.create(job=job, integration="frameio", memory={"file_id": "f"})
    history.prune()
    assert UploadJob.objects.exists()
    Delivery.objects.filter(pk=half.pk).update(memory={})
    history.prune()
    assert not UploadJob.objects.exists()


def test_uploads_of_a_project_whose_comments_are_still_read_stay(folder: WatchedFolder) -> None:
    upload(file(folder))
    Project.objects.update(comments_for_days=40)
    history.prune()
    assert UploadJob.objects.exists()


def test_a_file_that_went_lately_stays_though_its_upload_is_old(folder: WatchedFolder) -> None:
    upload(file(folder, age=timedelta(days=1)))
    history.prune()
    assert UploadJob.objects.exists()


def test_the_watcher_is_told_that_its_ledger_changed(folder: WatchedFolder) -> None:
    file(folder)
    history.prune()
    folder.refresh_from_db()
    assert (SourceFile.objects.count(), folder.ledger_changes) == (0, 1)


def test_more_than_a_batch_goes_in_several_steps(
    folder: WatchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    for _number in range(5):
        upload(file(folder))
    history.prune()
    assert not UploadJob.objects.exists()
    assert not SourceFile.objects.exists()


def test_nought_keeps_all_for_ever(folder: WatchedFolder, settings: Settings) -> None:
    settings.KEEP_HISTORY_DAYS = 0
    job = upload(file(folder), age=timedelta(days=9999))
    history.prune()
    assert job.events.count() == 2


def test_it_is_seen_to_once_a_day(folder: WatchedFolder) -> None:
    upload(file(folder))
    upkeep.daily()
    assert not UploadJob.objects.exists()
