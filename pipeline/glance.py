"""A look at one path that never waits long: a dead mount answers neither yes nor no, ever."""

import os
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext as _

from lucidlink.completeness import completeness
from lucidlink.containers.judgement import Judgement, Whole
from lucidlink.errors import in_words
from lucidlink.mount import FindCarrier, carrier_of
from lucidlink.threads import Start, in_thread, within

__all__ = [
    "Glance",
    "Judgement",
    "Look",
    "LookInto",
    "Whole",
    "glance",
    "glance_into",
    "is_on_a_mount",
]

PATIENCE = 2.0  # seconds; for a page or a command that a person waits for

Stat: TypeAlias = Callable[[Path], os.stat_result]


@dataclass(frozen=True)
class Glance:
    """What is at a path: its `status`, or why there is none, in words."""

    status: os.stat_result | None = None
    why_not: str = ""


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
