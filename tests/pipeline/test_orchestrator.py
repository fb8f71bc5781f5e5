"""What becomes of a job, for each thing an integration can say."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import OperationalError, connections
from django.utils import timezone
from pytest_django import Settings

from pipeline import intake, jobs, orchestrator, quarantine
from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    MediaFile,
    NeedsLogin,
    NotSetUp,
    NotYet,
    Occupied,
    PlaceAway,
    Receipt,
    SourceAway,
    SourceChanged,
)
from pipeline.models import Delivery, NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from tests.notifications.conftest import told
from tests.pipeline.conftest import rewrite

Deliver = Callable[[MediaFile], Receipt]


class Place(BaseIntegration):
    """A review site whose behaviour the test writes down; notes how it was used."""

    label = "A review site"
    deliver: Deliver
    calls: list[str]
    fault: IntegrationError | None = None

    def initialize(self) -> None:
        type(self).calls.append("initialize")

    def process_file(self, file: MediaFile) -> Receipt:
        type(self).calls.append("process")
        return type(self).deliver(file)

    def discard(self, file: MediaFile) -> None:
        if fault := type(self).fault:
            raise fault
        half = file.memory.get("file_id")
        file.memory.keep(file_id=None)
        type(self).calls.append(f"discard {half}")

    def cleanup(self) -> None:
        type(self).calls.append("cleanup")


class OtherPlace(Place):
    deliver = staticmethod(lambda _file: Receipt("other-1", "https://other.example/1"))


def accept(file: MediaFile) -> Receipt:
    file.report(file.size)
    return Receipt("file-1", "https://next.frame.io/project/p/view/file-1")


def raising(error: Exception) -> Deliver:
    def deliver(_file: MediaFile) -> Receipt:
        raise error

    return deliver


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"frameio": f"{__name__}.Place", "other": f"{__name__}.OtherPlace"}
    monkeypatch.setattr("django.conf.settings.INTEGRATIONS", names)
    Place.calls, Place.fault = [], None


def attempt(job: UploadJob, deliver: Deliver) -> UploadJob:
    Place.deliver = staticmethod(deliver)
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease, ask=lambda _path: {"codec": "ProRes 422"})
    return UploadJob.objects.get(pk=job.pk)


def test_a_delivered_job_is_done_and_has_its_link(job: UploadJob) -> None:
    now = attempt(job, accept)
    assert (now.state, now.bytes_sent) == ("done", now.size)
    assert now.media == {"codec": "ProRes 422"}
    delivery = now.deliveries.get()
    assert (delivery.done, delivery.remote_id) == (True, "file-1")
    assert Place.calls == ["initialize", "process", "cleanup"]
    assert told() == [f"job/{job.pk}"]


def test_a_held_name_goes_where_a_person_said(
    rule: NamingRule, project: Project, render: Callable[..., Path]
) -> None:
    held = intake.take_in(intake.source_for(render("final.mov")), project=None, who="test")
    quarantine.send_as(held, project, rule, {"shot": "00412", "task": "comp"}, "nora")
    seen: list[MediaFile] = []

    def look(file: MediaFile) -> Receipt:
        seen.append(file)
        return accept(file)

    assert attempt(held, look).state == "done"
    assert (seen[0].name, seen[0].folders) == ("final.mov", ("00412", "comp"))


def test_the_integration_is_told_what_and_where(job: UploadJob) -> None:
    seen: list[MediaFile] = []

    def look(file: MediaFile) -> Receipt:
        seen.append(file)
        return accept(file)

    attempt(job, look)
    assert (seen[0].name, seen[0].folders) == ("UNDLM_00412_anim_v003.mov", ("00412", "anim"))
    assert seen[0].path.read_bytes() == b"frames"
    assert seen[0].remote_project == "p"


def test_a_passing_error_is_tried_again_later(job: UploadJob) -> None:
    now = attempt(job, raising(IntegrationError("Frame.io is busy.")))
    assert (now.state, now.reason) == ("pending", "Frame.io is busy.")
    assert now.run_after
    assert now.deliveries.get().error == "Frame.io is busy."
    assert told() == []


def test_the_wait_that_frameio_asks_for_is_kept(job: UploadJob) -> None:
    error = IntegrationError("Too fast.", retry_after=timedelta(hours=2))
    now = attempt(job, raising(error))
    assert now.run_after
    assert now.run_after > timezone.now() + timedelta(minutes=119)


def test_an_error_that_will_not_pass_fails_the_job(job: UploadJob) -> None:
    now = attempt(job, raising(IntegrationError("No right to upload.", permanent=True)))
    assert (now.state, now.reason) == ("failed", "No right to upload.")
    assert told() == [f"job/{job.pk}"]


def test_a_missing_login_holds_the_job_and_costs_no_attempt(job: UploadJob) -> None:
    now = attempt(job, raising(NeedsLogin("Connect Frame.io.")))
    assert (now.state, now.hold, now.attempts) == ("waiting", "account", 0)


def test_a_project_that_goes_nowhere_yet_holds_the_job_and_costs_no_attempt(job: UploadJob) -> None:
    now = attempt(job, raising(NotSetUp("Choose one on its page.")))
    assert (now.state, now.hold, now.attempts) == ("waiting", "project", 0)
    assert told() == []


def test_a_file_that_is_away_holds_the_job(job: UploadJob) -> None:
    now = attempt(job, raising(SourceAway("Was it moved?")))
    assert (now.state, now.hold, now.reason) == ("waiting", "file", "Was it moved?")


def test_a_file_whose_folder_is_away_is_told_to_wait_for_the_folder(job: UploadJob) -> None:
    folder = WatchedFolder.objects.create(path="/mnt/studio")
    SourceFile.objects.update(folder=folder)
    assert attempt(job, raising(SourceAway("Was it moved?"))).reason == "Was it moved?"
    WatchedFolder.objects.update(online=False)
    UploadJob.objects.update(state="pending", hold="", run_after=None)
    now = attempt(job, raising(SourceAway("Was it moved?")))
    assert (now.state, now.hold) == ("waiting", "file")
    assert now.reason.startswith("The watched folder /mnt/studio is away.")


def test_a_file_sent_by_hand_that_changed_fails(job: UploadJob) -> None:
    now = attempt(job, raising(SourceChanged("It changed.")))
    assert now.state == "failed"
    assert now.reason == "It changed. Send it again when it is finished."


def test_a_kind_of_file_the_watcher_does_not_take_does_not_come_back_by_itself(
    rule: NamingRule, tmp_path: Path, render: Callable[..., Path]
) -> None:
    WatchedFolder.objects.create(path=str(tmp_path))
    path = render("UNDLM_00412_anim_v003.mxf")
    job = intake.take_in(intake.source_for(path), project=None, who="by hand")
    assert attempt(job, raising(SourceChanged("It changed."))).state == "failed"


def test_a_project_that_is_delivered_nowhere_holds_its_jobs(job: UploadJob) -> None:
    Project.objects.update(integrations=[])
    now = attempt(job, accept)
    assert (now.state, now.hold) == ("waiting", "project")
    assert "is delivered nowhere" in now.reason


def test_a_planned_stop_gives_the_job_back_and_costs_no_attempt(job: UploadJob) -> None:
    now = attempt(job, raising(jobs.PlannedStop("planned stop")))
    assert (now.state, now.attempts, now.run_after, now.reason) == ("pending", 0, None, "")
    assert [event.why for event in job.events.all()][-1] == "planned stop"
    assert told() == []


def test_a_setting_that_lacks_holds_the_job(job: UploadJob) -> None:
    now = attempt(job, raising(NotSetUp("Choose a Frame.io project.")))
    assert (now.state, now.hold) == ("waiting", "project")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_locked_is_tried_again_soon(job: UploadJob) -> None:
    now = attempt(job, raising(OperationalError("database is locked")))
    assert now.state == "pending"
    assert now.run_after
    assert now.run_after < timezone.now() + timedelta(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_made_anew(
    job: UploadJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database was started again in the midst of an upload."""

    def break_down(_file: MediaFile) -> Receipt:
        own = connections["default"]
        own.ensure_connection()
        monkeypatch.setattr(own, "is_usable", lambda: False)  # as SQLite's never is
        own.connection.close()
        own.errors_occurred = True
        raise OperationalError("the server closed the connection")

    assert attempt(job, break_down).state == "pending"


