"""Work shared by threads."""

import threading

import pytest

from lucidlink.threads import share, within


@pytest.mark.parametrize("threads", [1, 4, 100])
def test_every_item_is_worked_on_once(threads: int) -> None:
    done: list[int] = []
    share(done.append, range(50), threads)
    assert sorted(done) == list(range(50))


def test_nothing_to_do_is_fine() -> None:
    share(print, [], 8)


def test_a_failure_in_any_thread_reaches_the_caller() -> None:
    def divide(number: int) -> None:
        1 // number

    with pytest.raises(ZeroDivisionError):
        share(divide, [1, 2, 0, 3], 4)


def test_an_index_error_of_the_work_is_a_failure_too() -> None:
    def index(number: int) -> None:
        [][number]

    with pytest.raises(IndexError):
        share(index, [1, 2], 1)


def test_an_answer_in_time_is_given_back() -> None:
    assert within(10, lambda: 5) == 5


def test_a_failure_in_time_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        within(10, lambda: 1 // 0)


def test_no_answer_in_time_is_not_waited_for() -> None:
    mount = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: mount.wait(20))
    mount.set()
