"""The system's own events, on a real folder."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lucidlink.filter import Filter
from lucidlink.hints import Hints

MOVIES = Filter(["mov"])


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[threading.Event]:
    heard = threading.Event()
    hints = Hints(tmp_path, MOVIES, heard.set)
    hints.started.wait(5)
    yield heard
    hints.stop()


def test_a_wanted_file_is_heard_of(tmp_path: Path, heard: threading.Event) -> None:
    (tmp_path / "a.mov").write_bytes(b"frames")
    assert heard.wait(5)


def test_a_file_that_gets_a_wanted_name_is_heard_of(tmp_path: Path, heard: threading.Event) -> None:
    (tmp_path / "a.mov.part").write_bytes(b"frames")
    assert not heard.wait(0.2)
    (tmp_path / "a.mov.part").rename(tmp_path / "a.mov")
    assert heard.wait(5)


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    hints = Hints(tmp_path / "nowhere", MOVIES, threading.Event().set)
    assert hints.started.wait(5)
    hints.stop()
