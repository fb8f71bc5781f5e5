"""Any order of claims, crashes, pumps, hours and people: the promises of pipeline.jobs hold."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count, pairwise

import pytest
from django.db import transaction
from django.db.models import F
from django.forms import model_to_dict
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from pipeline import jobs, nodes
from pipeline.models import SourceFile, UploadJob
from pipeline.pump import pump
from tests.long_form import of_which

State = jobs.State
Hold = jobs.Hold

MOMENTS = [timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=20), timedelta(hours=25)]
FOR_A_PERSON = {Hold.NAME, Hold.PROJECT}
NEVER = "0"  # no process was started then
ANOTHER_HOST = "another-host/1/4711/1"

Act = Callable[[], object]


class Jobs(RuleBasedStateMachine):
    """A few jobs of a few files, workers who come and die, and people who press buttons."""

    leases = Bundle("leases")
    cleanings = Bundle("cleanings")

    def __init__(self) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        self._numbers = count(1)
        self._attempts: Counter[int] = Counter()
        self._files = [
            SourceFile.objects.create(
                key=f"{n}.mov", raw_path=b"-", size=1, mtime_ns=1, state="taken"
            )
            for n in range(2)
        ]

    def teardown(self) -> None:
        try:
            self._nothing_is_stuck()
        finally:
            transaction.set_rollback(True)
            self._example.__exit__(None, None, None)

    # --- What happens -----------------------------------------------------------------------------

    @initialize()
    def a_first_job(self) -> None:
        self.new_content(0)

    @rule(file=st.integers(0, 1))
    def new_content(self, file: int) -> None:
        number = next(self._numbers)
        job = UploadJob.objects.create(
            source=self._files[file], size=number, mtime_ns=number, name="x", state=State.PENDING
        )
        job.events.create(state=State.PENDING, who="the watcher")
        jobs.supersede(job)

    @rule(target=leases)
    def claim(self) -> object:
        before = {job.pk: job for job in UploadJob.objects.all()}
        lease = jobs.claim()
        if lease is None:
            assert not jobs.due().exists()
            return multiple()
        assert before[lease.job_id].state == State.PENDING
        self._attempts[lease.job_id] += 1
        return lease

    @rule(target=cleanings)
    def claim_leftovers(self) -> object:
        return jobs.claim_leftovers() or multiple()

    @rule(lease=consumes(cleanings), again=st.booleans())
    def cleaned_up(self, lease: jobs.Lease, again: bool) -> None:
        jobs.cleaned_up(lease, again=timedelta(minutes=1) if again else None)

    @rule(lease=consumes(cleanings))
    def crash_while_cleaning(self, lease: jobs.Lease) -> None: ...

    @rule(lease=leases)
    def renew(self, lease: jobs.Lease) -> None:
        self._write(lease, lambda: jobs.renew(lease, 1))

    @rule(lease=leases)
    def note(self, lease: jobs.Lease) -> None:
        self._write(lease, lambda: jobs.note(lease, "through a tunnel"))

    @rule(lease=leases)
    def done(self, lease: jobs.Lease) -> None:
        self._write(lease, lambda: jobs.done(lease, 1))

    @rule(lease=leases)
    def fail(self, lease: jobs.Lease) -> None:
        self._write(lease, lambda: jobs.fail(lease, "no"))

    @rule(lease=leases)
    def release(self, lease: jobs.Lease) -> None:
        if self._write(lease, lambda: jobs.release(lease, "the cluster ends")):
            self._attempts[lease.job_id] -= 1

    @rule(lease=leases)
    def drop(self, lease: jobs.Lease) -> None:
        self._write(lease, lambda: jobs.drop(lease, "it changed"))

    @rule(lease=leases, attempts=st.sampled_from([1, jobs.MAX_ATTEMPTS]))
    def later(self, lease: jobs.Lease, attempts: int) -> None:
        self._write(lease, lambda: jobs.later(lease, "Frame.io is away", attempts=attempts))

    @rule(lease=leases, why=st.sampled_from(list(Hold)))
    def hold(self, lease: jobs.Lease, why: Hold) -> None:
        if self._write(lease, lambda: jobs.hold(lease, why, f"held: {why}")):
            self._attempts[lease.job_id] -= 1

    @rule(lease=leases, node=st.sampled_from(["here", "elsewhere"]))
    def crash(self, lease: jobs.Lease, node: str) -> None:
        """The worker says no more; whether on this machine, where the pump sees that, or not. Its
        lease stays in the bundle: it may have stood still only."""
        place = nodes.me().rsplit("/", 2)[0]
        gone = f"{place}/1/{NEVER}" if node == "here" else ANOTHER_HOST
        jobs.fenced(lease).filter(state=State.RUNNING).update(node=gone)

    @rule(moment=st.sampled_from(MOMENTS))
    def time_passes(self, moment: timedelta) -> None:
        UploadJob.objects.update(
            run_after=F("run_after") - moment, lease_expires_at=F("lease_expires_at") - moment
        )

    @rule()
    def pump(self) -> None:
        pump()

    @rule(at=st.integers(0, 9))
    def retry(self, at: int) -> None:
        job = self._some(at)
        if self._press(lambda: jobs.retry(job, "Alice")) and job.state != State.PENDING:
            self._attempts[job.pk] = 0

    @rule(at=st.integers(0, 9))
    def cancel(self, at: int) -> None:
        job = self._some(at)
        assert self._press(lambda: jobs.cancel(job, "Alice")) == (
            job.state not in {State.DONE, State.CANCELLED}
        )

    @rule(at=st.integers(0, 9))
    def send_first(self, at: int) -> None:
        job = self._some(at)
        assert self._press(lambda: jobs.send_first(job, "Alice")) == (job.state == State.PENDING)

    # --- What holds at any time -------------------------------------------------------------------

    @invariant()
    def every_move_is_in_the_table_and_in_the_history(self) -> None:
        for job in UploadJob.objects.prefetch_related("events"):
            lines = list(job.events.all())
            assert lines[-1].state == job.state
            for old, new in pairwise(lines):
                stays = old.state == new.state
                assert stays or State(new.state) in jobs.MOVES[State(old.state)]
                assert new.why or new.state in {State.RUNNING, State.DONE}
            assert all(line.who for line in lines)

    @invariant()
    def a_lease_stands_exactly_while_somebody_works(self) -> None:
        for job in UploadJob.objects.all():
            assert bool(job.lease_token) == (job.lease_expires_at is not None)
            assert job.lease_token or job.state != State.RUNNING
            assert job.state != State.DONE or not job.lease_token

    @invariant()
    def attempts_are_counted(self) -> None:
        counted = dict(UploadJob.objects.values_list("pk", "attempts"))
        assert counted == {pk: self._attempts[pk] for pk in counted}

    def _nothing_is_stuck(self) -> None:
        """Enough pumps and hours make each job due, held for a person, or the end of it."""
        self.time_passes(max(MOMENTS))
        pump()
        self.time_passes(max(MOMENTS))
        for job in UploadJob.objects.filter(state=State.WAITING):
            assert job.hold in FOR_A_PERSON
        assert not UploadJob.objects.filter(state=State.RUNNING).exists()
        while lease := jobs.claim():
            jobs.done(lease, 1)
        while lease := jobs.claim_leftovers():
            jobs.cleaned_up(lease)
        over = [State.WAITING, State.DONE, State.FAILED, State.CANCELLED]
        assert not UploadJob.objects.exclude(state__in=over).exists()
        assert not UploadJob.objects.exclude(lease_token="").exists()

    # --- Small steps ------------------------------------------------------------------------------

    def _write(self, lease: jobs.Lease, act: Act) -> bool:
        """By the worker of that lease. It goes through while the lease is the job's, and otherwise
        changes nothing and says so."""
        ours = jobs.fenced(lease).exists()
        before = self._picture()
        try:
            act()
        except jobs.LeaseLost:
            assert not ours
            assert self._picture() == before
            return False
        assert ours
        return True

    def _press(self, act: Act) -> bool:
        """By a person; whether it was not refused, and a refusal changes nothing."""
        before = self._picture()
        try:
            act()
        except jobs.MoveRefused:
            assert self._picture() == before
            return False
        return True

    def _picture(self) -> object:
        rows = UploadJob.objects.order_by("pk").prefetch_related("events")
        return [(model_to_dict(row), row.lease_token, row.events.count()) for row in rows]

    def _some(self, at: int) -> UploadJob:
        rows = list(UploadJob.objects.order_by("pk"))
        return rows[at % len(rows)]


@pytest.mark.django_db
@pytest.mark.parametrize("examples", of_which([25], [pytest.param(150, marks=pytest.mark.slow)]))
def test_whatever_happens_no_job_is_lost_doubled_or_stuck(examples: int) -> None:
    """More of them with POSTFLOW_LONG=1 in the environment."""
    run_state_machine_as_test(
        Jobs, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
    )
