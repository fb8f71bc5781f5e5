"""Is the folder there and alive?"""

import errno
import threading
from pathlib import Path

from lucidlink.mount import MountState, check


def test_a_folder_with_something_in_it_is_online(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    assert check(tmp_path, had_files=True) == MountState(online=True)


def test_a_folder_that_was_always_empty_is_online(tmp_path: Path) -> None:
    assert check(tmp_path).online


def test_an_empty_folder_that_had_files_is_offline(tmp_path: Path) -> None:
    state = check(tmp_path, had_files=True)
    assert not state.online
    assert "is the mount there?" in state.reason


def test_a_missing_folder_is_offline(tmp_path: Path) -> None:
    state = check(tmp_path / "nowhere")
    assert not state.online
    assert "it is not there" in state.reason


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    assert "not a folder" in check(tmp_path / "a.mov").reason


def test_a_mount_whose_program_died_is_offline_in_words(tmp_path: Path) -> None:
    def peek(_root: Path) -> bool:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    assert "start it again" in check(tmp_path, peek=peek).reason


def test_a_mount_that_hangs_is_offline_after_its_time(tmp_path: Path) -> None:
    release = threading.Event()

    def peek(_root: Path) -> bool:
        return release.wait(10)

    state = check(tmp_path, seconds=0.05, peek=peek)
    release.set()
    assert not state.online
    assert "has not answered" in state.reason
