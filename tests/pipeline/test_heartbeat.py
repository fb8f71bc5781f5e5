"""What a worker learns from its heartbeat while it sends."""

import time

import pytest
from django.db import OperationalError, connections

from pipeline import jobs, node_table
from pipeline.heartbeat import Heartbeat
from pipeline.models import UploadJob
from tests.supervisor.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 20.0  # seconds after which it has failed


def send_until_told(lease: jobs.Lease) -> None:
    end = time.monotonic() + SOON
    with Heartbeat(lease, beat=0.01) as heartbeat:
        while time.monotonic() < end:
            heartbeat.report(1)
            time.sleep(0.01)


@pytest.fixture
def lease(job: UploadJob) -> jobs.Lease:
    lease = jobs.claim()
    assert lease
    return lease


def test_a_node_that_drains_stops_its_uploads_at_the_next_part(lease: jobs.Lease) -> None:
    node_table.beat(node_table.Role.CLUSTER)
    node_table.drain()

    with pytest.raises(jobs.PlannedStop, match="planned stop"):
        send_until_told(lease)
    jobs.renew(lease, 1)  # it is ours until we give it back


def test_a_cancelled_upload_stops_at_the_next_part(job: UploadJob, lease: jobs.Lease) -> None:
    jobs.cancel(job, "Paula")

    with pytest.raises(jobs.LeaseLost, match="cancelled"):
        send_until_told(lease)


def test_an_upload_whose_job_was_deleted_stops(job: UploadJob, lease: jobs.Lease) -> None:
    job.delete()
    with pytest.raises(jobs.LeaseLost):
        send_until_told(lease)


def test_a_connection_that_broke_is_given_up(
    lease: jobs.Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database was started again in the midst of an upload."""
    real = jobs.renew
    told: list[str] = []

    def renew(lease: jobs.Lease, sent: int) -> None:
        if told:
            real(lease, sent)
            told.append("renewed")
            return
        own = connections["default"]  # of the heartbeat's thread
        own.errors_occurred = True
        monkeypatch.setattr(own, "is_usable", lambda: False)
        monkeypatch.setattr(own, "close", lambda: told.append("closed"))
        own.ensure_connection()
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(jobs, "renew", renew)
    with Heartbeat(lease, beat=0.01):
        wait_until(lambda: "renewed" in told)
    assert told[0] == "closed"
