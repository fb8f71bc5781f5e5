"""What a node sees to every few seconds."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.tasks import async_task

from pipeline.models import Node, SourceFile, UploadJob
from pipeline.node_table import BEAT
from pipeline.supervisor.keeper import LEAST_PAUSE, Keeper
from tests.supervisor.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    monkeypatch.setattr("pipeline.supervisor.keeper.pump", lambda: None)
    return Keeper(["postflow", "postflow-short"])


def test_it_gives_a_sign_of_life_and_looks_where_wake_ups_wait(keeper: Keeper) -> None:
    async_task("pipeline.tasks.clean_up", cluster="postflow-short")

    keeper._round()
    assert keeper.waiting == {"postflow-short"}
    assert Node.objects.get().role == Node.Role.CLUSTER


def test_a_database_that_does_not_answer_ends_nothing(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_role: str) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("pipeline.node_table.beat", away)
    keeper._round()
    assert "The database does not answer; trying again. database is locked" in caplog.text


def test_nor_does_a_broker(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_queue: str) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr("pipeline.supervisor.keeper.get_broker", away)
    keeper._round()
    assert "The broker does not answer; trying again. refused" in caplog.text
    assert keeper.waiting == frozenset()


def test_nor_does_a_surprise(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What keeps all jobs going must not end by itself, unseen."""
    rounds: list[str] = []

    def pump() -> None:
        rounds.append("begun")
        raise ZeroDivisionError

    monkeypatch.setattr("pipeline.supervisor.keeper.pump", pump)
    keeper = Keeper([], every=0.01)
    keeper.start()
    wait_until(lambda: len(rounds) >= 2)
    keeper.stop()
    keeper._thread.join()
    assert "ZeroDivisionError" in caplog.text


def test_the_next_round_comes_when_a_lease_runs_out(keeper: Keeper) -> None:
    assert keeper._pause() == BEAT
    running(timezone.now() + timedelta(seconds=BEAT - 2))
    assert 0 < keeper._pause() < BEAT
    running(timezone.now() - timedelta(seconds=1))
    assert keeper._pause() == LEAST_PAUSE


def running(until: datetime) -> None:
    source = SourceFile.objects.create(key=f"/{until}", raw_path=b"x", size=1, mtime_ns=1)
    UploadJob.objects.create(
        source=source, size=1, mtime_ns=1, name="x.mov", state="running", lease_expires_at=until
    )
