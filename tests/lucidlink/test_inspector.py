"""Many files, few threads, and a mount that may keep some of them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from lucidlink.containers.judgement import COMPLETE, Judgement, Whole, unknown
from lucidlink.inspector import AT_ONCE, MOST_HANGING, Inspector

MOVIE = Path("movie.mov")


class Mount:
    """Its threads run when the test says so, and its clock goes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.started: list[Callable[[], None]] = []
        self.looked: list[tuple[Path, int]] = []
        self.inspector = Inspector(
            limit=10, look=self.look, clock=lambda: self.now, start=self.started.append
        )

    def look(self, path: Path, size: int) -> Judgement:
        self.looked.append((path, size))
        return unknown(f"{size} bytes")

    def run(self) -> None:
        """One of the threads, to its end."""
        self.started.pop(0)()

    def ask(self, key: str, size: int = 1) -> Judgement | None:
        return self.inspector.judgement(key, MOVIE, size)


def test_the_first_question_is_answered_later() -> None:
    mount = Mount()
    assert mount.ask("a") is None
    mount.run()
    assert mount.ask("a") == unknown("1 bytes")


def test_each_is_looked_into_once() -> None:
    mount = Mount()
    mount.ask("a")
    mount.ask("a")
    mount.run()
    mount.ask("a")
    assert mount.looked == [(MOVIE, 1)]
    assert len(mount.started) <= 1


def test_a_forgotten_one_is_looked_into_anew() -> None:
    mount = Mount()
    mount.ask("a")
    mount.run()
    mount.inspector.forget("a")
    assert mount.ask("a", 2) is None
    mount.run()
    assert mount.ask("a", 2) == unknown("2 bytes")


def test_one_forgotten_before_its_turn_is_not_looked_into() -> None:
    mount = Mount()
    mount.ask("a")
    mount.inspector.forget("a")
    mount.run()
    assert mount.looked == []


def test_no_more_than_a_few_at_a_time_and_all_in_the_end() -> None:
    mount = Mount()
    keys = [str(number) for number in range(50)]
    assert [mount.ask(key) for key in keys] == [None] * 50
    assert len(mount.started) == AT_ONCE
    mount.run()
    assert [mount.ask(key) for key in keys] == [unknown("1 bytes")] * 50


class HangingMount(Mount):
    """Reads whose size is 0 never end."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def look(self, path: Path, size: int) -> Judgement:
        self.looked.append((path, size))
        if size == 0:
            self.let_go.wait(20)
        return COMPLETE

    def run_all(self) -> None:
        """Real threads, until each has ended or hangs."""
        threads = [threading.Thread(target=work, daemon=True) for work in self.started]
        self.started.clear()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.02)

    def ask_and_wait(self, count: int) -> None:
        """For so many files that hang, each until it is known to."""
        for number in range(count):
            self.ask(f"hangs {number}", 0)
            self.run_all()
            self.now += 11

    def answer(self, key: str, size: int) -> None:
        until = time.monotonic() + 10
        while self.ask(key, size) is None:
            assert time.monotonic() < until, "it was never answered"
            self.run_all()


def test_a_read_that_hangs_is_told_and_not_repeated() -> None:
    mount = HangingMount()
    mount.ask("a", 0)
    mount.run_all()
    assert mount.ask("a", 0) is None
    mount.now = 11
    found = mount.ask("a", 0)
    mount.inspector.forget("a")
    mount.ask("a", 0)
    mount.run_all()
    looked = len(mount.looked)
    mount.let_go.set()
    assert found is not None
    assert found.whole is Whole.UNREADABLE
    assert looked == 1


def test_files_that_hang_do_not_keep_the_others_waiting() -> None:
    mount = HangingMount()
    assert [mount.ask(f"hangs {number}", 0) for number in range(AT_ONCE)] == [None] * AT_ONCE
    mount.run_all()
    assert mount.ask("fine") is None
    assert mount.started == []
    mount.now = 11
    mount.ask("fine")
    mount.run_all()
    found = mount.ask("fine")
    mount.let_go.set()
    assert found == COMPLETE


def test_a_mount_that_keeps_every_thread_is_not_given_ever_more() -> None:
    mount = HangingMount()
    mount.ask_and_wait(2 * MOST_HANGING)
    looked = len(mount.looked)
    mount.let_go.set()
    assert looked == MOST_HANGING


def test_what_is_asked_anew_while_it_hangs_is_answered_when_it_lets_go() -> None:
    mount = HangingMount()
    mount.ask("a", 0)
    mount.run_all()
    mount.inspector.forget("a")
    mount.ask("a", 5)
    mount.let_go.set()
    mount.answer("a", 5)
    assert mount.looked == [(MOVIE, 0), (MOVIE, 5)]


def test_an_answer_that_was_dropped_does_not_come_back_for_the_same_size() -> None:
    mount = HangingMount()
    mount.ask("a", 0)
    mount.run_all()
    mount.inspector.forget("a")
    mount.let_go.set()
    mount.answer("a", 0)
    assert mount.looked == [(MOVIE, 0), (MOVIE, 0)]
