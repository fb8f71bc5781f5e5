import io
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import Child, Supervisor

LIMIT = 60.0  # seconds after which a test has failed


def wait_until(
    true: Callable[[], bool], between: Callable[[], None] = lambda: None, limit: float = LIMIT
) -> None:
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        between()
        time.sleep(0.01)


class Stage:
    """A supervisor of real processes whose clock stands still until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.printed = io.StringIO()
        self.now = 1000.0
        self.supervisor = Supervisor(
            Lines(Console(file=self.printed)),
            folder=folder,
            clock=lambda: self.now,
            sleep=self._sleep,
        )

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        time.sleep(0.01)

    @property
    def text(self) -> str:
        return self.printed.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def pid(self, called: str = "worker") -> int:
        """Of the last one that said `<called> <pid>`."""
        return int(re.findall(rf"\| {called} (\d+)", self.text)[-1])

    def add(self, code: str, name: str = "cluster") -> None:
        self.supervisor.add(Child(name, (sys.executable, "-c", code)))

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.text, self.supervisor.tick)

    def wait_until_gone(self) -> None:
        wait_until(lambda: not self.supervisor.pids, self.supervisor.tick)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    with stage.supervisor:
        yield stage
