"""`manage.py runwatcher` as a process of its own, over a database in a file."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lucidlink.clips import tiny_mov
from tests.watching.conftest import GOOD

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes

MAKE = """
from pipeline.models import NamingRule, Project, WatchedFolder
import sys
Project.objects.create(code="UNDLM", name="Undertow")
NamingRule.objects.create(name="standard")
WatchedFolder.objects.create(path=sys.argv[1], quiet_seconds=1, first_pass="send")
"""


class Site:
    """An installation in a directory of its own."""

    def __init__(self, where: Path) -> None:
        self.mount = where / "mount"
        self.mount.mkdir()
        self.database = where / "postflow.sqlite3"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
            "POSTFLOW_VAR": str(where),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "",
        }
        self.manage("migrate", "-v0").check_returncode()

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, timeout=60
        )

    def watch_the_mount(self) -> None:
        code = f"import sys; sys.argv = ['', {str(self.mount)!r}]\n{MAKE}"
        self.manage("shell", "-v0", "-c", code).check_returncode()

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command("runwatcher", *words),
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def watchers(self) -> list[tuple[str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select node from pipeline_watcher").fetchall()
        database.close()
        return found

    def nodes(self) -> list[tuple[str, str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select name, role from pipeline_node").fetchall()
        database.close()
        return found

    def jobs(self) -> list[tuple[str, str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select name, state from pipeline_uploadjob").fetchall()
        database.close()
        return found


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site.watch_the_mount()
    return site


def lines_until(process: "subprocess.Popen[str]", start: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError(f"it never said {start!r}: {lines}")


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
