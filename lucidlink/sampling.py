"""The first of a folder's wanted files, for somebody who waits for the answer: so many, for so many
seconds, and whatever was seen by then. What a pass of the watcher sees is the truth."""

import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lucidlink.filter import Filter
from lucidlink.listing import Found, key_of
from lucidlink.threads import Start, in_thread


@dataclass
class Sample:
    """`others`: files that are not watched for. `ended`: everything was seen."""

    files: list[Found] = field(default_factory=list)
    others: int = 0
    unreadable: int = 0
    ended: bool = False


def sample(
    root: Path,
    wanted: Filter,
    *,
    most: int,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    start: Start = in_thread,
) -> Sample:
    """A mount that hangs leaves its thread behind, and what it had told before."""
    seen, done, end = Sample(), threading.Event(), clock() + seconds

    def look() -> None:
        try:
            seen.ended = _look_through(root, wanted, seen, lambda: _enough(seen))
        finally:
            done.set()

    def _enough(so_far: Sample) -> bool:
        return len(so_far.files) >= most or clock() > end

    start(look)
    done.wait(seconds)
    return Sample(list(seen.files[:most]), seen.others, seen.unreadable, seen.ended)


def _look_through(root: Path, wanted: Filter, seen: Sample, enough: Callable[[], bool]) -> bool:
    """Folder by folder, those near the root first."""
    folders = deque([""])
    while folders:
        above = folders.popleft()
        try:
            with os.scandir(root / above) as entries:
                for entry in entries:
                    if enough():
                        return False
                    _look_at(entry, above, wanted, seen, folders)
        except OSError:
            seen.unreadable += 1
    return True


def _look_at(
    entry: "os.DirEntry[str]", above: str, wanted: Filter, seen: Sample, folders: deque[str]
) -> None:
    ignored = wanted.ignores(entry.name, above)
    if entry.is_dir(follow_symlinks=False):
        if not ignored:
            folders.append(f"{above}{entry.name}/")
        return
    found = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        return
    if ignored or not wanted.is_of_wanted_type(entry.name):
        seen.others += 1
        return
    path = above + entry.name
    seen.files.append(Found(os.fsencode(path), key_of(path), found.st_size, found.st_mtime_ns))
