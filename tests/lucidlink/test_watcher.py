"""The pace of looking. The thread runs at once, and the clock goes where the test wants it."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink.filter import Filter
from lucidlink.scanner import Found
from lucidlink.watcher import OFFLINE_EVERY, PATIENCE, Look, Watcher

MOVIES = Filter(["mov"])


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Ear:
    """Takes the place of the system's events; `hint` is what they would call."""

    def __init__(self, _root: Path, _wanted: Filter, hint: Callable[[], None]) -> None:
        self.hint = hint
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Ears:
    def __init__(self) -> None:
        self.made: list[Ear] = []

    def __call__(self, root: Path, wanted: Filter, hint: Callable[[], None]) -> Ear:
        self.made.append(Ear(root, wanted, hint))
        return self.made[-1]


def nothing() -> None:
    """Nobody to wake."""


def at_once(work: Callable[[], None]) -> None:
    work()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.mov").write_bytes(b"frames")
    return tmp_path / "root"


@pytest.fixture
def watcher(root: Path, clock: Clock, ears: Ears) -> Watcher:
    return Watcher(root, MOVIES, wake=nothing, clock=clock, start=at_once, hints=ears)


def look(watcher: Watcher, pending: list[Found] | None = None, *, had_files: bool = False) -> Look:
    seen = watcher.poll(pending or [], had_files=had_files)
    assert seen is not None
    return seen


def files(look: Look) -> list[Found]:
    assert look.full is not None
    return look.full.files


def test_the_first_look_is_a_full_pass_at_once(watcher: Watcher) -> None:
    assert [file.key for file in files(look(watcher))] == ["a.mov"]


def test_the_next_pass_comes_after_two_seconds(watcher: Watcher, clock: Clock) -> None:
    look(watcher)
    clock.now += 1.9
    assert watcher.poll([], had_files=False) is None
    clock.now += 0.2
    assert look(watcher).full is not None


def test_a_long_pass_makes_the_next_one_wait_twenty_times_as_long(
    root: Path, clock: Clock, ears: Ears
) -> None:
    class Slow(Filter):
        def is_of_wanted_type(self, name: str) -> bool:
            clock.now += 3
            return super().is_of_wanted_type(name)

    watcher = Watcher(root, Slow(["mov"]), wake=nothing, clock=clock, start=at_once, hints=ears)
    assert look(watcher).seconds == 3
    assert watcher.due_in(pending=False) == 60


def test_pending_files_are_looked_at_each_second_without_a_pass(
    watcher: Watcher, clock: Clock, root: Path
) -> None:
    pending = files(look(watcher))
    (root / "a.mov").write_bytes(b"more frames")
    assert watcher.due_in(pending=True) == 1
    clock.now += 1
    glance = look(watcher, pending)
    assert glance.full is None
    assert [file.size for file in glance.again] == [11]
    assert glance.again_at == clock.now


def test_an_event_hastens_the_next_pass(watcher: Watcher, clock: Clock, ears: Ears) -> None:
    look(watcher)
    ears.made[0].hint()
    assert watcher.due_in(pending=False) == 0.5
    clock.now += 0.5
    assert look(watcher).full is not None
    assert watcher.due_in(pending=False) == 2


def test_an_event_wakes_the_loop(root: Path, clock: Clock, ears: Ears) -> None:
    awake = threading.Event()
    watcher = Watcher(root, MOVIES, wake=awake.set, clock=clock, start=at_once, hints=ears)
    look(watcher)
    awake.clear()
    ears.made[0].hint()
    assert awake.is_set()


def test_a_root_that_is_away_gives_no_files(watcher: Watcher, clock: Clock, root: Path) -> None:
    pending = files(look(watcher))
    root.rename(root.parent / "away")
    clock.now += 2
    gone = look(watcher, pending)
    assert not gone.mount.online
    assert gone.full is None
    assert gone.again == []
    assert watcher.due_in(pending=True) == OFFLINE_EVERY


