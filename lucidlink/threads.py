"""Threads that a hung mount may keep without keeping us.

A call into a mount that hangs cannot be ended from outside. All threads here are daemons, which
the executors of the standard library are not: those are waited for when the program ends.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
Start: TypeAlias = Callable[[Callable[[], None]], None]


def in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def within(seconds: float, work: Callable[[], Item], start: Start = in_thread) -> Item:
    """What `work` returns or raises; TimeoutError when it takes longer.

    The thread of a question that is never answered stays behind.
    """
    answer: Future[Item] = Future()

    def ask() -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # noqa: BLE001  raised again below, in the caller's thread
            answer.set_exception(error)

    start(ask)
    return answer.result(seconds)


def share(work: Callable[[Item], None], items: Iterable[Item], threads: int) -> None:
    """`work(item)` for each item, by the caller and `threads - 1` others.

    The first exception stops the handing out of items and is raised here.
    """
    todo = deque(items)
    failures: list[Exception] = []

    def labour() -> None:
        while todo and not failures:
            try:
                item = todo.popleft()
            except IndexError:  # another thread took the last one
                return
            try:
                work(item)
            except Exception as error:  # noqa: BLE001  raised again below, in the caller's thread
                failures.append(error)

    others = [
        threading.Thread(target=labour, daemon=True) for _ in range(min(threads, len(todo)) - 1)
    ]
    for thread in others:
        thread.start()
    labour()
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]
