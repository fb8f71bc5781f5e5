"""Files that are not there any more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from lucidlink.filter import Filter
from lucidlink.listing import Listing
from lucidlink.scanner import Pass
from pipeline import ledger
from pipeline.models import WatchedFolder
from pipeline.path_digests import digest
from pipeline.watching.memory import Absent, Memory
from pipeline.watching.voice import Voice

VANISHED_AFTER = 2  # complete passes without the file
VANISHED_AFTER_SECONDS = 60.0
A_HANDFUL = 10  # files may go at once; of more than these no more than half of the folder
AT_ONCE = 2_000  # files of several folders that are held against the ledger at once


class Absence:
    """Nothing is done about vanished files anywhere else; what is on Frame.io stays there."""

    def __init__(self, wanted: Filter, voice: Voice) -> None:
        self._wanted = wanted
        self._voice = voice

    def note(self, folder: WatchedFolder, memory: Memory, full: Pass, now: float) -> str:
        """After a complete pass that ended at `now`: who has vanished?

        Returns why that is not written down, if it is not: so many at once are rather a mount that
        shows half of itself than so many deletions.
        """
        if memory.compared and full.is_as_before and not memory.absent:
            return ""
        memory.absent = self._absent(folder, memory, full, now)
        memory.compared = True
        gone = [
            key
            for key, absent in memory.absent.items()
            if absent.passes >= VANISHED_AFTER and now - absent.since >= VANISHED_AFTER_SECONDS
        ]
        if len(gone) > A_HANDFUL and not folder.absence_accepted:
            were_there = ledger.watched(folder).count()
            if len(gone) > were_there / 2:
                ledger.note_missing(folder, len(gone))
                return _(
                    "%(gone)d of its %(all)d files are not there any more. PostFlow waits for them"
                    " to come back; if they were deleted, say so on the folder's page."
                ) % {"gone": len(gone), "all": were_there}
        self._write_down(folder, memory, gone)
        ledger.note_missing(folder, 0)
        return ""

    def _write_down(self, folder: WatchedFolder, memory: Memory, gone: list[str]) -> None:
        if not gone:
            return
        ledger.vanish(folder, gone)
        memory.had_files = ledger.has_files(folder)
        for key in gone:
            memory.let_go(key)
            del memory.absent[key]
        self._voice.each("no longer there", gone)

    def _absent(
        self, folder: WatchedFolder, memory: Memory, full: Pass, now: float
    ) -> dict[str, Absent]:
        """Of those absent before, the ones in folders that are as they were are so still."""
        missing = [key for key in memory.absent if not full.tells_of(key)]
        missing += self._watched(folder, memory, _missing(folder, full, compared=memory.compared))
        first = Absent(now, 0)
        return {
            key: before._replace(passes=before.passes + 1)
            for key in missing
            for before in [memory.absent.get(key, first)]
        }

    def _watched(
        self, folder: WatchedFolder, memory: Memory, missing: Iterable[str]
    ) -> Iterator[str]:
        """Without those that may be there still but are watched no more."""
        dropped: dict[str, list[str]] = defaultdict(list)
        for key in missing:
            if why := self._wanted.why_not(key):
                memory.let_go(key)
                dropped[why].append(key)
            else:
                yield key
        for why, keys in dropped.items():
            ledger.explain(folder, keys, why)


def _missing(folder: WatchedFolder, full: Pass, *, compared: bool) -> Iterator[str]:
    """Keys in the ledger that the pass tells of, and has not seen. Where nothing was `compared`
    yet, those in folders that it does not know are among them."""
    for listings in _some_at_once(full):
        present = {file.key for listing in listings for file in listing}
        present.update(file.key for file in full.undecodable)
        directories = {digest(listing.key) for listing in listings}
        yield from (k for k in ledger.watched_in(folder, directories) if k not in present)
    yield from ledger.watched_in(folder, map(digest, full.gone))
    if not compared:
        seen = {digest(key) for key in full.told}
        unknown = (one for one in ledger.directories(folder) if one not in seen)
        yield from ledger.watched_in(folder, unknown)


def _some_at_once(seen: Pass) -> Iterator[list[Listing]]:
    """Whole folders."""
    batch: list[Listing] = []
    for listings in seen.by_folder():
        batch += listings
        if sum(map(len, batch)) >= AT_ONCE:
            yield batch
            batch = []
    yield batch
