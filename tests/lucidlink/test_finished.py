"""When is a file finished? Quiet time and content together; clock and mount are the test's."""

import time
from pathlib import Path

import pytest

from lucidlink.containers.judgement import COMPLETE, Judgement, Whole, incomplete, unknown
from lucidlink.inspector import Inspector
from lucidlink.listing import Found
from lucidlink.validator import EARLY, Finished, Settled, Verdict
from tests.lucidlink.clips import tiny_mov

CUT = incomplete("It ends in the middle of its picture data.")
NO_TELLING = unknown("Its length is not written into it.")
UPLOADING = Judgement(Whole.UPLOADING, "Another machine is still uploading it.")
NOT_READ = Judgement(Whole.UNREADABLE, "It cannot be read yet.")


class Content:
    """What a look into any file says, and how often it was asked."""

    def __init__(self, says: Judgement = COMPLETE) -> None:
        self.says = says
        self.asked: list[Path] = []
        inspector = Inspector(look=self.look, clock=lambda: 0.0, start=lambda work: work())
        self.finished = Finished(Path("/mnt"), inspector, quiet=10)

    def look(self, path: Path, _size: int) -> Judgement:
        self.asked.append(path)
        return self.says

    def at(self, now: float, size: int = 100, mtime_ns: int = 1) -> Verdict:
        return self.finished.observe(Found(b"a.mov", "a.mov", size, mtime_ns), now)

    def settled(self) -> Verdict:
        """Seen at 0 s, and still the same when the quiet time is over."""
        self.at(0)
        return self.at(10)


def test_a_quiet_and_complete_file_is_ready() -> None:
    assert Content(COMPLETE).settled() == Verdict(Settled.READY)


def test_it_is_opened_below_the_root_by_the_name_the_mount_gave() -> None:
    content = Content()
    content.settled()
    assert content.asked == [Path("/mnt/a.mov")]


def test_it_is_not_looked_into_while_it_grows() -> None:
    content = Content()
    content.at(0, size=1)
    content.at(9, size=2)
    content.at(16, size=2)
    assert content.asked == []


def test_it_is_looked_into_shortly_before_the_quiet_time_is_over_and_once() -> None:
    content = Content()
    content.at(0)
    assert content.at(10 - EARLY).settled is Settled.GROWING
    assert len(content.asked) == 1
    assert content.at(10).settled is Settled.READY
    assert len(content.asked) == 1


def test_an_empty_one_is_never_looked_into() -> None:
    content = Content()
    content.at(0, size=0)
    assert content.at(1000, size=0).settled is Settled.EMPTY
    assert content.asked == []


def test_an_incomplete_one_is_held_with_the_reason_however_long_it_is_quiet() -> None:
    content = Content(CUT)
    assert content.settled() == Verdict(Settled.INCOMPLETE, CUT.reason)
    assert content.at(100_000) == Verdict(Settled.INCOMPLETE, CUT.reason)


def test_so_is_one_that_cannot_be_read() -> None:
    content = Content(NOT_READ)
    assert content.settled() == Verdict(Settled.UNREADABLE, NOT_READ.reason)


def test_more_content_gives_a_held_one_another_chance() -> None:
    content = Content(CUT)
    content.settled()
    content.says = COMPLETE
    assert content.at(20, size=200).reason == "It is still being written."
    assert content.at(30, size=200).settled is Settled.READY


def test_one_whose_kind_does_not_tell_needs_the_long_quiet_time() -> None:
    content = Content(NO_TELLING)
    waiting = content.settled()
    assert waiting.settled is Settled.GROWING
    assert waiting.reason == f"{NO_TELLING.reason} Waiting until it has not changed for 30 s."
    assert content.at(29.9) == waiting
    assert content.at(30).settled is Settled.READY


@pytest.mark.parametrize(("quiet", "long"), [(0, 30), (1, 30), (10, 30), (60, 180)])
def test_the_long_quiet_time_follows_the_quiet_time(quiet: float, long: float) -> None:
    finished = Content().finished
    finished.quiet = quiet
    assert finished.long_quiet == long


