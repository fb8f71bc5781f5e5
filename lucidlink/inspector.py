"""Looks into many files in threads of its own, a few at a time, and never makes the caller wait."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lucidlink.completeness import LIMIT, LookInto, look_into, no_answer
from lucidlink.containers.judgement import Judgement
from lucidlink.threads import Start, in_thread

AT_ONCE = 4
MOST_HANGING = 32  # threads that a mount may keep before no new ones are given to it


class Question(NamedTuple):
    key: str
    path: Path
    size: int


class Inspector:
    """A file is named by a key of the caller's.

    The mount may keep a read for ever, so one that hangs keeps nobody else's seat, and its file is
    not asked for again while it does. Times are a monotonic clock's, in seconds.
    """

    def __init__(
        self,
        *,
        limit: float = LIMIT,
        look: LookInto = look_into,
        clock: Callable[[], float] = time.monotonic,
        start: Start = in_thread,
    ) -> None:
        self._limit, self._look, self._clock, self._start = limit, look, clock, start
        self._lock = threading.Lock()
        self._hands = 0
        self._asked: dict[str, Question] = {}
        self._queue: deque[str] = deque()
        self._reading: dict[str, float] = {}  # since when
        self._answers: dict[str, Judgement] = {}

    def judgement(self, key: str, path: Path, size: int) -> Judgement | None:
        """None until it was looked into, which the first call asks for."""
        with self._lock:
            if key not in self._asked:
                self._asked[key] = Question(key, path, size)
                self._queue.append(key)
            wanted = self._wants_hand()
            self._hands += wanted
        if wanted:
            self._start(self._labour)
        with self._lock:
            return self._answers.get(key) or self._hanging(key)

    def forget(self, key: str) -> None:
        """An answer still to come is dropped; asked again, the file is looked into anew."""
        with self._lock:
            self._asked.pop(key, None)
            self._answers.pop(key, None)

    # --- Under the lock -----------------------------------------------------------------------

    def _hanging(self, key: str) -> Judgement | None:
        since = self._reading.get(key)
        late = since is not None and self._clock() - since > self._limit
        return no_answer(self._limit) if late else None

    def _wants_hand(self) -> bool:
        hanging = sum(self._clock() - since > self._limit for since in self._reading.values())
        return bool(self._queue) and self._hands - hanging < AT_ONCE and hanging < MOST_HANGING

    def _next(self) -> Question | None:
        while self._queue:
            key = self._queue.popleft()
            if key in self._asked and key not in self._answers and key not in self._reading:
                self._reading[key] = self._clock()
                return self._asked[key]
        self._hands -= 1
        return None

    def _note(self, question: Question, answer: Judgement) -> None:
        key = question.key
        del self._reading[key]
        if self._asked.get(key) is question:
            self._answers[key] = answer
        elif key in self._asked:
            self._queue.append(key)  # asked anew while this one was read

    # --- In threads of their own --------------------------------------------------------------

    def _labour(self) -> None:
        question = self._take()
        while question is not None:
            answer = self._look(question.path, question.size)
            with self._lock:
                self._note(question, answer)
            question = self._take()

    def _take(self) -> Question | None:
        with self._lock:
            return self._next()
