"""The table of moves, leases and the pump."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks

from pipeline import jobs, node_table, nodes, tasks
from pipeline.channels import Change
from pipeline.jobs.keeping import _take_back
from pipeline.models import UploadJob
from pipeline.pump import pump

State = jobs.State
GONE = "another-host/1/4711/1.00"


@pytest.fixture
def lease(job: UploadJob) -> jobs.Lease:
    lease = jobs.claim()
    assert lease
    return lease


def row(job: UploadJob) -> UploadJob:
    return UploadJob.objects.get(pk=job.pk)


def test_a_claim_takes_the_job_and_counts_the_attempt(job: UploadJob, lease: jobs.Lease) -> None:
    now = row(job)
    assert (now.state, now.attempts, now.lease_token) == (State.RUNNING, 1, lease.token)
    assert now.node == nodes.me()


def test_a_job_is_claimed_once(job: UploadJob, lease: jobs.Lease) -> None:
    assert jobs.claim() is None
    assert jobs.claim(job.pk) is None


def test_the_highest_priority_goes_first_then_the_oldest(job: UploadJob) -> None:
    later = UploadJob.objects.create(source=job.source, size=1, mtime_ns=1, state=State.PENDING)
    urgent = UploadJob.objects.create(
        source=job.source, size=2, mtime_ns=2, state=State.PENDING, priority=5
    )
    claimed = [jobs.claim(), jobs.claim(), jobs.claim()]
    assert [lease and lease.job_id for lease in claimed] == [urgent.pk, job.pk, later.pk]


def test_a_job_is_not_claimed_before_its_time(job: UploadJob) -> None:
    UploadJob.objects.update(run_after=timezone.now() + timedelta(seconds=60))
    assert jobs.claim() is None


def test_every_move_that_is_not_in_the_table_is_a_mistake(job: UploadJob) -> None:
    with pytest.raises(ValueError, match="never goes from pending to failed"):
        jobs.move(job.pk, State.PENDING, State.FAILED, who="x", why="")


def test_a_move_that_came_too_late_changes_nothing(job: UploadJob, lease: jobs.Lease) -> None:
    events = job.events.count()
    assert not jobs.move(job.pk, State.PENDING, State.CANCELLED, who="x", why="")
    assert row(job).state == State.RUNNING
    assert job.events.count() == events


def test_every_move_is_in_the_history(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.fail(lease, "Frame.io says no.")
    assert [event.state for event in job.events.all()] == ["pending", "running", "failed"]
    assert job.events.last().why == "Frame.io says no."  # type: ignore[union-attr]  # just counted


def test_a_note_stands_in_the_history_and_moves_nothing(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.note(lease, "Fetched through a tunnel.")
    last = job.events.last()
    assert last is not None
    assert (last.state, last.why) == ("running", "Fetched through a tunnel.")
    assert jobs.fenced(lease).exists()


def test_renewing_notes_the_progress(job: UploadJob, lease: jobs.Lease) -> None:
    UploadJob.objects.update(lease_expires_at=timezone.now())
    jobs.renew(lease, 1234)
    now = row(job)
    assert now.bytes_sent == 1234
    assert now.lease_expires_at
    assert now.lease_expires_at > timezone.now() + jobs.LEASE / 2


def test_a_cancelled_job_is_lost_to_its_worker(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.cancel(job, "Paula")
    with pytest.raises(jobs.LeaseLost) as caught:
        jobs.renew(lease, 1)
    assert caught.value.cancelled
    with pytest.raises(jobs.LeaseLost):
        jobs.done(lease, job.size)
    assert row(job).state == State.CANCELLED


def test_a_worker_whose_job_was_taken_over_can_write_nothing(
    job: UploadJob, lease: jobs.Lease
) -> None:
    UploadJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    pump()
    second = jobs.claim()
    assert second
    with pytest.raises(jobs.LeaseLost) as caught:
        jobs.fail(lease, "too late")
    assert not caught.value.cancelled
    jobs.renew(second, 5)
    assert row(job).state == State.RUNNING


def test_the_pump_leaves_a_live_lease_alone(job: UploadJob, lease: jobs.Lease) -> None:
    pump()
    assert row(job).lease_token == lease.token


def test_the_pump_takes_back_what_a_dead_process_of_this_machine_held(
    job: UploadJob, lease: jobs.Lease
) -> None:
    dead = nodes.me().rsplit("/", 2)[0] + "/4194304/1.00"  # above the highest process id there is
    UploadJob.objects.update(node=dead)
    pump()
    assert row(job).state == State.PENDING


def test_the_pump_waits_for_the_lease_of_another_machine(job: UploadJob, lease: jobs.Lease) -> None:
    UploadJob.objects.update(node=GONE)
    pump()
    assert row(job).state == State.RUNNING


def test_a_lease_renewed_while_the_pump_was_looking_stays(
    job: UploadJob, lease: jobs.Lease
) -> None:
    UploadJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    seen = row(job)
    jobs.renew(lease, 1)
    _take_back(seen)
    assert row(job).state == State.RUNNING


def test_a_job_that_keeps_killing_its_worker_is_given_up_with_a_reason(
    job: UploadJob, lease: jobs.Lease
) -> None:
    UploadJob.objects.update(lease_expires_at=timezone.now(), attempts=jobs.MAX_ATTEMPTS)
    pump()
    assert row(job).state == State.FAILED
    assert "cut off 12 times" in row(job).reason


def test_the_pump_wakes_a_worker_for_each_due_job_and_no_more(job: UploadJob) -> None:
    OrmQ.objects.all().delete()
    pump()
    pump()
    queued = [row.func() for row in OrmQ.objects.all()]
    assert queued.count("pipeline.tasks.work") == 1


def test_trying_later_waits_longer_each_time() -> None:
    delays = [jobs.backoff(attempt) for attempt in (1, 3, 5, 30)]
    assert delays == sorted(delays)
    assert delays[-1] <= jobs.LONGEST_DELAY * 1.25


def test_frameio_saying_when_to_come_back_is_heeded(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.later(lease, "busy", attempts=1, after=timedelta(minutes=30))
    run_after = row(job).run_after
    assert run_after
    assert run_after > timezone.now() + timedelta(minutes=29)


def test_a_job_fails_when_it_has_been_tried_enough(job: UploadJob, lease: jobs.Lease) -> None:
    assert jobs.later(lease, "Away.", attempts=jobs.MAX_ATTEMPTS) == State.FAILED
    assert row(job).reason == "Away. (Tried 12 times.)"


def test_a_hold_costs_no_attempt_and_is_looked_at_again(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.hold(lease, jobs.Hold.FILE, "The mount is away.")
    held = row(job)
    assert (held.state, held.attempts, held.reason) == (State.WAITING, 0, "The mount is away.")
    UploadJob.objects.update(run_after=timezone.now())
    pump()
    assert row(job).state == State.PENDING


def test_a_hold_for_a_person_waits_for_that_person(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.hold(lease, jobs.Hold.NAME, "No rule fits.")
    assert row(job).run_after is None


def test_a_weekend_of_looking_in_vain_leaves_one_line(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.hold(lease, jobs.Hold.FILE, "The mount is away.")
    before = job.events.count()
    UploadJob.objects.update(run_after=timezone.now())
    pump()
    second = jobs.claim()
    assert second
    jobs.hold(second, jobs.Hold.FILE, "The mount is away.")
    assert job.events.count() == before


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.WAITING])
def test_a_person_may_send_it_again(job: UploadJob, state: State) -> None:
    UploadJob.objects.update(state=state, attempts=7, reason="x")
    jobs.retry(job, "Paula")
    assert (row(job).state, row(job).attempts, row(job).reason) == (State.PENDING, 0, "")


def test_send_again_hastens_a_job_that_waits_for_its_next_try(job: UploadJob) -> None:
    UploadJob.objects.update(run_after=timezone.now() + timedelta(hours=1))
    jobs.retry(job, "Paula")
    assert row(job).run_after is None


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE])
def test_what_runs_or_has_arrived_is_not_sent_again(job: UploadJob, state: State) -> None:
    UploadJob.objects.update(state=state)
    with pytest.raises(jobs.MoveRefused, match="cannot be sent again"):
        jobs.retry(job, "Paula")


def test_what_has_arrived_cannot_be_cancelled(job: UploadJob) -> None:
    UploadJob.objects.update(state=State.DONE)
    with pytest.raises(jobs.MoveRefused, match="cannot be cancelled: it is arrived"):
        jobs.cancel(job, "Paula")


def test_releasing_gives_it_to_the_next_one_at_once_and_costs_no_attempt(
    job: UploadJob,
    lease: jobs.Lease,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        jobs.release(lease, "stopped at the keyboard")

    assert row(job).attempts == 0
    assert [row.func() for row in OrmQ.objects.all()] == ["pipeline.tasks.work"]
    assert jobs.claim(job.pk)


def test_what_ended_processes_held_is_put_back_and_nothing_else(
    job: UploadJob, lease: jobs.Lease
) -> None:
    jobs.put_back([GONE], "planned stop")
    assert row(job).state == State.RUNNING

    jobs.put_back([GONE, nodes.me()], "planned stop")
    now = row(job)
    assert (now.state, now.attempts, now.lease_token) == (State.PENDING, 0, "")
    assert [event.why for event in job.events.all()][-1] == "planned stop"


def test_a_node_that_drains_begins_nothing(job: UploadJob) -> None:
    node_table.beat(node_table.Role.CLUSTER)
    node_table.drain()

    tasks.work()
    assert row(job).state == State.PENDING


def test_cleaning_up_waits_behind_no_upload(job: UploadJob) -> None:
    OrmQ.objects.all().delete()
    UploadJob.objects.update(state=State.CANCELLED, run_after=timezone.now())
    pump()

    queued = {row.func(): row.key for row in OrmQ.objects.all()}
    assert queued["pipeline.tasks.clean_up"] == settings.SHORT_QUEUE
    assert "pipeline.tasks.work" not in queued


def test_the_team_is_told_of_a_job_that_is_given_up(job: UploadJob, lease: jobs.Lease) -> None:
    Change.objects.all().delete()
    UploadJob.objects.update(lease_expires_at=timezone.now(), attempts=jobs.MAX_ATTEMPTS)
    pump()
    assert (row(job).state, Change.objects.get().job_id) == (State.FAILED, job.pk)


def test_a_move_and_the_teams_hearing_of_it_are_one(job: UploadJob) -> None:
    """Both or neither: a transaction that is undone tells nobody."""
    Change.objects.all().delete()
    with transaction.atomic():
        assert jobs.claim(job.pk)
        transaction.set_rollback(True)
    assert (row(job).state, Change.objects.count()) == (State.PENDING, 0)
    assert jobs.claim(job.pk)
    assert Change.objects.count() == 1


def test_a_queued_job_is_put_first_in_the_persons_name_and_waits_no_more(job: UploadJob) -> None:
    urgent = UploadJob.objects.create(
        source=job.source, size=2, mtime_ns=2, state=State.PENDING, priority=5
    )
    UploadJob.objects.filter(pk=job.pk).update(run_after=timezone.now() + timedelta(hours=1))
    jobs.send_first(job, "Paula")
    assert [due.pk for due in jobs.due()] == [job.pk, urgent.pk]
    last = job.events.last()
    assert last
    assert (last.who, last.state, last.why) == ("Paula", State.PENDING, "to be sent first")


def test_more_urgent_than_the_most_urgent_is_nothing(job: UploadJob) -> None:
    UploadJob.objects.create(
        source=job.source, size=2, mtime_ns=2, state=State.PENDING, priority=jobs.MOST_URGENT
    )
    jobs.send_first(job, "Paula")
    assert row(job).priority == jobs.MOST_URGENT
    assert jobs.due()[0] == job  # it came earlier


def test_only_what_is_queued_can_be_sent_first(job: UploadJob, lease: jobs.Lease) -> None:
    events = job.events.count()
    with pytest.raises(jobs.MoveRefused, match=r"cannot be sent first: it is uploading\."):
        jobs.send_first(job, "Paula")
    assert (row(job).priority, job.events.count()) == (0, events)
