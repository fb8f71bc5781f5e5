import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from frameio.lanes import LOOK_EVERY, STAY, Lane, OwnLanes, SharedLanes, Stopped, no_limit

GO = threading.Event()  # nobody ever sets it
SPEED = 1_000_000


@dataclass
class Machine:
    """A directory, and a clock that moves by waiting alone. Each `lanes()` is another process."""

    directory: Path
    time: float = 1_000.0
    waited: float = 0.0

    def wait(self, _stop: threading.Event, seconds: float) -> bool:
        self.time += seconds
        self.waited += seconds
        return False

    def clock(self) -> float:
        return self.time

    def lanes(self, speed: int | None = None, first: int = 8, most: int = 32) -> SharedLanes:
        return SharedLanes(self.directory, lambda: speed, first, most, self.wait, self.clock)

    def passes(self, lane: Lane, rate: int) -> None:
        """For as long as it takes until somebody looks."""
        self.time += LOOK_EVERY
        lane.passes(int(rate * LOOK_EVERY))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "lanes")


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def _fill(lanes: SharedLanes, held: ExitStack, count: int) -> Lane:
    return [held.enter_context(lanes.lane(GO)) for _ in range(count)][-1]


def _is_full(lanes: SharedLanes) -> bool:
    return lanes._all_busy()


def test_all_processes_together_have_eight(machine: Machine, held: ExitStack) -> None:
    _fill(machine.lanes(), held, 5)
    other = machine.lanes()
    _fill(other, held, 3)
    assert _is_full(other)


def test_a_lane_is_free_after_its_part(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes(first=1)
    with lanes.lane(GO):
        assert _is_full(lanes)
    _fill(machine.lanes(first=1), held, 1)


def test_who_waits_gets_the_lane_that_comes_free(machine: Machine, held: ExitStack) -> None:
    first = machine.lanes(first=1).lane(GO)
    first.__enter__()

    def wait(_stop: threading.Event, _seconds: float) -> bool:
        first.__exit__(None, None, None)
        return False

    waiting = SharedLanes(machine.directory, no_limit, 1, 32, wait, machine.clock)
    _fill(waiting, held, 1)


def test_who_is_stopped_waits_no_longer(machine: Machine, held: ExitStack) -> None:
    stop = threading.Event()
    lanes = machine.lanes(first=1)
    _fill(lanes, held, 1)
    stop.set()
    with pytest.raises(Stopped), lanes.lane(stop):
        pytest.fail("it is not ours")


def _hold(directory: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with SharedLanes(directory, first=1).lane(GO):
        ready.set()
        threading.Event().wait()


@pytest.mark.processes
def test_the_lane_of_a_killed_process_is_free(tmp_path: Path, held: ExitStack) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(30)
    lanes = SharedLanes(tmp_path, first=1)
    assert _is_full(lanes)
    process.kill()
    process.join()
    _fill(lanes, held, 1)


# --- How many -------------------------------------------------------------------------------------
def test_lanes_open_while_the_line_gets_faster(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes()
    lane = _fill(lanes, held, 8)
    machine.passes(lane, SPEED)
    assert (lanes.open, machine.lanes().open) == (12, 12)
    _fill(lanes, held, 4)
    machine.passes(lane, 2 * SPEED)
    assert lanes.open == 16


def test_lanes_that_bring_nothing_are_closed_again(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes()
    lane = _fill(lanes, held, 8)
    machine.passes(lane, SPEED)
    _fill(lanes, held, 4)
    machine.passes(lane, SPEED)
    assert lanes.open == 8
    machine.passes(lane, 5 * SPEED)
    assert lanes.open == 8


def test_after_a_while_it_tries_again(machine: Machine, held: ExitStack) -> None:
    """Lines change."""
    lanes = machine.lanes()
    lane = _fill(lanes, held, 8)
    lanes.trouble()
    machine.time += STAY
    machine.passes(lane, SPEED)
    machine.passes(lane, SPEED)
    assert lanes.open == 12


def test_there_is_an_end_to_it(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes(first=30)
    lane = _fill(lanes, held, 30)
    machine.passes(lane, SPEED)
    _fill(lanes, held, 2)
    machine.passes(lane, 2 * SPEED)
    assert lanes.open == 32


def test_lanes_nobody_waits_for_are_not_opened(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes()
    machine.passes(_fill(lanes, held, 7), SPEED)
    assert lanes.open == 8


def test_trouble_closes_lanes_but_not_the_first(machine: Machine, held: ExitStack) -> None:
    lanes = machine.lanes()
    machine.passes(_fill(lanes, held, 8), SPEED)
    lanes.trouble()
    assert lanes.open == 8
    lanes.trouble()
    assert lanes.open == 8


def test_another_setting_begins_anew(machine: Machine, held: ExitStack) -> None:
    machine.passes(_fill(machine.lanes(), held, 8), SPEED)
    assert machine.lanes(first=2).open == 2


def test_a_boot_begins_anew(machine: Machine, held: ExitStack) -> None:
    machine.passes(_fill(machine.lanes(), held, 8), SPEED)
    machine.time = 5.0
    assert machine.lanes().open == 8


def test_never_more_than_there_are(machine: Machine) -> None:
    assert machine.lanes(first=99, most=100).open == 32


# --- How fast -------------------------------------------------------------------------------------
def test_the_limit_is_for_all_together(machine: Machine, held: ExitStack) -> None:
    one = _fill(machine.lanes(SPEED), held, 1)
    other = _fill(machine.lanes(SPEED), held, 1)
    one.passes(SPEED)
    other.passes(SPEED)
    one.passes(SPEED)
    assert machine.waited == pytest.approx(2)


def test_without_limit_nobody_waits(machine: Machine, held: ExitStack) -> None:
    _fill(machine.lanes(), held, 1).passes(100 * SPEED)
    assert machine.waited == 0


def test_a_limit_ends_with_the_upload(machine: Machine, held: ExitStack) -> None:
    lanes = SharedLanes(
        machine.directory, lambda: SPEED, wait=lambda _stop, _s: True, clock=machine.clock
    )
    lane = _fill(lanes, held, 1)
    lane.passes(SPEED)
    with pytest.raises(Stopped):
        lane.passes(SPEED)


def test_an_upload_of_its_own_asks_nobody() -> None:
    with OwnLanes(3).lane(GO) as lane:
        lane.passes(10**12)
    assert OwnLanes(3).most == 3


def test_another_limit_is_felt_while_waiting(machine: Machine, held: ExitStack) -> None:
    """A block that waits 100 s for its turn goes a second after the limit is gone."""
    limits = iter([10_000, None])
    slow = _fill(machine.lanes(10_000), held, 1)
    other = SharedLanes(machine.directory, lambda: next(limits), 8, 32, machine.wait, machine.clock)
    slow.passes(SPEED)
    _fill(other, held, 1).passes(SPEED)
    assert machine.waited == pytest.approx(1)
