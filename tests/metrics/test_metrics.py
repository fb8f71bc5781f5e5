"""The numbers, each after what it counts has happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from frameio import tallies as calls
from frameio.models import Account
from pipeline import health_views, jobs, node_table, tallies
from pipeline.models import HealthFinding, Node, Tally, UploadJob, WatchedFolder, Watcher
from tests.metrics.conftest import Numbers

State = UploadJob.State
Scrape = Callable[[], Numbers]


def test_a_place_where_nothing_happened_has_every_number_at_nought(scrape: Scrape) -> None:
    told = scrape()
    assert told['postflow_uploads_total{result="done"}'] == 0
    assert told['postflow_uploads_total{result="failed"}'] == 0
    assert told['postflow_errors_total{type="unexpected"}'] == 0
    assert told["postflow_upload_duration_seconds_count"] == 0
    assert told["postflow_queue_oldest_seconds"] == 0
    assert told["postflow_active_watchers"] == 0


def test_an_arrival_is_counted_with_its_time_and_its_bytes(
    job: UploadJob,
    scrape: Scrape,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        lease = jobs.claim()
        assert lease
        UploadJob.objects.update(started_at=timezone.now() - timedelta(seconds=40))
        jobs.done(lease, 6000)
    told = scrape()
    assert told['postflow_uploads_total{result="done"}'] == 1
    assert told["postflow_files_processed_total"] == 1
    assert told["postflow_uploaded_bytes_total"] == 6000
    assert told['postflow_upload_duration_seconds_bucket{le="30"}'] == 0
    assert told['postflow_upload_duration_seconds_bucket{le="60"}'] == 1
    assert told['postflow_upload_duration_seconds_bucket{le="+Inf"}'] == 1
    assert 40 <= told["postflow_upload_duration_seconds_sum"] < 60


def test_what_goes_wrong_is_counted_by_its_kind(
    job: UploadJob,
    scrape: Scrape,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ends: list[Callable[[jobs.Lease], object]] = [
        lambda lease: jobs.later(lease, "down", attempts=1),
        lambda lease: jobs.later(lease, "what?", attempts=1, kind="unexpected"),
        lambda lease: jobs.hold(lease, jobs.Hold.ACCOUNT, "log in"),
        lambda lease: jobs.fail(lease, "no"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        for end in ends:
            UploadJob.objects.update(state=State.PENDING, run_after=None)
            lease = jobs.claim()
            assert lease
            end(lease)
    told = scrape()
    kinds = ["temporary", "unexpected", "account", "permanent", "file"]
    assert [told[f'postflow_errors_total{{type="{kind}"}}'] for kind in kinds] == [1, 1, 1, 1, 0]
    assert told['postflow_uploads_total{result="failed"}'] == 1
    assert told["postflow_files_processed_total"] == 1


def test_a_move_that_came_too_late_is_not_counted(
    job: UploadJob,
    scrape: Scrape,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        jobs.move(job.pk, State.RUNNING, State.DONE, who="x", why="")  # it is not running
    assert scrape()['postflow_uploads_total{result="done"}'] == 0


def test_a_dead_worker_is_a_lost_lease(
    job: UploadJob,
    scrape: Scrape,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    jobs.claim()
    UploadJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.take_back_abandoned()
    assert scrape()["postflow_lease_losses_total"] == 1


def test_the_queue_is_as_it_is_now(job: UploadJob, scrape: Scrape) -> None:
    UploadJob.objects.update(created_at=timezone.now() - timedelta(seconds=90))
    told = scrape()
    assert told['postflow_queue_size{state="pending"}'] == 1
    assert told["postflow_concurrent_uploads"] == 0
    assert 90 <= told["postflow_queue_oldest_seconds"] < 150

    jobs.claim()
    told = scrape()
    assert told['postflow_queue_size{state="pending"}'] == 0
    assert told["postflow_concurrent_uploads"] == 1
    assert told["postflow_queue_oldest_seconds"] == 0


@pytest.mark.django_db
def test_calls_and_new_tokens_are_told_by_their_answers(scrape: Scrape) -> None:
    calls.note("GET /v4/me", "200", 0.2)
    calls.note("GET /v4/me", "200", 3.0, 1.5)
    calls.note("GET /v4/me", "429", 0.1, 0.25)
    calls.note("POST /ims/token/v3 refresh_token", "200", 0.2)
    calls.note("POST /ims/token/v3 refresh_token", "400", 0.2)
    calls.note("POST /ims/token/v3 authorization_code", "200", 0.2)
    told = scrape()
    name = "postflow_frameio_request_duration_seconds"
    asked = 'operation="GET /v4/me",status="200"'
    assert told[f'{name}_bucket{{le="0.25",{asked}}}'] == 1
    assert told[f'{name}_bucket{{le="5",{asked}}}'] == 2
    assert told[f"{name}_sum{{{asked}}}"] == 3.2
    waited = "postflow_frameio_limit_wait_seconds_total"
    assert told[f'{waited}{{operation="GET /v4/me"}}'] == 1.75
    assert told['postflow_token_refreshes_total{result="success"}'] == 1
    assert told['postflow_token_refreshes_total{result="failure"}'] == 1


@pytest.mark.django_db
def test_processes_and_doors_are_as_they_are_now(scrape: Scrape) -> None:
    node_table.beat(Node.Role.CLUSTER)
    Watcher.objects.create(node="a/1/2/3")
    silent = timezone.now() - timedelta(minutes=1)
    Watcher.objects.create(node="b/1/2/3", seen_at=silent)
    WatchedFolder.objects.create(path="/mnt/here", online=True)
    WatchedFolder.objects.create(path="/mnt/away", online=False)
    WatchedFolder.objects.create(path="/mnt/paused", online=False, active=False)
    until = datetime(2026, 12, 1, tzinfo=UTC)
    account = Account.objects.create(name="Post", refresh_expires_at=until)
    HealthFinding.objects.create(
        host="box", name="disk", state="fault", since=silent, seen_at=silent
    )
    told = scrape()
    assert told["postflow_active_watchers"] == 1
    assert told['postflow_nodes{role="cluster"}'] == 1
    assert told['postflow_mount_online{folder="/mnt/here"}'] == 1
    assert told['postflow_mount_online{folder="/mnt/away"}'] == 0
    assert 'postflow_mount_online{folder="/mnt/paused"}' not in told
    who = f'account="{account.pk} Post"'
    assert told[f"postflow_frameio_login_needed{{{who}}}"] == 1
    ends = told[f"postflow_frameio_login_expires_timestamp_seconds{{{who}}}"]
    assert ends == until.timestamp()
    assert told['postflow_health_state{check="disk",host="box"}'] == 2


@pytest.mark.django_db
def test_more_rows_need_no_more_questions(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        WatchedFolder.objects.create(path=f"/mnt/{number}", online=True)
        Account.objects.create(name=str(number), access_token="a", refresh_token="b")
        Tally.objects.create(what="error", label=str(number))
        calls.note(f"GET /{number}", "200", 0.1)
    with django_assert_max_num_queries(12):
        assert Client().get("/metrics").status_code == 200


@pytest.mark.django_db
def test_counting_the_same_at_once_makes_one_row(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tallies.count(Tally.What.BYTES, amount=5)
        tallies.count(Tally.What.BYTES, amount=7)
    assert list(Tally.objects.values_list("times", "amount")) == [(2, 12.0)]


def test_a_database_that_is_away_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_now: datetime) -> bytes:
        raise DatabaseError

    monkeypatch.setattr(health_views, "exposition", away)
    answer = Client().get("/metrics")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")
