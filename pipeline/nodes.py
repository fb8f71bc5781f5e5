"""Which process on which machine holds a job, and whether it is still alive."""

import os
import platform
from functools import cache
from pathlib import Path

import psutil


@cache
def _place() -> str:
    """This machine since it was started; in a container also which one, as process ids repeat.

    Where the boot cannot be told (macOS, Windows), two machines need two names.
    """
    namespace, boot = Path("/proc/self/ns/pid"), Path("/proc/sys/kernel/random/boot_id")
    inside = namespace.readlink().name.strip("pid:[]") if namespace.exists() else ""
    started = boot.read_text()[:8] if boot.exists() else ""
    return f"{host()}/{inside}-{started}"


def host() -> str:
    return platform.node()


def _started(pid: int) -> str:
    """When a process was started, in a form that no change of the clock moves.

    Raises psutil.NoSuchProcess.
    """
    try:
        # proc(5): field 22, in ticks since boot; the name in field 2 may hold anything
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return f"{psutil.Process(pid).create_time():.0f}"


def me() -> str:
    """`host/namespace/pid/start`: unique even when the process id is used again."""
    return of(os.getpid())


def of(pid: int) -> str:
    """The same of another process on this machine. Raises psutil.NoSuchProcess."""
    return f"{_place()}/{pid}/{_started(pid)}"


def place_of(node: str) -> str:
    """What the names of all processes on one machine begin with."""
    return node.rsplit("/", 2)[0] + "/"


def is_gone(node: str) -> bool:
    """Whether the process is certainly dead. Only its own machine can tell; others must wait."""
    place, pid, started = node.rsplit("/", 2) if node.count("/") >= 3 else ("", "", "")
    if place != _place():
        return False
    try:
        if psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE:
            return True  # dead, and its parent has not noticed
        return _started(int(pid)) != started
    except psutil.NoSuchProcess:
        return True


def host_of(node: str) -> str:
    """The machine alone; empty for no node."""
    return node.split("/")[0]


def label(node: str) -> str:
    """For people: `host (process 4711)`."""
    parts = node.rsplit("/", 3)
    return f"{parts[0]} ({parts[2]})" if len(parts) == 4 else node
