"""Two watchers, one folder: one is on duty, the other stands by and takes over."""

from datetime import UTC, datetime

import pytest

from pipeline import nodes
from pipeline.models import WatchedFolder, Watcher
from pipeline.watching.duty import Duty
from tests.watching.conftest import GOOD, Desk, Mount, jobs, states

pytestmark = pytest.mark.usefixtures("folder")


def minutes_pass(*desks: Desk, seconds: float = 2.5, times: int = 24) -> None:
    for _turn in range(times):
        for desk in desks:
            desk.look(seconds)


def test_the_second_watcher_stands_by_and_says_so_once(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    other = desk.beside()
    minutes_pass(desk, other)
    assert other.said == [f"{mount.root} is watched by {nodes.label(nodes.me())}; standing by."]
    assert jobs() == [(GOOD, 6)]


def test_it_takes_over_within_30_s_of_the_last_sign_of_life(desk: Desk, mount: Mount) -> None:
    desk.look()
    other = desk.beside()
    minutes_pass(desk, other)
    mount.put(GOOD)
    minutes_pass(other, times=6)
    assert states() == {}
    minutes_pass(other, times=5)
    assert states() == {GOOD: "settling"}
    assert Watcher.objects.count() == 1


def test_it_takes_over_at_once_from_a_process_that_has_died_here(desk: Desk, mount: Mount) -> None:
    desk.look()
    mount.put(GOOD)
    dead = Watcher.objects.get().node + "0"
    Watcher.objects.update(node=dead)
    other = desk.beside()
    other.look()
    assert states() == {GOOD: "settling"}
    assert "does not answer; taken over" in other.said[0]


def test_it_takes_over_at_once_when_the_first_ends(desk: Desk, mount: Mount) -> None:
    desk.look()
    other = desk.beside()
    other.look()
    desk.watching.close()
    mount.put(GOOD)
    other.look()
    assert states() == {GOOD: "settling"}


def test_what_a_watcher_saw_is_worth_nothing_once_it_was_thought_dead(
    desk: Desk, mount: Mount
) -> None:
    """Its machine slept, in the middle of a round, for as long as the other one waits."""
    desk.look()
    other = desk.beside()
    mount.put(GOOD)
    minutes_pass(other, times=20)
    late = WatchedFolder.objects.get()
    late.watcher_id = 1
    assert jobs() == [(GOOD, 6)]
    mount.put("late.mov")
    desk.now += 60
    desk.watching.watches[0].poll(late)
    assert states() == {GOOD: "taken"}


def test_of_two_that_see_a_free_folder_at_once_one_gets_it(
    desk: Desk, folder: WatchedFolder
) -> None:
    one, other = Duty(desk.around), Duty(desk.around)
    one.beat()
    other.beat()
    seen_by_one, seen_by_other = WatchedFolder.objects.get(), WatchedFolder.objects.get()
    assert one.takes(seen_by_one)
    assert not other.takes(seen_by_other)


def test_the_sleeper_stands_by_when_it_wakes(desk: Desk, mount: Mount) -> None:
    desk.look()
    other = desk.beside()
    minutes_pass(other, times=20)
    desk.look(60)
    assert desk.said[-1].endswith("standing by.")
    assert desk.watching.watches == []
    assert len(other.watching.watches) == 1


def test_a_clock_that_is_a_day_off_gives_the_folder_to_nobody(desk: Desk, mount: Mount) -> None:
    desk.look()
    other = desk.beside()
    other.now += 86_400
    Watcher.objects.update(seen_at=datetime(2020, 1, 1, tzinfo=UTC))
    minutes_pass(desk, other)
    assert other.watching.watches == []


def test_three_watchers_hand_each_file_over_once(desk: Desk, mount: Mount) -> None:
    others = [desk.beside(), desk.beside()]
    mount.put(GOOD)
    minutes_pass(desk, *others)
    mount.change(GOOD, b"second version")
    minutes_pass(*others)
    mount.change(GOOD, b"the third version")
    minutes_pass(*others[1:])
    assert jobs() == [(GOOD, 6), (GOOD, 14), (GOOD, 17)]


def test_the_heartbeat_is_written_down_with_host_and_version(
    desk: Desk, folder: WatchedFolder
) -> None:
    desk.look()
    first = Watcher.objects.get()
    desk.look(6)
    watcher = Watcher.objects.get()
    folder.refresh_from_db()
    assert folder.watcher == watcher
    assert watcher.node == nodes.me()
    assert watcher.version
    assert watcher.beat == first.beat + 1


def test_a_watcher_whose_row_was_swept_away_makes_another(desk: Desk, mount: Mount) -> None:
    desk.look()
    Watcher.objects.all().delete()
    mount.put(GOOD)
    desk.look(6)
    assert states() == {GOOD: "settling"}
    assert Watcher.objects.count() == 1
