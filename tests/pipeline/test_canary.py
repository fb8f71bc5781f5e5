"""Canaries among the wake-ups."""

from pathlib import Path

import pytest
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from pipeline.brokers import canary

pytestmark = pytest.mark.django_db


def test_one_comes_before_what_is_queued_and_then_not_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(canary.PLACE, str(tmp_path))
    async_task("pipeline.tasks.work")
    broker = get_broker()

    batches = [broker.dequeue(), broker.dequeue()]
    tasks = [SignedPackage.loads(package)["func"] for [(_id, package)] in batches]
    assert tasks == ["pipeline.tasks.canary", "pipeline.tasks.work"]


def test_its_answer_is_for_the_watchdog_and_others_are_for_the_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(canary.PLACE, str(tmp_path))
    async_task("pipeline.tasks.work")
    broker = get_broker()
    [(number, _package)], [(other, _other)] = broker.dequeue(), broker.dequeue()

    broker.acknowledge(number)
    assert (tmp_path / canary.ANSWERED).exists()
    assert OrmQ.objects.count() == 1
    broker.acknowledge(other)
    assert not OrmQ.objects.exists()


def test_without_a_watchdog_there_is_none() -> None:
    async_task("pipeline.tasks.work")

    [(_id, package)] = get_broker().dequeue()
    assert SignedPackage.loads(package)["func"] == "pipeline.tasks.work"
