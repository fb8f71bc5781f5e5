"""Which of several watchers watches a folder: one at a time, and another when that one is gone.

A lease without a clock that two machines would have to share: the one on duty counts its `beat` up,
the others stand by and see by their own clocks whether it still does.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from pipeline import nodes
from pipeline.models import WatchedFolder, Watcher
from pipeline.watching.surroundings import Surroundings

BEAT = 5.0  # seconds
LEASE = 20.0  # seconds without a beat, as those standing by see it: the watcher is dead
SURE = 10.0  # seconds after our beat in which nobody can think us dead


@dataclass(frozen=True)
class _Sign:
    """A beat of another watcher, since when it stands there, and whether it was seen to move."""

    beat: int
    since: float
    moved: bool


class Duty:
    """This watcher's row, and the folders that are its own."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._pk: int | None = None
        self._beaten_at = 0.0
        self._signs: dict[int, _Sign] = {}
        self._standing_by: set[int] = set()

    def beat(self) -> None:
        """A sign of life, once it is due."""
        if self._pk is None or self._around.clock() - self._beaten_at >= BEAT:
            self._beat_now()

    def _beat_now(self) -> None:
        now = self._around.clock()
        mine = Watcher.objects.filter(pk=self._pk or 0)
        if not mine.update(beat=F("beat") + 1, seen_at=Now()):
            self._forget_the_dead()
            self._pk = Watcher.objects.create(node=nodes.me(), version=settings.VERSION).pk
        self._beaten_at = now

    def _forget_the_dead(self) -> None:
        """Those whose folders others have taken over; of other machines after a day."""
        long_silent = Q(seen_at__lt=Now() - timedelta(days=1))
        gone = [w.pk for w in Watcher.objects.filter(folders=None) if nodes.is_gone(w.node)]
        _drop(Q(pk__in=gone) | long_silent)

    def takes(self, folder: WatchedFolder) -> bool:
        """Whether the folder, read after our last beat, is ours to watch; taken if it is free."""
        if folder.watcher_id != self._pk and not self._take(folder):
            return False
        self._standing_by.discard(folder.pk)
        return True

    def _take(self, folder: WatchedFolder) -> bool:
        other = folder.watcher
        if other is not None and not self._is_dead(other):
            if folder.pk not in self._standing_by:
                self._standing_by.add(folder.pk)
                self._around.say(f"{folder.path} is watched by {other}; standing by.")
            return False
        as_seen = WatchedFolder.objects.filter(pk=folder.pk, watcher=other)
        if not as_seen.update(watcher=self._pk):
            return False  # somebody else was quicker
        if other is not None:
            self._around.say(f"{folder.path}: {other} does not answer; taken over.")
            _drop(Q(pk=other.pk))
        return True

    def _is_dead(self, other: Watcher) -> bool:
        now = self._around.clock()
        sign = self._signs.get(other.pk)
        if sign is None or sign.beat != other.beat:
            self._signs[other.pk] = _Sign(other.beat, now, moved=sign is not None)
        elif now - sign.since >= LEASE:
            return True
        return nodes.is_gone(other.node)

    def is_in_good_hands(self, folder: WatchedFolder) -> bool:
        """Another watcher has it, and was seen to be alive."""
        sign = self._signs.get(folder.watcher_id or 0)
        return folder.pk in self._standing_by and sign is not None and sign.moved

    def still_holds(self, folder: WatchedFolder) -> bool:
        """Before the writes of a look: what it saw is worth nothing if the folder was taken from
        us meanwhile, while this machine slept, say."""
        if self._around.clock() - self._beaten_at < SURE:
            return True
        self._beat_now()
        return WatchedFolder.objects.filter(pk=folder.pk, watcher=self._pk).exists()

    def leave(self) -> None:
        """Give all of it back: whoever stands by goes on at once."""
        if self._pk is not None:
            Watcher.objects.filter(pk=self._pk).delete()
            self._pk = None


def _drop(which: Q) -> None:
    """Those on no duty; one that takes up a duty this very moment stays."""
    with suppress(IntegrityError), transaction.atomic():
        Watcher.objects.filter(which, folders=None).delete()
