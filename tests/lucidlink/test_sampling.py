"""The first of a folder's files, for somebody who waits."""

import os
import threading
from pathlib import Path

import pytest

from lucidlink.filter import Filter
from lucidlink.sampling import sample

WANTED = Filter(["mov"], ["old"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a.mov", "A/b.mov", "A/B/c.mov", "old/d.mov", "A/notes.txt", "A/.hidden.mov"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"frames")
    return tmp_path / "root"


def keys(root: Path, most: int = 100) -> list[str]:
    return [file.key for file in sample(root, WANTED, most=most, seconds=10).files]


def test_it_finds_what_a_watcher_would(root: Path) -> None:
    seen = sample(root, WANTED, most=100, seconds=10)
    assert sorted(file.key for file in seen.files) == ["A/B/c.mov", "A/b.mov", "a.mov"]
    assert (seen.others, seen.unreadable, seen.ended) == (2, 0, True)


def test_no_more_than_so_many_and_those_near_the_root_first(root: Path) -> None:
    seen = sample(root, WANTED, most=2, seconds=10)
    assert [file.key for file in seen.files] == ["a.mov", "A/b.mov"]
    assert not seen.ended


def test_links_are_not_followed(root: Path) -> None:
    (root / "link.mov").symlink_to(root / "a.mov")
    (root / "again").symlink_to(root / "A")
    assert len(keys(root)) == 3


def test_a_mount_that_hangs_is_left_with_what_it_had_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, real = threading.Event(), os.scandir

    def scandir(path: Path) -> "os._ScandirIterator[str]":
        if path.name == "B":
            hanging.wait()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    seen = sample(root, WANTED, most=100, seconds=0.3)
    hanging.set()
    assert sorted(file.key for file in seen.files) == ["A/b.mov", "a.mov"]
    assert not seen.ended


def test_a_folder_that_cannot_be_read_is_counted(root: Path) -> None:
    seen = sample(root / "gone", WANTED, most=100, seconds=10)
    assert (seen.files, seen.unreadable) == ([], 1)
