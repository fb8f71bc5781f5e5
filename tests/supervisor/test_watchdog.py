"""When a cluster counts as frozen: a folder, a clock, and no cluster."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.brokers import canary
from pipeline.supervisor.watchdog import AT_START, PATIENCE, Watchdog

PID = 4711


class Kennel:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1000.0
        self.dog = Watchdog(folder, workers=2, clock=lambda: self.now)
        self.answers = 0

    def answer(self) -> None:
        self.answers += 1
        mark = self.folder / canary.ANSWERED
        mark.touch()
        os.utime(mark, ns=(self.answers, self.answers))

    def work(self, *pids: int) -> None:
        for pid in pids:
            (self.folder / f"busy-{pid}").touch()

    def frozen_after(self, seconds: float, cluster: int = PID) -> bool:
        self.now += seconds
        return self.dog.is_frozen(cluster)


@pytest.fixture
def kennel(tmp_path: Path) -> Kennel:
    kennel = Kennel(tmp_path)
    assert not kennel.frozen_after(0)
    return kennel


def test_a_cluster_that_does_not_answer_is_frozen(kennel: Kennel) -> None:
    kennel.answer()
    assert not kennel.frozen_after(1)

    assert not kennel.frozen_after(PATIENCE)
    assert kennel.frozen_after(1)


def test_a_cluster_says_when_it_is_there(tmp_path: Path) -> None:
    """From then on it has to answer in time, even before it has answered once."""
    stands = "assert not pathlib.Path(sys.argv[1]).exists()"
    code = (
        "import pathlib, runpy, sys, django\n"
        "django.setup()\n"
        "import django_q.cluster\n"
        "class Cluster:\n"
        f"    def start(self): {stands}\n"
        "django_q.cluster.Cluster = Cluster\n"
        "runpy.run_module('pipeline.supervisor.cluster', run_name='__main__')\n"
    )
    answered = tmp_path / canary.ANSWERED
    environment = {**os.environ, canary.PLACE: str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", code, str(answered)], env=environment, check=True, timeout=60
    )
    assert answered.exists()


def test_one_that_answers_is_well(kennel: Kennel) -> None:
    for _ in range(5):
        kennel.answer()
        assert not kennel.frozen_after(PATIENCE - 1)


def test_one_that_starts_is_given_time(kennel: Kennel) -> None:
    assert not kennel.frozen_after(AT_START)
    assert kennel.frozen_after(1)
    assert not kennel.frozen_after(0, cluster=PID + 1)
    assert not kennel.frozen_after(AT_START, cluster=PID + 1)


def test_one_whose_workers_are_all_busy_has_no_time_to_answer(kennel: Kennel) -> None:
    kennel.answer()
    kennel.work(os.getpid(), os.getppid())
    assert not kennel.frozen_after(1)
    assert not kennel.frozen_after(86_400)

    (kennel.folder / f"busy-{os.getpid()}").unlink()
    assert not kennel.frozen_after(PATIENCE)
    assert kennel.frozen_after(1)


def test_a_worker_that_died_at_work_is_not_busy(kennel: Kennel) -> None:
    kennel.work(os.getpid(), 4_194_304)  # above the highest process id there is

    assert kennel.dog.busy() == 1


def test_a_worker_says_when_it_has_a_task(kennel: Kennel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(canary.PLACE, str(kennel.folder))

    canary.begin(sender="django_q")
    assert kennel.dog.busy() == 1
    canary.end(sender="django_q")
    assert kennel.dog.busy() == 0


def test_a_full_disk_ends_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(canary.PLACE, str(tmp_path / "gone"))

    canary.begin(sender="django_q")
    canary.end(sender="django_q")
