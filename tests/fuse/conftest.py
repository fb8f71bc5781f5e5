"""Folders on real mounts, watched by the real watcher with a clock that runs ten times as fast."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.models import NamingRule, Project, WatchedFolder
from pipeline.watching import Watching, with_lucidlink
from tests.fuse.mounts import FaultyMount, Mount, why_impossible

SPEED = 10


def fast_clock() -> float:
    return time.monotonic() * SPEED


class Watchman:
    """A watcher process, rounds and all."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._awake = threading.Event()
        around = with_lucidlink(self.said.append, self._awake.set, lambda: False)
        self.watching = Watching(dataclasses.replace(around, clock=fast_clock))

    def until(self, happened: Callable[[], bool], seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "\n".join(["it did not happen; said:", *self.said])
            self._round()

    def watch(self, seconds: float) -> None:
        """For so many seconds of its own clock."""
        end = fast_clock() + seconds
        while fast_clock() < end:
            self._round()

    def _round(self) -> None:
        self._awake.clear()
        self.watching.round()
        self._awake.wait(min(max(self.watching.due_in() / SPEED, 0), 0.05))


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    watchman = Watchman()
    yield watchman
    watchman.watching.close()


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    if why := why_impossible("bindfs"):
        pytest.skip(why)
    mount = Mount(tmp_path)
    mount.mount()
    yield mount
    mount.unmount()


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[FaultyMount]:
    if why := why_impossible():
        pytest.skip(why)
    mount = FaultyMount(tmp_path)
    mount.mount()
    yield mount
    mount.unmount()


@pytest.fixture
def site(db: None) -> Project:
    NamingRule.objects.create(name="standard")
    return Project.objects.create(code="UNDLM", name="Undertow")


def watched(path: Path, project: Project) -> WatchedFolder:
    return WatchedFolder.objects.create(
        path=str(path), project=project, quiet_seconds=5, first_pass="send"
    )