def ended(job: UploadJob, deliver: Deliver) -> jobs.Lease:
    """A job that was begun, then cancelled; claimed to clean up after it."""
    attempt(job, deliver)
    jobs.cancel(job, "Paula")
    lease = jobs.claim_leftovers()
    assert lease
    return lease


def begin(file: MediaFile) -> Receipt:
    file.memory.keep(file_id="half")
    raise IntegrationError("cut")


def test_what_a_cancelled_job_left_half_made_is_taken_away_once(job: UploadJob) -> None:
    lease = ended(job, begin)
    orchestrator.clean_up(lease)
    assert Place.calls[-3:] == ["initialize", "discard half", "cleanup"]
    assert jobs.claim_leftovers() is None
    assert UploadJob.objects.get().state == "cancelled"


def test_what_cannot_be_taken_away_now_is_tried_again(job: UploadJob) -> None:
    lease = ended(job, begin)
    Place.fault = IntegrationError("Frame.io is away.")
    orchestrator.clean_up(lease)
    assert jobs.claim_leftovers() is None
    UploadJob.objects.update(run_after=timezone.now())
    assert jobs.claim_leftovers()


def test_a_job_that_is_sent_again_waits_for_the_cleaning(job: UploadJob) -> None:
    lease = ended(job, begin)
    jobs.retry(job, "Paula")
    assert jobs.claim(job.pk) is None
    orchestrator.clean_up(lease)
    assert jobs.claim(job.pk)


