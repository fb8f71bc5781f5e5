"""Finished files: examined, told from those only touched or moved, and handed over for upload."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from lucidlink.listing import Found
from pipeline import arrivals, intake, ledger, seen_before
from pipeline.ledger import State
from pipeline.models import SourceFile, UploadJob, WatchedFolder
from pipeline.watching.examination import Examination, Examined
from pipeline.watching.memory import Memory
from pipeline.watching.settling import wait
from pipeline.watching.surroundings import Surroundings
from pipeline.watching.voice import Voice, legible

log = logging.getLogger(__name__)

HAND_OVER_FOR = 2.0  # seconds, then it is the other folders' turn
AGAIN_AFTER = 10.0  # seconds, for a file that could not be handed over
AHEAD = 1_000  # files that are examined while others are handed over
TOGETHER = 100  # files in one transaction: others wait for the database no longer than that takes


class NotYet(Exception):
    """It has to wait; the message says for what."""


class HandingOver:
    """`look_anew`: what is not changed on the mount either is to be seen again."""

    def __init__(
        self, folder: Path, around: Surroundings, voice: Voice, look_anew: Callable[[str], None]
    ) -> None:
        self._look_anew = look_anew
        self._around = around
        self._voice = voice
        self._examination = Examination(
            folder, around.examine, start=around.start, clock=around.clock, wake=around.wake
        )

    def go_on(self, folder: WatchedFolder, memory: Memory) -> None:
        """Hand over what is ready. One that cannot be taken in does not hold up the rest."""
        now = self._around.clock()
        due = (file for key, file in memory.ready.items() if memory.not_before.get(key, 0) <= now)
        files = list(islice(due, AHEAD))
        examined = iter(self._examination.of(files).items() if files else ())
        while not self._ends(now) and (batch := dict(islice(examined, TOGETHER))):
            for file in self._not_together(folder, memory, batch):
                if self._ends(now):
                    return  # they stay ready
                self._hand_over_one(folder, memory, file, batch[file])

    def _ends(self, began: float) -> bool:
        return self._around.stopping() or self._around.clock() > began + HAND_OVER_FOR

    def _not_together(
        self, folder: WatchedFolder, memory: Memory, batch: Mapping[Found, Examined]
    ) -> Iterator[Found]:
        """Those of which something is to be decided, or said, when the others are handed over."""
        made = self._made_together(folder, batch)
        for file in batch:
            if job := made.get(file.key):
                self._voice.say(_line(file.key, job))
                self._done_with(memory, file)
        yield from (file for file in batch if file.key not in made)

    def _made_together(
        self, folder: WatchedFolder, batch: Mapping[Found, Examined]
    ) -> Mapping[str, UploadJob]:
        sound = {
            file.key: (file, examined.quick_hash)
            for file, examined in batch.items()
            if not examined.why_not
        }
        try:
            return arrivals.take_in(folder, sound, who="watcher")
        except ledger.DATABASE_AWAY:
            raise
        except Exception:
            log.exception("%d files could not be taken in together; one by one now", len(sound))
            return {}

    def _hand_over_one(
        self, folder: WatchedFolder, memory: Memory, file: Found, examined: Examined
    ) -> None:
        try:
            self._hand_over(folder, memory, file, examined)
        except NotYet as error:
            self._try_later(folder, memory, file, str(error))
        except ledger.DATABASE_AWAY:
            raise
        except Exception:
            log.exception("%s could not be taken in; trying again soon", legible(file.key))
            why = _("It could not be taken in; PostFlow's log says why.")
            self._try_later(folder, memory, file, why)

    def _try_later(self, folder: WatchedFolder, memory: Memory, file: Found, why: str) -> None:
        self._examination.forget(file)
        memory.not_before[file.key] = self._around.clock() + AGAIN_AFTER
        wait(folder, memory, [file.key], why)

    def _hand_over(
        self, folder: WatchedFolder, memory: Memory, file: Found, examined: Examined
    ) -> None:
        if examined.why_not:
            raise NotYet(examined.why_not)
        row = ledger.settled(folder, file)
        if row is None:
            self._look_anew(file.key)  # it may be news to us at the next pass
        else:
            self._place(folder, memory, row, examined.quick_hash)
        self._done_with(memory, file)

    def _done_with(self, memory: Memory, file: Found) -> None:
        self._examination.forget(file)
        memory.let_go(file.key)

    def _place(
        self, folder: WatchedFolder, memory: Memory, row: SourceFile, quick_hash: str
    ) -> None:
        """New content gets its job; what was sent before, under another date or name, does not."""
        try:
            if seen_before.only_touched(row, quick_hash):
                self._voice.say(f"only its date has changed: {legible(row.key)}")
                return
            before = None if folder.moves_are_new else _moved_from(memory, row, quick_hash)
            if before and seen_before.moved(before, row, who="watcher"):
                memory.absent.pop(before.key, None)
                self._voice.say(f"moved: {legible(before.key)} → {legible(row.key)}")
                return
        except seen_before.UnderWay as error:
            raise NotYet(str(error)) from error
        job = intake.take_in(row, project=folder.project, who="watcher", sample=quick_hash)
        self._voice.say(_line(row.key, job))


def _moved_from(memory: Memory, row: SourceFile, quick_hash: str) -> SourceFile | None:
    """The file that lies here now and has gone from where it was.

    Whether it has gone, only a complete pass that began after the file was seen here can tell.
    """
    twins: Iterable[SourceFile] = ledger.twins(row, quick_hash)
    for twin in twins:
        if twin.state == State.VANISHED or twin.key in memory.absent:
            return twin
        if memory.passes <= memory.found_in.get(row.key, memory.passes):
            why = _("The same as %(other)s: waiting for a look that tells whether it was moved.")
            raise NotYet(why % {"other": legible(twin.key)})
    return None


def _line(key: str, job: UploadJob) -> str:
    if job.state == UploadJob.State.WAITING:
        return f"held: {legible(key)}: {job.reason}"
    return f"handed over: {legible(key)} (job {job.pk}, {job.get_state_display()})"