def test_a_held_one_is_looked_into_again_and_again_but_ever_less_often() -> None:
    content = Content(CUT)
    content.settled()
    assert {content.at(second).settled for second in range(11, 131)} == {Settled.INCOMPLETE}
    assert len(content.asked) == 5  # at 10, 15, 25, 45 and 85 s


def test_content_that_came_without_a_new_size_or_date_has_its_own_quiet_time() -> None:
    content = Content(CUT)
    content.settled()
    content.says = COMPLETE
    assert content.at(14).settled is Settled.INCOMPLETE
    assert content.at(15) == Verdict(Settled.GROWING, "It is still being written.")
    assert content.at(24.9).settled is Settled.GROWING
    assert content.at(25).settled is Settled.READY
    assert len(content.asked) == 3


def test_one_that_can_be_read_again_is_ready_at_once() -> None:
    content = Content(NOT_READ)
    content.settled()
    content.says = COMPLETE
    assert content.at(15).settled is Settled.READY


def test_a_forgotten_one_starts_anew() -> None:
    content = Content()
    content.settled()
    content.finished.forget("a.mov")
    assert content.at(20).settled is Settled.GROWING
    assert content.at(30).settled is Settled.READY
    assert len(content.asked) == 2


def test_while_the_mount_keeps_the_answer_nothing_is_said_of_the_file() -> None:
    inspector = Inspector(clock=lambda: 0.0, start=lambda _work: None)
    finished = Finished(Path("/mnt"), inspector, quiet=10)
    file = Found(b"a.mov", "a.mov", 5, 1)
    finished.observe(file, 0)
    looking = finished.observe(file, 10)
    assert looking.settled is Settled.GROWING
    assert finished.observe(file, 60) == looking


def test_the_latest_reason_for_holding_counts() -> None:
    content = Content(NOT_READ)
    content.settled()
    content.says = CUT
    assert content.at(15) == Verdict(Settled.INCOMPLETE, CUT.reason)
    content.says = COMPLETE
    assert content.at(25).settled is Settled.GROWING


def test_a_real_file_is_held_while_it_is_cut_and_ready_when_it_is_whole(tmp_path: Path) -> None:
    movie = tmp_path / "a.mov"
    movie.write_bytes(tiny_mov()[:-1])
    finished = Finished(tmp_path, Inspector())
    assert verdict_in_the_end(finished, movie).settled is Settled.INCOMPLETE
    movie.write_bytes(tiny_mov())
    assert verdict_in_the_end(finished, movie).settled is Settled.READY


def verdict_in_the_end(finished: Finished, movie: Path) -> Verdict:
    """Of a file that stands still, without a quiet time."""
    until = time.monotonic() + 10
    verdict = Verdict(Settled.GROWING)
    while verdict.settled is Settled.GROWING:
        assert time.monotonic() < until, verdict.reason
        status = movie.stat()
        found = Found(b"a.mov", "a.mov", status.st_size, status.st_mtime_ns)
        verdict = finished.observe(found, time.monotonic())
    return verdict


def test_a_file_that_another_machine_uploads_is_held_and_asked_for_every_20_s() -> None:
    content = Content(UPLOADING)
    assert content.settled() == Verdict(Settled.UPLOADING, UPLOADING.reason)
    for second in range(11, 3600):
        assert content.at(second) == Verdict(Settled.UPLOADING, UPLOADING.reason)
    assert 170 <= len(content.asked) <= 185


def test_it_is_ready_as_soon_as_the_upload_is_over() -> None:
    """Its quiet time is over long since: unlike one cut short, it has not been written to."""
    content = Content(UPLOADING)
    content.settled()
    content.at(1000)
    content.says = COMPLETE
    assert content.at(1021) == Verdict(Settled.READY)


def test_one_that_is_uploaded_and_cut_short_is_held_for_that() -> None:
    content = Content(UPLOADING)
    content.settled()
    content.says = CUT
    assert content.at(16) == Verdict(Settled.INCOMPLETE, CUT.reason)