def test_a_cleaner_that_stood_still_takes_nothing_away(job: UploadJob) -> None:
    lease = ended(job, begin)
    UploadJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    jobs.retry(job, "Paula")
    now = attempt(job, accept)
    orchestrator.clean_up(lease)
    assert now.state == "done"
    assert "discard half" not in Place.calls


def test_a_watched_file_that_changed_settles_again(
    rule: NamingRule, tmp_path: Path, render: Callable[..., Path]
) -> None:
    WatchedFolder.objects.create(path=str(tmp_path))
    job = intake.take_in(intake.source_for(render()), project=None, who="watcher")
    now = attempt(job, raising(SourceChanged("It changed.")))
    assert now.state == "cancelled"
    source = SourceFile.objects.get()
    assert (source.state, source.quick_hash) == (SourceFile.State.SETTLING, "")


def test_a_surprise_is_logged_and_tried_again_much_later(
    job: UploadJob, caplog: pytest.LogCaptureFixture
) -> None:
    now = attempt(job, raising(ZeroDivisionError("x")))
    assert now.state == "pending"
    assert now.run_after
    assert now.run_after > timezone.now() + timedelta(minutes=59)
    assert "ZeroDivisionError" in now.reason
    assert "Traceback" in caplog.text


def test_cleanup_is_called_after_a_failure(job: UploadJob) -> None:
    attempt(job, raising(IntegrationError("no")))
    assert Place.calls == ["initialize", "process", "cleanup"]


def test_only_what_failed_is_repeated(job: UploadJob) -> None:
    Project.objects.update(integrations=["other", "frameio"])
    OtherPlace.calls = []
    attempt(job, raising(IntegrationError("not yet")))
    UploadJob.objects.update(state="pending", hold="", run_after=None)
    now = attempt(job, accept)
    assert now.state == "done"
    assert OtherPlace.calls.count("process") == 1
    assert Delivery.objects.filter(done=True).count() == 2


def test_what_was_remembered_is_there_at_the_next_attempt(job: UploadJob) -> None:
    found: list[object] = []

    def first(file: MediaFile) -> Receipt:
        file.memory.keep(file_id="f")
        file.memory.keep_secret(urls=["https://signed.example/1"])
        raise IntegrationError("cut")

    def second(file: MediaFile) -> Receipt:
        found.extend([file.memory.get("file_id"), file.memory.get_secret("urls")])
        return accept(file)

    attempt(job, first)
    UploadJob.objects.update(run_after=None)
    attempt(job, second)
    assert found == ["f", ["https://signed.example/1"]]


def test_what_no_key_reads_is_not_there_at_the_next_attempt(
    job: UploadJob, settings: Settings
) -> None:
    def first(file: MediaFile) -> Receipt:
        file.memory.keep_secret(urls=["https://signed.example/1"])
        raise IntegrationError("cut")

    def second(file: MediaFile) -> Receipt:
        assert file.memory.get_secret("urls") is None
        file.memory.keep_secret(urls=["https://signed.example/2"])
        return accept(file)

    attempt(job, first)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    UploadJob.objects.update(run_after=None)
    assert attempt(job, second).state == "done"


def test_signed_addresses_are_unreadable_in_the_database_and_gone_afterwards(
    job: UploadJob,
) -> None:
    stored: list[str] = []

    def deliver(file: MediaFile) -> Receipt:
        file.memory.keep_secret(urls=["https://signed.example/1"])
        stored.extend(
            Delivery.objects.extra(select={"raw": "secrets"}).values_list("raw", flat=True)
        )
        return accept(file)

    attempt(job, deliver)
    assert stored
    assert "signed.example" not in stored[0]
    assert Delivery.objects.get().secrets == ""


