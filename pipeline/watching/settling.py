"""Files that are not finished, until they have been quiet for long enough."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from lucidlink.listing import Found, key_of
from lucidlink.scanner import Pass
from lucidlink.validator import Settled
from pipeline import ledger
from pipeline.models import WatchedFolder
from pipeline.watching.memory import Memory

RACY = 2.0  # seconds, the coarsest date a file system keeps (FAT, some network mounts)


def look_after(
    folder: WatchedFolder, memory: Memory, again: Iterable[Found], *, seen_at: float, wall: float
) -> None:
    """`again`: pending files as they are now, looked at not earlier than `seen_at`; `wall` is
    what the clock on the wall shows."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for file in again:
        if file.key not in memory.pending:
            continue
        if memory.ready.get(file.key) == file:
            continue
        memory.pending[file.key] = file
        verdict = memory.finished.observe(file, seen_at)
        if verdict.settled is Settled.READY and not _is_racy(file, wall):
            memory.ready[file.key] = file
            continue
        memory.ready.pop(file.key, None)
        memory.not_before.pop(file.key, None)
        waiting[verdict.reason].append(file.key)
    for reason, keys in waiting.items():
        wait(folder, memory, keys, reason)


def note_unreadable(folder: WatchedFolder, memory: Memory, full: Pass) -> None:
    """Files that wait, and cannot even be looked at now: alone, or with all of their folder."""
    for place, why in full.unreadable:
        key = key_of(place)
        keys = [one for one in memory.pending if one == key or one.startswith(f"{key}/")]
        wait(folder, memory, keys, _("It cannot be read: %(why)s.") % {"why": why})


def wait(folder: WatchedFolder, memory: Memory, keys: Iterable[str], reason: str) -> None:
    """Write down why these wait, where that is not what is written already."""
    new = [key for key in keys if reason and memory.reasons.get(key) != reason]
    ledger.explain(folder, new, reason)
    memory.reasons.update(dict.fromkeys(new, reason))


def wait_for_mount(folder: WatchedFolder, memory: Memory, reason: str) -> None:
    """Write it down for all that wait, also for those a process before us found."""
    if memory.away != reason:
        ledger.explain_all(folder, reason)
        memory.reasons.update(dict.fromkeys(memory.pending, reason))
        memory.away = reason


def _is_racy(file: Found, wall: float) -> bool:
    """Changed so shortly before that another change might have the same date: look once more. A
    clock that is wrong makes this say no, and then the quiet time alone counts."""
    return abs(wall - file.mtime_ns / 1e9) < RACY
