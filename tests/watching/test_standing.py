"""What LucidLink's client says of a folder, written down where the pages find it."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lucidlink.clients import Standing
from pipeline.models import WatchedFolder
from pipeline.watching.standing import ASK_EVERY, Standings
from tests.watching.conftest import Desk


class Bench:
    """Threads that are run by hand, and a client that says what it is told to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.says = Standing()
        self.threads: list[Callable[[], None]] = []
        around = dataclasses.replace(
            desk.around, start=self.threads.append, standing_of=lambda _path: self.says
        )
        self.standings = Standings(around)

    def round(self) -> tuple[bool | None, int | None]:
        self.standings.go_on(WatchedFolder.objects.all())
        folder = WatchedFolder.objects.get()
        return folder.client_linked, folder.client_unsent

    def answered(self, says: Standing) -> tuple[bool | None, int | None]:
        self.desk.now += ASK_EVERY
        self.says = says
        self.round()
        self.threads.pop()()
        return self.round()


@pytest.fixture
def bench(desk: Desk, folder: WatchedFolder) -> Bench:
    return Bench(desk)


def test_it_is_written_down_and_taken_back(bench: Bench) -> None:
    assert bench.answered(Standing(linked=True, unsent=4096)) == (True, 4096)
    assert bench.answered(Standing(linked=False)) == (False, None)
    assert bench.answered(Standing()) == (None, None)


def test_a_client_that_hangs_holds_up_nothing_and_is_not_asked_again(bench: Bench) -> None:
    for _turn in range(5):
        bench.desk.now += ASK_EVERY
        bench.round()
    assert len(bench.threads) == 1


def test_the_same_answer_is_not_written_again(bench: Bench) -> None:
    bench.answered(Standing(linked=True, unsent=0))
    bench.desk.now += ASK_EVERY
    bench.round()
    bench.threads.pop()()
    with CaptureQueriesContext(connection) as asked:
        bench.standings.go_on(WatchedFolder.objects.all())
    assert len(asked) == 1


def test_a_failure_to_ask_is_no_end_of_asking(bench: Bench) -> None:
    def fails(_path: Path) -> Standing:
        raise OSError

    bench.standings = Standings(
        dataclasses.replace(bench.desk.around, start=bench.threads.append, standing_of=fails)
    )
    bench.round()
    with pytest.raises(OSError):  # noqa: PT011  it ends that thread, with its traceback
        bench.threads.pop()()
    bench.desk.now += ASK_EVERY
    bench.round()
    assert len(bench.threads) == 1
