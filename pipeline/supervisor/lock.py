"""One supervisor in a place: a lock that dies with whoever holds it."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import psutil
from django.utils.translation import gettext as _

NAME = "start.lock"
PATIENCE = 20.0  # seconds in which a killed supervisor's guard has ended its children


class AlreadyRunning(Exception):
    """Another one runs in the same place."""


if sys.platform == "win32":
    import msvcrt

    def _take(file: TextIO) -> None:
        file.seek(4096)  # behind the process id, which others read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: TextIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def only_one(
    place: Path,
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[int]:
    """Hold the place's lock, and hand out its descriptor. Raises AlreadyRunning.

    A holder that lives is a refusal at once. When the one that wrote its number is dead, its guard
    is still ending its children, and we wait for that.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / NAME).open("a+") as file:
        until = clock() + patience
        while not _taken(file):
            holder = _holder(file)
            if clock() >= until or _lives(holder):
                raise AlreadyRunning(_refusal(place, holder))
            sleep(0.2)
        file.truncate(0)
        file.write(f"{psutil.Process().pid}\n")
        file.flush()
        yield file.fileno()


def _taken(file: TextIO) -> bool:
    try:
        _take(file)
    except OSError:
        return False
    return True


def _holder(file: TextIO) -> int:
    """Its process id; -1, which is nobody's, while it has not been written."""
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdecimal() else -1


def _lives(pid: int) -> bool:
    """A dead process has a number until its parent asks after it, and holds nothing any more."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):  # ValueError: no number of a process
        return False


def _refusal(place: Path, holder: int) -> str:
    known = " " + _("(process %(id)d)") % {"id": holder} if _lives(holder) else ""
    return _(
        "PostFlow is already running in %(place)s. Stop that one with Ctrl+C in its terminal, or"
        " give this one another place in POSTFLOW_VAR."
    ) % {"place": f"{place}{known}"}
