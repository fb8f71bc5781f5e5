"""The supervisor as a process among processes: signals, kills, and two at once."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import psutil
import pytest

from pipeline.supervisor.lock import AlreadyRunning, only_one
from tests.supervisor import children
from tests.supervisor.conftest import wait_until

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]


class Family:
    """A supervisor with children, and what they have said so far."""

    def __init__(self, place: Path, *names_and_codes: str) -> None:
        self.place = place
        self.log = place / "family.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.supervisor.family", str(place), *names_and_codes],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wanted = len(names_and_codes) // 2
        wait_until(lambda: self.text.count("| ready") == wanted, self._check)

    def _check(self) -> None:
        assert self.process.poll() is None, self.text

    @property
    def text(self) -> str:
        return self.log.read_text()

    @property
    def child_pids(self) -> list[int]:
        return [int(pid) for pid in re.findall(r"\| pid (\d+)", self.text)]

    def guards(self) -> list[psutil.Process]:
        return [one for one in psutil.Process(self.process.pid).children() if _is_guard(one)]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def all_gone(self) -> bool:
        return not any(psutil.pid_exists(pid) for pid in self.child_pids)


def _is_guard(process: psutil.Process) -> bool:
    try:
        return "pipeline.supervisor.guard" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False  # it ended while we looked


Start: TypeAlias = Callable[..., Family]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    families: list[Family] = []

    def begin(*names_and_codes: str) -> Family:
        families.append(Family(tmp_path, *names_and_codes))
        return families[-1]

    yield begin
    for family in families:
        family.process.kill()
        family.process.wait()
        wait_until(family.all_gone)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_children_cleanly(start: Start, number: signal.Signals) -> None:
    family = start("web", children.POLITE, "watcher", children.POLITE)

    assert family.end(number) == 0
    assert family.text.count("goodbye") == 2
    assert family.all_gone()


def test_a_second_signal_does_not_wait(start: Start) -> None:
    family = start("cluster", children.DEAF)

    family.process.send_signal(signal.SIGINT)
    assert family.end(signal.SIGTERM) == 0  # two of a kind at once would be one
    assert "cluster does not end by itself and is killed" in family.text
    assert family.all_gone()


def test_a_second_signal_is_passed_on_as_one(start: Start) -> None:
    family = start("cluster", children.ASKED_TWICE)

    family.process.send_signal(signal.SIGINT)
    wait_until(lambda: "asked 1" in family.text)
    assert family.end(signal.SIGTERM) == 0
    assert "asked 2" in family.text
    assert "killed" not in family.text


def test_the_children_do_not_outlive_a_killed_supervisor(start: Start) -> None:
    family = start("web", children.LIVES, "cluster", children.LIVES)

    family.end(signal.SIGKILL)
    wait_until(family.all_gone)


def test_a_guard_that_was_killed_is_replaced(start: Start) -> None:
    family = start("web", children.LIVES)
    (guard,) = family.guards()

    guard.kill()
    wait_until(lambda: family.guards() not in ([], [guard]))
    family.end(signal.SIGKILL)
    wait_until(family.all_gone)


def test_the_next_one_waits_until_a_killed_one_has_left_nothing(start: Start) -> None:
    family = start("web", children.POLITE)
    family.end(signal.SIGKILL)

    with only_one(family.place):
        assert family.all_gone()


def test_a_second_one_in_the_same_place_is_refused_at_once(start: Start) -> None:
    family = start("web", children.LIVES)

    refusal = rf"already running in {family.place} \(process {family.process.pid}\)"
    with pytest.raises(AlreadyRunning, match=refusal), only_one(family.place, sleep=_no_wait):
        pass


def test_one_that_has_ended_leaves_the_place_free(start: Start) -> None:
    family = start("web", children.LIVES)
    family.end(signal.SIGTERM)

    with only_one(family.place, sleep=_no_wait):
        assert (family.place / "start.lock").read_text() == f"{os.getpid()}\n"


def _no_wait(_seconds: float) -> None:
    raise AssertionError("there is nothing to wait for")
