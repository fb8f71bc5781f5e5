"""A full pass against the ledger: what is new, what cannot be sent, what the first look finds."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from lucidlink.listing import Found
from lucidlink.scanner import Pass, is_too_long
from pipeline import ledger
from pipeline.ledger import Known, State
from pipeline.models import WatchedFolder
from pipeline.watching.memory import Memory
from pipeline.watching.voice import Voice, legible

UNFINISHED = frozenset({State.SETTLING, State.VANISHED})


class Stock:
    """Takes stock of one folder. `twins`: names that are one in NFC, and whether that was told."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._twins: dict[str, bool] = {}

    def take(self, folder: WatchedFolder, memory: Memory, full: Pass, now: float) -> set[str]:
        """Writes down what is new. Returns the keys that are there, as far as the pass tells of
        them; `now` is its end."""
        present, news = self.take_news(folder, memory, full, now)
        if full.complete and not folder.first_pass_done:
            self._end_first_pass(folder, memory, news)
        self._remark_twins(folder, memory)
        return present

    def take_news(
        self, folder: WatchedFolder, memory: Memory, seen: Pass, now: float
    ) -> tuple[set[str], list[Found]]:
        """The keys of all files in folders that have changed, and those among them that are new."""
        files = self._by_key(memory, seen.files)
        why = _("Its name is not valid text (UTF-8): rename it.")
        self._shelve(folder, memory, seen.undecodable, why)
        news = self._sendable(folder, memory, _news(memory, files))
        if folder.first_pass_done or folder.first_pass == WatchedFolder.FirstPass.SEND:
            self._take_up(folder, memory, news, now)
        return files.keys() | {file.key for file in seen.undecodable}, news

    def _by_key(self, memory: Memory, files: Iterable[Found]) -> dict[str, Found]:
        seen: dict[str, Found] = {}
        for file in files:
            if file.key in seen:
                self._twins.setdefault(file.key, False)
                seen[file.key] = _first_of(memory, seen[file.key], file)
            else:
                seen[file.key] = file
        return seen

    def _remark_twins(self, folder: WatchedFolder, memory: Memory) -> None:
        """Once each, when the one that is sent has been handed over."""
        why = _(
            "It is there twice, spelt in two Unicode forms (NFC and NFD). Rename the other one."
        )
        for key, told in self._twins.items():
            if not told and key in memory.known and memory.known[key].state == State.TAKEN:
                ledger.remark(folder, key, why)
                self._voice.say(f"{legible(key)}: {why}")
                self._twins[key] = True

    def _sendable(
        self, folder: WatchedFolder, memory: Memory, files: Iterable[Found]
    ) -> list[Found]:
        root = folder.root
        files = list(files)
        too_long = {file for file in files if is_too_long(root, file.raw)}
        why = _("Its path is too long to be opened: shorten the names of the folders it is in.")
        self._shelve(folder, memory, too_long, why)
        return [file for file in files if file not in too_long]

    def _shelve(
        self, folder: WatchedFolder, memory: Memory, files: Iterable[Found], why: str
    ) -> None:
        """Show files in the ledger that cannot be sent as they are."""
        for file in files:
            before = memory.known.get(file.key)
            now = Known(file.size, file.mtime_ns, State.IGNORED)
            if before == now:
                continue
            self._voice.once(f"cannot be sent: {legible(file.key)}: {why}")
            if len(file.key) > ledger.LONGEST_KEY:
                continue
            if before is None:
                ledger.add(folder, [file], State.IGNORED, why)
            else:
                ledger.change(folder, file, before, State.IGNORED, why)
            memory.known[file.key] = now

    def _end_first_pass(self, folder: WatchedFolder, memory: Memory, files: list[Found]) -> None:
        if folder.first_pass == WatchedFolder.FirstPass.SEND:
            ledger.note_first_pass(folder)
            return
        if not ledger.take_baseline(folder, files):
            memory.is_stale = True  # another watcher's first look was quicker, and its word counts
            return
        for file in files:
            memory.known.setdefault(file.key, Known(file.size, file.mtime_ns, State.BASELINE))
        self._voice.say(f"{folder.path}: {len(files)} files were there before and are left alone")

    def _take_up(
        self, folder: WatchedFolder, memory: Memory, news: list[Found], now: float
    ) -> None:
        """From now on these are watched until they are finished."""
        fresh: dict[str, list[Found]] = defaultdict(list)
        for file in news:
            reason = memory.finished.observe(file, now).reason
            before = memory.known.get(file.key)
            if before is None:
                fresh[reason].append(file)
            elif before != Known(file.size, file.mtime_ns, State.SETTLING):
                ledger.change(folder, file, before, State.SETTLING, reason)
            memory.reasons[file.key] = reason
        for reason, files in fresh.items():
            ledger.add(folder, files, State.SETTLING, reason)
        for file in news:
            memory.pending[file.key] = file
            memory.found_in[file.key] = memory.passes
            memory.known[file.key] = Known(file.size, file.mtime_ns, State.SETTLING)
        self._voice.each("found", [file.key for file in news])


def _first_of(memory: Memory, one: Found, other: Found) -> Found:
    """Of two names that are one in NFC: the one we had before, so that they do not take turns
    at being the newest version."""
    before = memory.known.get(one.key)
    had = [file for file in (one, other) if before is not None and before.is_of(file)]
    return min(had or (one, other))


def _news(memory: Memory, seen: dict[str, Found]) -> list[Found]:
    """New, changed, back again, or not finished when we were stopped. What is ignored stays so,
    whatever becomes of it."""
    return [
        file
        for key, file in seen.items()
        if key not in memory.pending
        if (before := memory.known.get(key)) is None
        or before.state in UNFINISHED
        or (before.state != State.IGNORED and not before.is_of(file))
    ]
