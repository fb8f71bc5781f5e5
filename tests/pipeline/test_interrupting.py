"""A running job that may not go on: given back at the next part, without an attempt."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from pipeline import jobs, orchestrator, pausing, pump
from pipeline.heartbeat import Heartbeat
from pipeline.integrations.base import BaseIntegration, MediaFile, Receipt
from pipeline.models import Delivery, Project, UploadJob
from pipeline.studio import UploadWindow
from pipeline.uploads import upload_file
from tests.notifications.conftest import told

State = jobs.State
PATIENCE = 20.0


class Place(BaseIntegration):
    """Sends a part, lets the test do something, and sends the next."""

    label = "A review site"
    between: Callable[[MediaFile], None]

    def initialize(self) -> None: ...

    def process_file(self, file: MediaFile) -> Receipt:
        file.memory.keep(sent=1)
        file.report(1)
        type(self).between(file)
        return Receipt("file-1", "https://next.frame.io/1")

    def cleanup(self) -> None: ...


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"frameio": f"{__name__}.Place"}
    monkeypatch.setattr("django.conf.settings.INTEGRATIONS", names)
    Place.between = staticmethod(lambda _file: None)


def attempt(job: UploadJob) -> UploadJob:
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease, ask=lambda _path: {"codec": "ProRes 422"})
    return UploadJob.objects.get(pk=job.pk)


def next_part(file: MediaFile) -> None:
    """Report until somebody stops it, as sending parts does."""
    stopped = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        file.report(0)
        stopped.wait(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_paused_project_stops_its_running_job_at_the_next_part(job: UploadJob) -> None:
    def pause(file: MediaFile) -> None:
        pausing.pause(job.project, "nora")
        next_part(file)

    Place.between = staticmethod(pause)
    stopped = attempt(job)
    assert (stopped.state, stopped.attempts, stopped.lease_token) == (State.PENDING, 0, "")
    last = stopped.events.last()
    assert last is not None
    assert last.why.startswith("UNDLM is paused by nora since")
    assert Delivery.objects.get().memory == {"sent": 1}  # to go on from there
    assert jobs.claim() is None
    pump.pump()
    assert told() == []

    pausing.resume(job.project)
    Place.between = staticmethod(lambda _file: None)
    assert attempt(stopped).state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_hours_that_end_stop_it_too(job: UploadJob) -> None:
    def close(file: MediaFile) -> None:
        soon = timezone.localtime() + timedelta(hours=2)
        UploadWindow.objects.create(
            from_time=soon.time(), to_time=(soon + timedelta(hours=1)).time()
        )
        next_part(file)

    Place.between = staticmethod(close)
    assert attempt(job).state == State.PENDING


@pytest.mark.django_db(transaction=True)
def test_a_speed_that_changes_reaches_the_running_job(job: UploadJob) -> None:
    seen: list[int | None] = []

    def slow_down(file: MediaFile) -> None:
        seen.append(file.bytes_per_second())
        now = timezone.localtime().time()
        UploadWindow.objects.create(
            from_time=now, to_time=now, only_then=False, megabits_per_second=8
        )
        waiting = threading.Event()
        for _ in range(int(PATIENCE / 0.05)):
            if file.bytes_per_second():
                break
            waiting.wait(0.05)
        seen.append(file.bytes_per_second())

    Place.between = staticmethod(slow_down)
    assert attempt(job).state == State.DONE
    assert seen == [None, 1_000_000]


@pytest.mark.django_db(transaction=True)
def test_a_job_claimed_just_before_the_pause_sends_nothing(job: UploadJob) -> None:
    lease = jobs.claim()
    assert lease
    pausing.pause(job.project, "nora")
    with Heartbeat(lease) as heartbeat, pytest.raises(jobs.PlannedStop):
        heartbeat.report(1)


def test_a_job_whose_project_is_read_late_still_keeps_to_the_pause(
    job: UploadJob, project: Project
) -> None:
    UploadJob.objects.update(project=None, rule=None)
    pausing.pause(project, "nora")
    given_back = attempt(job)
    assert (given_back.state, given_back.project, given_back.attempts) == ("pending", project, 0)


def test_sending_by_hand_says_what_it_waits_for(
    project: Project, rule: object, render: Callable[..., Path]
) -> None:
    pausing.pause(project, "nora")
    result = upload_file(render())
    assert not result.success
    assert result.error is not None
    assert result.error.startswith("UNDLM is paused by nora since")
    assert result.error.endswith("It stays queued, and goes up by itself then.")