def test_a_job_cancelled_under_way_writes_nothing_more(job: UploadJob) -> None:
    def deliver(file: MediaFile) -> Receipt:
        jobs.cancel(job, "Paula")
        file.memory.keep(file_id="f")
        return accept(file)

    now = attempt(job, deliver)
    assert now.state == "cancelled"
    assert now.deliveries.get().memory == {}
    assert told() == []


def test_a_job_taken_over_under_way_is_left_to_the_other(job: UploadJob) -> None:
    def deliver(file: MediaFile) -> Receipt:
        UploadJob.objects.update(lease_token="somebody-else")
        return accept(file)

    now = attempt(job, deliver)
    assert now.state == "running"
    assert now.deliveries.get().done is False
    assert told() == []


def test_a_held_name_is_read_again_once_the_rule_is_mended(
    rule: NamingRule, render: Callable[..., Path]
) -> None:
    job = intake.take_in(
        intake.source_for(render("UNDLM_412_anim_v003.mov")), project=None, who="watcher"
    )
    assert job.state == "waiting"
    NamingRule.objects.update(template="{project}_{shot:3d}_{task}_v{version:3d}.{ext}")
    jobs.retry(job, "Paula")
    now = attempt(job, accept)
    assert (now.state, now.destination) == ("done", ["412", "anim"])


def test_a_name_that_still_fits_nothing_is_held_again(
    rule: NamingRule, render: Callable[..., Path]
) -> None:
    job = intake.take_in(intake.source_for(render("teaser.mov")), project=None, who="watcher")
    jobs.retry(job, "Paula")
    now = attempt(job, accept)
    assert (now.state, now.hold) == ("waiting", "name")
    assert now.reason


def test_a_place_that_is_away_holds_the_job_until_it_looks_again(job: UploadJob) -> None:
    now = attempt(job, raising(PlaceAway("The disk is away.")))
    assert (now.state, now.hold, now.attempts) == ("waiting", "file", 0)
    assert now.run_after


def test_a_name_that_is_taken_at_the_place_waits_for_a_person(job: UploadJob) -> None:
    now = attempt(job, raising(Occupied("Something else is there.")))
    assert (now.state, now.hold, now.run_after) == ("waiting", "name", None)


def test_a_place_whose_time_has_not_come_does_not_hold_up_the_others(
    job: UploadJob, project: Project
) -> None:
    project.integrations = ["frameio", "other"]
    project.save()
    now = attempt(job, raising(NotYet("When it is approved.")))
    assert (now.state, told()) == ("done", [f"job/{job.pk}"])
    assert list(now.deliveries.values_list("integration", "done", "error")) == [
        ("frameio", False, "When it is approved."),
        ("other", True, ""),
    ]


def test_a_job_opened_again_goes_to_the_place_that_waited_and_is_told_of_once(
    job: UploadJob,
) -> None:
    done = attempt(job, raising(NotYet("When it is approved.")))
    assert jobs.reopen(done, "approved")
    assert not jobs.reopen(done, "approved")
    now = attempt(job, accept)
    assert (now.state, now.deliveries.get().done) == ("done", True)
    assert told() == [f"job/{job.pk}"]


def test_a_job_opened_again_that_other_content_overtakes_has_arrived_all_the_same(
    job: UploadJob,
) -> None:
    done = attempt(job, raising(NotYet("When it is approved.")))
    assert jobs.reopen(done, "approved")
    rewrite(done.source.path, b"other frames")
    newer = intake.take_in(intake.source_for(done.source.path), project=None, who="test")
    done.refresh_from_db()
    assert (done.state, done.reason, done.run_after) == ("done", "", None)
    why = f"The file has other content now, which job {newer.pk} sends."
    assert done.events.latest("id").why == why
    assert not jobs.leftovers().exists()


def test_one_that_left_a_half_copy_is_cleaned_up_after(job: UploadJob) -> None:
    done = attempt(job, raising(NotYet("When it is approved.")))
    assert jobs.reopen(done, "approved")
    done.deliveries.update(memory={"partial": "/mnt/delivery/.half"})
    rewrite(done.source.path, b"other frames")
    intake.take_in(intake.source_for(done.source.path), project=None, who="test")
    done.refresh_from_db()
    assert done.state == "cancelled"
    assert jobs.leftovers().get() == done
