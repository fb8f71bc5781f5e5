"""The pace of looking. The thread runs at once, and the clock goes where the test wants it."""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lucidlink.filter import Filter
from lucidlink.listing import Found
from lucidlink.mount import ANYWHERE, Carrier, FindCarrier, Place, carrier_of
from lucidlink.pace import OFFLINE_EVERY
from lucidlink.threads import Start
from lucidlink.watcher import PATIENCE, Look, Watcher

MOVIES = Filter(["mov"])


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Ear:
    """Takes the place of the system's events; `hint` is what they would call."""

    def __init__(self, _root: Path, _wanted: Filter, hint: Callable[[str], None]) -> None:
        self.hint = hint
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Ears:
    def __init__(self) -> None:
        self.made: list[Ear] = []

    def __call__(self, root: Path, wanted: Filter, hint: Callable[[str], None]) -> Ear:
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


def steady(_low: float, _high: float) -> float:
    return 1.0


class Make:
    """Watchers that look at once, and never sooner or later than they say."""

    def __init__(self, root: Path, clock: Clock, ears: Ears) -> None:
        self.root, self.clock, self.ears = root, clock, ears

    def __call__(
        self,
        wanted: Filter = MOVIES,
        *,
        wake: Callable[[], None] = nothing,
        start: Start = at_once,
        place: Place = ANYWHERE,
        find_carrier: FindCarrier = carrier_of,
    ) -> Watcher:
        return Watcher(
            self.root,
            wanted,
            wake=wake,
            place=place,
            clock=self.clock,
            start=start,
            hints=self.ears,
            find_carrier=find_carrier,
            jitter=steady,
        )


@pytest.fixture
def make(root: Path, clock: Clock, ears: Ears) -> Make:
    return Make(root, clock, ears)


@pytest.fixture
def watcher(make: Make) -> Watcher:
    return make()


def look(watcher: Watcher, pending: list[Found] | None = None, *, had_files: bool = False) -> Look:
    seen = watcher.poll(pending or [], had_files=had_files)
    assert seen is not None
    return seen


def files(look: Look) -> list[Found]:
    assert look.full is not None
    return list(look.full.files)


def test_the_first_look_is_a_full_pass_at_once(watcher: Watcher) -> None:
    assert [file.key for file in files(look(watcher))] == ["a.mov"]


def test_the_next_pass_comes_after_two_seconds(watcher: Watcher, clock: Clock) -> None:
    look(watcher)
    clock.now += 1.9
    assert watcher.poll([], had_files=False) is None
    clock.now += 0.2
    assert look(watcher).full is not None


def test_a_long_pass_makes_the_next_one_wait_twenty_times_as_long(
    make: Make, root: Path, clock: Clock
) -> None:
    class Slow(Filter):
        def may_ignore_one_of(self, names: str) -> bool:
            clock.now += 3
            return super().may_ignore_one_of(names)

    watcher = make(Slow(["mov"]))
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


def test_an_event_means_a_look_at_its_folder(
    watcher: Watcher, clock: Clock, ears: Ears, root: Path
) -> None:
    look(watcher)
    ears.made[0].hint("")
    assert watcher.due_in(pending=False) == 0.5
    clock.now += 0.5
    (root / "b.mov").touch()
    part = look(watcher).part
    assert part is not None
    assert {file.key for file in part.files} == {"a.mov", "b.mov"}
    assert watcher.due_in(pending=False) == 1.5


def test_an_event_wakes_the_loop(make: Make, clock: Clock, ears: Ears) -> None:
    awake = threading.Event()
    watcher = make(wake=awake.set)
    look(watcher)
    awake.clear()
    ears.made[0].hint("")
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
    make: Make, root: Path, clock: Clock
) -> None:
    class Unmounting(Filter):
        def may_ignore_one_of(self, names: str) -> bool:
            root.rename(root.parent / "away")
            return super().may_ignore_one_of(names)

    watcher = make(Unmounting(["mov"]))
    gone = look(watcher)
    assert not gone.mount.online
    assert gone.full is None


def test_a_root_emptied_during_the_pass_makes_it_worth_nothing(
    make: Make, root: Path, clock: Clock
) -> None:
    class Unmounting(Filter):
        def may_ignore_one_of(self, names: str) -> bool:
            return empties_at_last(root, names) or super().may_ignore_one_of(names)

    (root / "A" / "B").mkdir(parents=True)
    (root / "A" / "B" / "last.mov").touch()
    watcher = make(Unmounting(["mov"]))
    assert not look(watcher).mount.online


