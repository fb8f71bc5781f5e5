"""The system's own events, on a real folder."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lucidlink import hints as system
from lucidlink.filter import Filter
from lucidlink.hints import Hints

MOVIES = Filter(["mov"])


class Heard(queue.SimpleQueue[str]):
    def within(self, seconds: float) -> str | None:
        try:
            return self.get(timeout=seconds)
        except queue.Empty:
            return None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "A").mkdir()
    return tmp_path


@pytest.fixture
def heard(root: Path) -> Iterator[Heard]:
    heard = Heard()
    hints = Hints(root, MOVIES, heard.put)
    hints.started.wait(5)
    yield heard
    hints.stop()


def test_the_folder_of_a_wanted_file_is_heard_of(root: Path, heard: Heard) -> None:
    (root / "A" / "a.mov").write_bytes(b"frames")
    assert heard.within(5) == "A"


def test_a_file_that_gets_a_wanted_name_is_heard_of(root: Path, heard: Heard) -> None:
    (root / "a.mov.part").write_bytes(b"frames")
    assert heard.within(0.2) is None
    (root / "a.mov.part").rename(root / "A" / "a.mov")
    assert heard.within(5) == "A"


def test_a_new_folder_is_heard_of_by_the_one_it_is_in(root: Path, heard: Heard) -> None:
    (root / "A" / "deeper").mkdir()
    assert heard.within(5) == "A"


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    hints = Hints(tmp_path / "nowhere", MOVIES, Heard().put)
    assert hints.started.wait(5)
    hints.stop()


class SlowObserver:
    """Its start takes as long as the test wants."""

    def __init__(self) -> None:
        self.go_on, self.stopped = threading.Event(), threading.Event()
        self.early = False
        self._started = False

    def schedule(self, *_args: object, **_options: object) -> None:
        pass

    def start(self) -> None:
        self.go_on.wait(5)
        self._started = True

    def stop(self) -> None:
        self.early = not self._started
        self.stopped.set()


def test_stopped_while_they_start_they_end_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting: on a hung mount the start never ends."""
    observer = SlowObserver()
    monkeypatch.setattr(system, "Observer", lambda: observer)
    hints = Hints(tmp_path, MOVIES, Heard().put)
    hints.stop()
    assert not observer.stopped.wait(0.2)
    observer.go_on.set()
    assert observer.stopped.wait(5)
    assert not observer.early
