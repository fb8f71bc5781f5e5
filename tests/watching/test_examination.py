"""Reading in files, on a mount that may never answer."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink.listing import Found
from pipeline.quick_hash import SAMPLE, quick_hash
from pipeline.watching.examination import Examination, Examined, examine

ONE = Found(b"a/one.mov", "a/one.mov", 6, 1)
TWO = Found(b"two.mov", "two.mov", 6, 1)


class Bench:
    """Threads that are run by hand, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.threads: list[Callable[[], None]] = []
        self.examination = Examination(
            Path("/mount"),
            lambda path: Examined(path.as_posix()),
            start=self.threads.append,
            clock=lambda: self.now,
            wake=lambda: None,
        )


def test_nobody_waits_for_the_reading() -> None:
    bench = Bench()
    assert bench.examination.of([ONE, TWO]) == {}
    bench.threads.pop()()
    assert bench.examination.of([ONE, TWO]) == {
        ONE: Examined("/mount/a/one.mov"),
        TWO: Examined("/mount/two.mov"),
    }
    assert bench.threads == []


def test_while_a_thread_hangs_no_other_is_started_and_the_files_wait() -> None:
    bench = Bench()
    bench.examination.of([ONE])
    bench.now = 31
    why = bench.examination.of([ONE])[ONE].why_not
    assert why == "It cannot be read: the mount has not answered for 30 s."
    assert len(bench.threads) == 1


def test_a_hung_reading_that_ends_after_all_is_of_use() -> None:
    bench = Bench()
    bench.examination.of([ONE])
    bench.now = 3600
    bench.threads.pop()()
    assert bench.examination.of([ONE]) == {ONE: Examined("/mount/a/one.mov")}


def test_a_file_that_is_gone_cannot_be_read(tmp_path: Path) -> None:
    assert examine(tmp_path / "gone.mov").why_not.startswith("It cannot be read: it is not there")


@pytest.mark.parametrize("size", [0, 1, SAMPLE, SAMPLE + 1, 2 * SAMPLE, 3 * SAMPLE])
def test_the_quick_hash_tells_size_beginning_and_end(tmp_path: Path, size: int) -> None:
    path = tmp_path / "clip.mov"
    content = (os.urandom(size) + b"end")[-size:] if size else b""
    path.write_bytes(content)
    before = quick_hash(path)
    path.write_bytes(content + b"\0")
    longer = quick_hash(path)
    path.write_bytes(content[:-1] + b"\0\0")
    other_end = quick_hash(path)
    path.write_bytes(content)
    assert quick_hash(path) == before
    assert len({before, longer}) == 2
    assert size == 0 or other_end != longer


def test_two_sizes_with_the_same_ends_are_two_contents(tmp_path: Path) -> None:
    one, other = tmp_path / "one.mov", tmp_path / "other.mov"
    one.write_bytes(bytes(3 * SAMPLE))
    other.write_bytes(bytes(4 * SAMPLE))
    assert quick_hash(one) != quick_hash(other)


def test_the_quick_hash_does_not_read_the_film(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    with path.open("wb") as film:
        film.truncate(10**12)
    assert len(quick_hash(path)) == 32
