"""A look at one path that never waits long: a dead mount answers neither yes nor no, ever."""

import os
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from django.utils.translation import gettext as _

from lucidlink.completeness import completeness
from lucidlink.containers.judgement import Judgement, Whole
from lucidlink.errors import in_words
from lucidlink.filter import Filter
from lucidlink.mount import Carrier, FindCarrier, MountState, Place, carrier_of, check
from lucidlink.sampling import Sample, sample
from lucidlink.threads import Start, in_thread, within

__all__ = [
    "Carrier",
    "Glance",
    "Judgement",
    "Look",
    "LookInto",
    "LookThrough",
    "MountOf",
    "MountState",
    "Sample",
    "Watched",
    "Whole",
    "glance",
    "glance_into",
    "is_on_a_mount",
    "look_through",
    "mount_of",
]

PATIENCE = 2.0  # seconds; for a page or a command that a person waits for

Stat: TypeAlias = Callable[[Path], os.stat_result]


@dataclass(frozen=True)
class Glance:
    """What is at a path: its `status`, or why there is none, in words."""

    status: os.stat_result | None = None
    why_not: str = ""


class Watched(Protocol):
    """A folder as it is, or would be, watched."""

    @property
    def root(self) -> Path: ...
    @property
    def local(self) -> bool: ...
    @property
    def marker(self) -> str: ...
    @property
    def mount_point(self) -> str: ...
    @property
    def mount_kind(self) -> str: ...
    @property
    def extensions(self) -> str: ...
    @property
    def ignore(self) -> str: ...


LookThrough: TypeAlias = Callable[[Watched, int, float], Sample]
MountOf: TypeAlias = Callable[[Watched], MountState]
LookInto: TypeAlias = Callable[[Path, int], Judgement]
Look: TypeAlias = "Callable[[Path], Glance]"


def glance(
    path: Path, *, patience: float = PATIENCE, stat: Stat = os.stat, start: Start = in_thread
) -> Glance:
    answers: queue.SimpleQueue[Glance] = queue.SimpleQueue()
    start(lambda: answers.put(_look(path, stat)))
    try:
        return answers.get(timeout=patience)
    except queue.Empty:
        why = _("the mount has not answered for %(seconds)d s")
        return Glance(why_not=why % {"seconds": patience})


def _look(path: Path, stat: Stat) -> Glance:
    try:
        return Glance(stat(path))
    except OSError as error:
        return Glance(why_not=in_words(error))


def glance_into(path: Path, size: int) -> Judgement:
    """Whether all of its content is there, as far as its kind tells."""
    return completeness(path, size, limit_seconds=PATIENCE)


def is_on_a_mount(
    path: Path, *, patience: float = PATIENCE, find_carrier: FindCarrier = carrier_of
) -> bool:
    """Of a network or FUSE file system, say. One that does not answer is a mount, too."""
    try:
        return not within(patience, lambda: find_carrier(path)).is_own_disk
    except TimeoutError:
        return True
    except (OSError, ValueError):
        return False


def mount_of(folder: Watched) -> MountState:
    """Whether the folder is there, as its watcher would find it."""
    carrier = Carrier(folder.mount_point, folder.mount_kind) if folder.mount_point else None
    place = Place(folder.local, carrier, folder.marker)
    return check(folder.root, place, seconds=PATIENCE)


def look_through(folder: Watched, most: int, seconds: float) -> Sample:
    """The first of the files that its watcher would find."""
    wanted = Filter(folder.extensions.split(), folder.ignore.split())
    return sample(folder.root, wanted, most=most, seconds=seconds)
