"""Which process on which machine holds a job, and whether it is still alive."""

import platform
from functools import cache
from pathlib import Path

import psutil


@cache
def _place() -> str:
    """This machine; in a container also which one, since process ids repeat between them."""
    namespace = Path("/proc/self/ns/pid")
    inside = namespace.readlink().name.strip("pid:[]") if namespace.exists() else ""
    return f"{platform.node()}/{inside}"


def me() -> str:
    """`host/namespace/pid/start`: unique even when the process id is used again."""
    process = psutil.Process()
    return f"{_place()}/{process.pid}/{process.create_time():.2f}"


def is_gone(node: str) -> bool:
    """Whether the process is certainly dead. Only its own machine can tell; others must wait."""
    place, pid, started = node.rsplit("/", 2) if node.count("/") >= 3 else ("", "", "")
    if place != _place():
        return False
    try:
        process = psutil.Process(int(pid))
        if process.status() == psutil.STATUS_ZOMBIE:  # dead, and its parent has not noticed
            return True
        return f"{process.create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True


def label(node: str) -> str:
    """For people: `host (process 4711)`."""
    parts = node.rsplit("/", 3)
    return f"{parts[0]} ({parts[2]})" if len(parts) == 4 else node