def empties_at_last(root: Path, names: str) -> bool:
    if "last.mov" in names:
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
def stuck(make: Make, hung: Later) -> Watcher:
    return make(start=hung)


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


def test_a_fault_in_the_look_is_raised_to_the_caller(make: Make, clock: Clock, ears: Ears) -> None:
    class Faulty(Filter):
        def may_ignore_one_of(self, names: str) -> bool:
            raise ZeroDivisionError(names)

    watcher = make(Faulty(["mov"]))
    with pytest.raises(ZeroDivisionError):
        watcher.poll([], had_files=False)
    assert watcher.due_in(pending=False) == OFFLINE_EVERY


# --- What has not changed -------------------------------------------------------------------------


def test_what_has_not_changed_is_not_handed_over_again(watcher: Watcher, clock: Clock) -> None:
    look(watcher)
    clock.now += 2
    assert files(look(watcher)) == []


def test_after_forgetting_a_folder_it_is_handed_over_though_nothing_changed(
    root: Path, watcher: Watcher, clock: Clock
) -> None:
    (root / "old").mkdir()
    (root / "old" / "b.mov").write_bytes(b"frames")
    look(watcher)
    clock.now += 60
    watcher.forget_folders({"old"})
    full = look(watcher).full
    assert full
    assert [file.key for file in full.files] == ["old/b.mov"]


def test_while_a_full_pass_is_awaited_hot_folders_do_not_ask_for_looks_without_end(
    make: Make, clock: Clock, ears: Ears
) -> None:
    class Slow(Filter):
        def may_ignore_one_of(self, names: str) -> bool:
            clock.now += 30
            return super().may_ignore_one_of(names)

    watcher = make(Slow(["mov"]))
    look(watcher)
    ears.made[0].hint("")
    watcher.forget()
    clock.now += 60
    watcher.poll([], had_files=True)
    assert watcher.due_in(pending=False) > 0


def test_after_forgetting_everything_is_handed_over(watcher: Watcher, clock: Clock) -> None:
    look(watcher)
    watcher.forget()
    clock.now += 2
    assert [file.key for file in files(look(watcher))] == ["a.mov"]


def test_what_is_forgotten_while_looking_is_handed_over_by_the_next_look(
    make: Make, clock: Clock
) -> None:
    later = Later()
    watcher = make(start=later)
    watcher.poll([], had_files=False)
    later.work.pop()()
    watcher.forget()
    look(watcher)
    clock.now += 2
    watcher.poll([], had_files=False)
    later.work.pop()()
    assert [file.key for file in files(look(watcher))] == ["a.mov"]


