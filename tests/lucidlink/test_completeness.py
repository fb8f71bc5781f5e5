"""A look into a file on a mount that may answer badly, late, or never."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink.completeness import completeness, look_into
from lucidlink.containers.excerpts import Excerpts, from_descriptor
from lucidlink.containers.judgement import COMPLETE, Judgement, Whole
from lucidlink.containers.judging import judge
from tests.lucidlink.clips import tiny_mov


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    path = tmp_path / "movie.mov"
    path.write_bytes(tiny_mov())
    return path


def test_it_gives_what_the_content_says(movie: Path) -> None:
    assert completeness(movie, movie.stat().st_size) == COMPLETE


def test_another_size_than_was_seen_is_not_yet(movie: Path) -> None:
    found = look_into(movie, 5)
    assert found == Judgement(Whole.UNREADABLE, "Its size changed while it was looked into.")


def test_a_file_that_went_away_is_not_yet(tmp_path: Path) -> None:
    found = look_into(tmp_path / "gone.mov", 5)
    assert found.whole is Whole.UNREADABLE
    assert found.reason.startswith("It cannot be read yet: it is not there")


def test_a_file_that_may_not_be_read_is_not_yet(tmp_path: Path) -> None:
    found = look_into(tmp_path, tmp_path.stat().st_size)  # a folder cannot be opened as a file
    assert found.whole is Whole.UNREADABLE


def test_a_mount_that_has_less_than_it_says_is_an_error_of_reading() -> None:
    short = Excerpts(lambda start, length: tiny_mov()[start : start + length][:4], 40)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        judge(short)


def test_one_that_gives_little_at_a_time_is_asked_again(
    movie: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, length, start: whole(fd, min(3, length), start))
    with movie.open("rb") as file:
        excerpts = from_descriptor(file.fileno(), movie.stat().st_size)
        assert judge(excerpts) == COMPLETE


def test_without_pread_it_is_read_the_other_way(
    movie: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pread")
    assert look_into(movie, movie.stat().st_size) == COMPLETE


def test_a_content_that_nobody_thought_of_ends_nothing(
    movie: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_file: Excerpts) -> Judgement:
        raise ZeroDivisionError

    monkeypatch.setattr("lucidlink.completeness.judge", fail)
    assert look_into(movie, movie.stat().st_size).whole is Whole.UNKNOWN
    assert "ZeroDivisionError" in caplog.text


def test_a_mount_that_hangs_is_waited_for_no_longer_than_allowed() -> None:
    mount = threading.Event()

    def hang(_path: Path, _size: int) -> Judgement:
        mount.wait(20)
        return COMPLETE

    found = completeness(Path("movie.mov"), 5, limit_seconds=0.05, look=hang)
    mount.set()
    assert found.whole is Whole.UNREADABLE
    assert found.reason == "The mount has not given its content for 0.05 s."


def test_what_goes_wrong_in_the_thread_is_raised_here() -> None:
    def fail(_path: Path, _size: int) -> Judgement:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        completeness(Path("movie.mov"), 5, look=fail, start=at_once)


def at_once(work: Callable[[], None]) -> None:
    work()
