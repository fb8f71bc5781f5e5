"""The processes that a child has brought forth, also when the child itself is gone."""

import contextlib
import os
import sys

import psutil

ROUNDS = 3  # one may fork while the others are being killed


def members(leader: int) -> list[psutil.Process]:
    """Every living process of the session that began with `leader`.

    A session outlives its leader, while the ties of parent and child are cut when one dies: a
    cluster whose first process was killed leaves workers that go on alone (django-q2).
    """
    if sys.platform == "win32":
        return _descendants(leader)
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _descendants(leader: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(leader)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(leader: int) -> None:
    """End at once whatever is left of it."""
    for _ in range(ROUNDS):
        left = members(leader)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if not left:
            return
        psutil.wait_procs(left, timeout=1)
