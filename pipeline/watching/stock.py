"""A pass against the ledger: what is new, what cannot be sent, what the first look finds.

However many files there are, they and their rows are only ever held a few hundred at a time.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from lucidlink.listing import Found, Listing
from lucidlink.scanner import Pass, is_too_long
from pipeline import ledger
from pipeline.ledger import Known, State
from pipeline.models import WatchedFolder
from pipeline.watching.memory import Memory
from pipeline.watching.settling import wait
from pipeline.watching.voice import Voice, legible

UNFINISHED = frozenset({State.SETTLING, State.VANISHED})


class Stock:
    """Takes stock of one folder. `twins`: names that are one in NFC, and have to be told of."""

    def __init__(self, root: Path, voice: Voice, wall: Callable[[], float]) -> None:
        self._root = root
        self._voice = voice
        self._wall = wall
        self._twins: set[str] = set()

    def take(self, folder: WatchedFolder, memory: Memory, full: Pass, now: float) -> None:
        """Writes down what is new; `now` is the end of the pass."""
        if folder.first_pass_done or folder.first_pass == WatchedFolder.FirstPass.SEND:
            self.take_news(folder, memory, full, now)
            if full.complete and not folder.first_pass_done:
                ledger.note_first_pass(folder)
        else:
            self._shelve_undecodable(folder, full)
            if full.complete:
                self._take_baseline(folder, memory, full, now)
        memory.had_files = memory.had_files or full.count > 0
        self._remark_twins(folder, memory)

    def take_news(self, folder: WatchedFolder, memory: Memory, seen: Pass, now: float) -> None:
        """From now on the files that are new are watched until they are finished."""
        self._shelve_undecodable(folder, seen)
        found: list[str] = []
        for files, known in self._sendable(folder, seen):
            news = [file for file in files if _is_news(file, memory, known.get(file.key))]
            self._take_up(folder, memory, known, news, now)
            found += [file.key for file in news]
        self._voice.each("found", found)

    def _take_baseline(self, folder: WatchedFolder, memory: Memory, full: Pass, now: float) -> None:
        fresh: list[Found] = []
        count = ledger.take_baseline(folder, self._old(folder, full, fresh))
        if count is None:
            memory.is_stale = True  # another watcher's first look was quicker, and its word counts
            return
        self._voice.say(f"{folder.path}: {count} files were there before and are left alone")
        self._take_up(folder, memory, {}, fresh, now)
        self._voice.each("found", [file.key for file in fresh])

    def _old(self, folder: WatchedFolder, full: Pass, fresh: list[Found]) -> Iterator[Found]:
        """Those that were there before the folder was watched; the others go to `fresh`."""
        since, now_ns = folder.watched_since.timestamp() * 1e9, self._wall() * 1e9
        for files, known in self._sendable(folder, full):
            for file in files:
                if file.key in known:
                    continue
                # Saved while the first look was still to come. The mount's clock may be another
                # than ours: a date that lies ahead proves nothing, and counts as before. So does
                # that of a copy which keeps its dates; the folder's page tells how many those are.
                if since < file.mtime_ns <= now_ns:
                    fresh.append(file)
                else:
                    yield file

    def _sendable(
        self, folder: WatchedFolder, seen: Pass
    ) -> Iterator[tuple[Sequence[Found], Mapping[str, Known]]]:
        """The files of all folders that have changed, and what the ledger knows of them."""
        why = _("Its path is too long to be opened: shorten the names of the folders it is in.")
        for files in ledger.batches(self._one_a_key(folder, seen)):
            known = ledger.known(folder, [file.key for file in files])
            too_long = [file for file in files if is_too_long(self._root, file.raw)]
            self._shelve(folder, known, too_long, why)
            yield [file for file in files if file not in too_long], known

    # --- Names that are one in NFC ------------------------------------------------------------

    def _one_a_key(self, folder: WatchedFolder, seen: Pass) -> Iterator[Found]:
        for listings in seen.by_folder():
            twins = _twins(listings)
            yield from (file for one in listings for file in one if file.key not in twins)
            known = ledger.known(folder, twins)
            for key, files in twins.items():
                self._twins.add(key)
                yield _first_of(files, known.get(key))

    def _remark_twins(self, folder: WatchedFolder, memory: Memory) -> None:
        """When the one that is sent has been handed over."""
        why = _(
            "It is there twice, spelt in two Unicode forms (NFC and NFD). Rename the other one."
        )
        new = self._twins - memory.pending.keys()
        ledger.remark(folder, new, why)
        for key in new:
            self._voice.once(f"{legible(key)}: {why}")
        self._twins -= new

    # --- What cannot be sent as it is ---------------------------------------------------------

    def _shelve_undecodable(self, folder: WatchedFolder, seen: Pass) -> None:
        why = _("Its name is not valid text (UTF-8): rename it.")
        known = ledger.known(folder, [file.key for file in seen.undecodable])
        self._shelve(folder, known, seen.undecodable, why)

    def _shelve(
        self, folder: WatchedFolder, known: Mapping[str, Known], files: Iterable[Found], why: str
    ) -> None:
        for file in files:
            before = known.get(file.key)
            if before == Known(file.size, file.mtime_ns, State.IGNORED):
                continue
            self._voice.once(f"cannot be sent: {legible(file.key)}: {why}")
            if len(file.key) > ledger.LONGEST_KEY:
                continue
            if before is None:
                ledger.add(folder, [file], State.IGNORED, why)
            else:
                ledger.change(folder, file, before, State.IGNORED, why)

    # --- What is new --------------------------------------------------------------------------

    def _take_up(
        self,
        folder: WatchedFolder,
        memory: Memory,
        known: Mapping[str, Known],
        news: Iterable[Found],
        now: float,
    ) -> None:
        fresh: dict[str, list[Found]] = defaultdict(list)
        again: dict[str, list[str]] = defaultdict(list)
        for file in news:
            reason = memory.finished.observe(file, now).reason
            before = known.get(file.key)
            if before == Known(file.size, file.mtime_ns, State.SETTLING):
                again[reason].append(file.key)
            elif before is None:
                fresh[reason].append(file)
            else:
                ledger.change(folder, file, before, State.SETTLING, reason)
                memory.reasons[file.key] = reason
            memory.pending[file.key] = file
            memory.found_in[file.key] = memory.passes
        for reason, files in fresh.items():
            ledger.add(folder, files, State.SETTLING, reason)
            memory.reasons.update(dict.fromkeys([file.key for file in files], reason))
        for reason, keys in again.items():
            wait(folder, memory, keys, reason)


def _twins(listings: Iterable[Listing]) -> dict[str, list[Found]]:
    """The files of one folder that share their key with another one."""
    files = [file for one in listings if not one.is_ascii for file in one]
    times = Counter(file.key for file in files)
    twins: dict[str, list[Found]] = defaultdict(list)
    for file in files:
        if times[file.key] > 1:
            twins[file.key].append(file)
    return twins


def _first_of(twins: Iterable[Found], before: Known | None) -> Found:
    """The one we had before, so that they do not take turns at being the newest version."""
    had = [file for file in twins if before is not None and before.is_of(file)]
    return min(had or twins)


def _is_news(file: Found, memory: Memory, before: Known | None) -> bool:
    """New, changed, back again, or not finished when we were stopped. What is ignored stays so,
    whatever becomes of it."""
    if file.key in memory.pending:
        return False
    if before is None or before.state in UNFINISHED:
        return True
    return before.state != State.IGNORED and not before.is_of(file)