def test_what_went_during_an_incomplete_pass_is_told_by_the_next_complete_one(
    make: Make, root: Path, clock: Clock
) -> None:
    (root / "bad").mkdir()
    watcher = make()
    look(watcher)
    clock.now += 2
    (root / "a.mov").unlink()
    with refusing("bad"):
        incomplete = look(watcher).full
    clock.now += 2
    complete = look(watcher).full
    assert incomplete is not None
    assert not incomplete.complete
    assert complete is not None
    assert complete.complete
    assert complete.tells_of("a.mov")
    assert list(complete.files) == []


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """A folder that answers EIO, which no permission does to root."""
    real = os.open
    refused = {name: OSError(errno.EIO, "Input/output error")}

    def opened(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path in refused:
            raise refused[path]
        return real(path, flags, mode, dir_fd=dir_fd)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", opened)
        yield


# --- Hot folders ----------------------------------------------------------------------------------


class Slow(Filter):
    """A folder in which each pass over everything takes ten seconds."""

    clock: Clock

    def may_ignore_one_of(self, names: str) -> bool:
        self.clock.now += 10 * ("slow.mov" in names)
        return super().may_ignore_one_of(names)


@pytest.fixture
def slow(make: Make, root: Path, clock: Clock) -> Watcher:
    (root / "old").mkdir()
    (root / "old" / "slow.mov").touch()
    wanted = Slow(["mov"])
    wanted.clock = clock
    return make(wanted)


def test_a_folder_in_which_something_happened_is_looked_at_every_two_seconds(
    slow: Watcher, clock: Clock, root: Path
) -> None:
    look(slow)
    clock.now += 200
    (root / "b.mov").touch()
    look(slow)
    assert slow.due_in(pending=False) == 2
    clock.now += 2
    (root / "c.mov").touch()
    part = look(slow).part
    assert part is not None
    assert {file.key for file in part.files} == {"a.mov", "b.mov", "c.mov"}


def test_after_ten_minutes_it_is_looked_at_four_times_a_minute(
    slow: Watcher, clock: Clock, root: Path
) -> None:
    look(slow)
    clock.now += 200
    (root / "b.mov").touch()
    look(slow)
    clock.now += 580
    look(slow)  # for ten seconds
    assert slow.due_in(pending=False) == 2
    clock.now += 11
    assert slow.due_in(pending=False) == 4


def test_hot_folders_take_no_more_than_a_twentieth_of_the_time(
    slow: Watcher, clock: Clock, root: Path
) -> None:
    look(slow)
    clock.now += 200
    (root / "old" / "b.mov").touch()
    look(slow)
    clock.now += 2
    assert look(slow).seconds == 10
    assert slow.due_in(pending=False) == 188  # the full pass


def test_the_full_pass_tells_again_what_a_look_at_a_hot_folder_saw(
    slow: Watcher, clock: Clock, root: Path
) -> None:
    look(slow)
    clock.now += 200
    (root / "b.mov").touch()
    look(slow)
    clock.now += 2
    (root / "b.mov").unlink()
    look(slow)
    clock.now += 198
    full = look(slow).full
    assert full is not None
    assert full.tells_of("b.mov")
    assert [file.key for file in full.files] == ["a.mov"]


def test_a_new_folder_makes_the_one_above_it_hot(slow: Watcher, clock: Clock, root: Path) -> None:
    (root / "shots" / "v001").mkdir(parents=True)
    look(slow)
    clock.now += 200
    (root / "shots" / "v002").mkdir()
    look(slow)
    clock.now += 2
    (root / "shots" / "v003").mkdir()
    (root / "shots" / "v003" / "c.mov").touch()
    part = look(slow).part
    assert part is not None
    assert [file.key for file in part.files] == ["shots/v003/c.mov"]


def test_an_event_in_a_folder_nobody_knows_means_a_look_at_the_one_above(
    slow: Watcher, clock: Clock, root: Path, ears: Ears
) -> None:
    look(slow)
    (root / "new" / "deeper").mkdir(parents=True)
    (root / "new" / "deeper" / "n.mov").touch()
    ears.made[0].hint("new/deeper")
    clock.now += 40
    part = look(slow).part
    assert part is not None
    assert [file.key for file in part.files] == ["new/deeper/n.mov"]


# --- Mounts ---------------------------------------------------------------------------------------


def test_offline_is_asked_less_and_less_often(watcher: Watcher, clock: Clock, root: Path) -> None:
    root.rename(root.parent / "away")
    waits = [wait_while_offline(watcher, clock) for _ in range(5)]
    assert waits == [5, 10, 20, 30, 30]
    (root.parent / "away").rename(root)
    assert look(watcher).mount.online


def wait_while_offline(watcher: Watcher, clock: Clock) -> float:
    look(watcher)
    wait = watcher.due_in(pending=True)
    clock.now += wait
    return wait


class Carriers:
    """The mount table, as it changes."""

    def __init__(self) -> None:
        self.now = Carrier("/media/films", "fuse.lucidfs")

    def __call__(self, _root: Path) -> Carrier:
        return self.now


def test_a_mount_that_was_there_once_is_missed(make: Make, clock: Clock) -> None:
    carriers = Carriers()
    watcher = make(find_carrier=carriers)
    assert look(watcher).mount.online
    carriers.now = Carrier("/", "ext4")
    clock.now += 2
    lost = look(watcher)
    assert "The mount is not there" in lost.mount.reason
    assert lost.full is None
    carriers.now = Carrier("/media/films", "fuse.lucidfs")
    clock.now += OFFLINE_EVERY
    assert look(watcher).mount.online


def test_a_mount_over_what_was_a_plain_folder_is_welcome(make: Make, clock: Clock) -> None:
    carriers = Carriers()
    carriers.now = Carrier("/", "ext4")
    watcher = make(find_carrier=carriers)
    look(watcher)
    carriers.now = Carrier("/media/films", "fuse.lucidfs")
    clock.now += 2
    assert look(watcher).mount.online


def test_a_plain_folder_that_nobody_meant_is_offline(make: Make) -> None:
    carriers = Carriers()
    carriers.now = Carrier("/", "ext4")
    assert not look(make(place=Place(), find_carrier=carriers)).mount.online
