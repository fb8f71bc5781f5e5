"""`manage.py runwatcher` as a process of its own, over a database in a file."""

import signal
import sqlite3
import time

import pytest

from tests.lucidlink.clips import tiny_mov
from tests.watching.conftest import GOOD
from tests.watching.site import Site, lines_until

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site.watch_the_mount()
    return site


def test_without_a_folder_it_says_what_to_do(empty_site: Site) -> None:
    done = empty_site.manage("runwatcher", "--once")
    assert "No folder is watched yet." in done.stdout
    assert done.returncode == 0


def test_two_watchers_at_once_hand_a_file_over_once(site: Site) -> None:
    (site.mount / GOOD).write_bytes(tiny_mov())
    watchers = [site.start("--once"), site.start("--once")]
    said = [watcher.communicate(timeout=60)[0] for watcher in watchers]
    assert [watcher.returncode for watcher in watchers] == [0, 0], said
    assert site.jobs() == [(GOOD, "pending")]


def test_when_the_watcher_on_duty_is_killed_the_other_goes_on(site: Site) -> None:
    first = site.start()
    (site.mount / "one.mov").write_bytes(tiny_mov())
    lines_until(first, "held: one.mov")
    [(node, role)] = site.nodes()
    assert (node.split("/")[2], role) == (str(first.pid), "watcher")
    second = site.start()
    try:
        lines_until(second, f"{site.mount} is watched by")
        (site.mount / "two.mov").write_bytes(tiny_mov())
        lines_until(first, "found: two.mov")
        first.kill()
        began = time.monotonic()
        said = lines_until(second, "held: two.mov")
        assert time.monotonic() - began < 15
        assert f"{site.mount}: " in said[0]
        assert said[0].endswith("does not answer; taken over.\n")
        assert "found: one.mov\n" not in said
    finally:
        first.kill()
        second.terminate()
        first.communicate(timeout=20)
        rest = second.communicate(timeout=20)[0]
    assert sorted(site.jobs())[-2:] == [("one.mov", "waiting"), ("two.mov", "waiting")]
    assert "Traceback" not in rest
    assert site.watchers() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_promptly_when_told_to(site: Site, number: signal.Signals) -> None:
    (site.mount / f"{number.name}.mov").write_bytes(tiny_mov())
    watcher = site.start()
    lines = lines_until(watcher, "found: ")
    watcher.send_signal(number)
    lines.append(watcher.communicate(timeout=8)[0])  # before the file is quiet, or it raises
    assert watcher.returncode == 0
    assert site.nodes() == []
    assert "Traceback" not in "".join(lines)


def test_once_ends_when_all_is_handed_over_or_held(site: Site) -> None:
    (site.mount / "untitled.mov").write_bytes(tiny_mov())
    done = site.manage("runwatcher", "--once")
    assert "held: untitled.mov: " in done.stdout
    assert done.returncode == 0, done.stderr
    assert ("untitled.mov", "waiting") in site.jobs()


def test_once_fails_when_a_folder_is_away(site: Site) -> None:
    site.mount.rename(site.mount.parent / "away")
    done = site.manage("runwatcher", "--once")
    (site.mount.parent / "away").rename(site.mount)
    assert done.returncode == 1
    assert "OFFLINE" in done.stdout
    assert "was offline" in done.stderr


def test_a_database_that_goes_and_comes_back_ends_nothing(empty_site: Site) -> None:
    empty_site.watch_the_mount()
    watcher = empty_site.start()
    try:
        lines_until(watcher, f"{empty_site.mount} is online")
        with sqlite3.connect(empty_site.database) as database:
            database.execute("alter table pipeline_watchedfolder rename to hidden")
        lines = lines_until(watcher, "20")
        assert "The database does not answer; trying again." in lines[-1]
        database.execute("alter table hidden rename to pipeline_watchedfolder")
        database.close()
        (empty_site.mount / GOOD).write_bytes(tiny_mov())
        lines_until(watcher, f"handed over: {GOOD}")
    finally:
        watcher.terminate()
        rest = watcher.communicate(timeout=20)[0]
    assert "Traceback" not in rest