def test_a_root_that_goes_away_during_the_pass_makes_it_worth_nothing(
    root: Path, clock: Clock, ears: Ears
) -> None:
    class Unmounting(Filter):
        def is_of_wanted_type(self, name: str) -> bool:
            root.rename(root.parent / "away")
            return super().is_of_wanted_type(name)

    watcher = Watcher(
        root, Unmounting(["mov"]), wake=nothing, clock=clock, start=at_once, hints=ears
    )
    gone = look(watcher)
    assert not gone.mount.online
    assert gone.full is None


def test_a_root_emptied_during_the_pass_makes_it_worth_nothing(
    root: Path, clock: Clock, ears: Ears
) -> None:
    class Unmounting(Filter):
        def is_of_wanted_type(self, name: str) -> bool:
            return empties_at_last(root, name) or super().is_of_wanted_type(name)

    (root / "A" / "B").mkdir(parents=True)
    (root / "A" / "B" / "last.mov").touch()
    watcher = Watcher(
        root, Unmounting(["mov"]), wake=nothing, clock=clock, start=at_once, hints=ears
    )
    assert not look(watcher).mount.online


def empties_at_last(root: Path, name: str) -> bool:
    if name == "last.mov":
        shutil.rmtree(root / "A")
        (root / "a.mov").unlink()
    return False


def test_an_emptied_root_is_offline(watcher: Watcher, clock: Clock, root: Path) -> None:
    look(watcher)
    (root / "a.mov").unlink()
    clock.now += 2
    assert not look(watcher, had_files=True).mount.online


def test_events_are_listened_to_anew_after_the_mount_was_away(
    watcher: Watcher, clock: Clock, root: Path, ears: Ears
) -> None:
    look(watcher)
    root.rename(root.parent / "away")
    clock.now += 2
    look(watcher)
    assert ears.made[0].stopped
    (root.parent / "away").rename(root)
    clock.now += OFFLINE_EVERY
    look(watcher)
    assert len(ears.made) == 2


class Later:
    """Starts nothing until it is told to: a mount that hangs."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.work.append(work)


@pytest.fixture
def hung() -> Later:
    return Later()


@pytest.fixture
def stuck(root: Path, clock: Clock, ears: Ears, hung: Later) -> Watcher:
    return Watcher(root, MOVIES, wake=nothing, clock=clock, start=hung, hints=ears)


def test_a_mount_that_hangs_is_offline_once_and_asked_only_once(
    stuck: Watcher, clock: Clock, hung: Later
) -> None:
    assert stuck.poll([], had_files=False) is None
    clock.now += PATIENCE + 1
    assert "has not answered" in look(stuck).mount.reason
    clock.now += 1000
    assert stuck.poll([], had_files=False) is None
    assert len(hung.work) == 1


def test_a_mount_that_hung_is_back_when_it_answers(
    stuck: Watcher, clock: Clock, hung: Later
) -> None:
    stuck.poll([], had_files=False)
    clock.now += PATIENCE + 1
    look(stuck)
    hung.work[0]()
    assert [file.key for file in files(look(stuck))] == ["a.mov"]


def test_a_closed_watcher_ends_its_look(stuck: Watcher, hung: Later) -> None:
    stuck.poll([], had_files=False)
    stuck.close()
    hung.work[0]()
    assert stuck.poll([], had_files=False) is None


def test_a_fault_in_the_look_is_raised_to_the_caller(root: Path, clock: Clock, ears: Ears) -> None:
    class Faulty(Filter):
        def is_of_wanted_type(self, name: str) -> bool:
            raise ZeroDivisionError(name)

    watcher = Watcher(root, Faulty(["mov"]), wake=nothing, clock=clock, start=at_once, hints=ears)
    with pytest.raises(ZeroDivisionError):
        watcher.poll([], had_files=False)
    assert watcher.due_in(pending=False) == OFFLINE_EVERY
