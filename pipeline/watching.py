"""The bridge between what the mount shows and the ledger: which files are new, finished, gone.

Nothing here asks the mount anything: `lucidlink.watcher` does, in threads of its own, and hands
over what it saw. The truth is in the database; what is kept in memory only saves asking for it,
and is forgotten whenever the database failed us.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from lucidlink.filter import Filter
from lucidlink.hints import Hints
from lucidlink.listing import Found
from lucidlink.scanner import Pass, is_too_long
from lucidlink.threads import Start, in_thread
from lucidlink.validator import Settle, Settled
from lucidlink.watcher import Look, MakeHints, Watcher
from pipeline import intake, ledger
from pipeline.ledger import Known, State
from pipeline.models import UploadJob, WatchedFolder

log = logging.getLogger(__name__)

RELOAD_EVERY = 300.0  # seconds; others change rows too: the uploader, the admin, another watcher
NOTE_EVERY = 10.0  # seconds between two notes of a "last look" that saw nothing new
LISTED_AT_ONCE = 10  # more files than these are counted, not listed
HAND_OVER_FOR = 2.0  # seconds, then it is the other folders' turn
VANISHED_AFTER = 2  # complete passes without the file
LONGEST_WAIT = 2.0  # seconds between two rounds, which read the folders anew
REST = 30.0  # seconds for a folder in which something went wrong that should not

UNFINISHED = frozenset({State.SETTLING, State.VANISHED})
DATABASE_AWAY = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Surroundings:
    """What a watch needs of the process it runs in. `wake`: `poll` has something to do."""

    say: Callable[[str], None]
    wake: Callable[[], None]
    stopping: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    start: Start = in_thread
    hints: MakeHints = Hints


class FolderWatch:
    """One watched folder. `poll` is called again and again, and never waits for the mount."""

    def __init__(self, folder: WatchedFolder, around: Surroundings) -> None:
        self._around = around
        self.path = folder.path
        self._settings = (folder.path, folder.extensions, folder.ignore)
        self._wanted = Filter(folder.extensions.split(), folder.ignore.split())
        self._watcher = Watcher(
            Path(folder.path),
            self._wanted,
            wake=around.wake,
            clock=around.clock,
            start=around.start,
            hints=around.hints,
        )
        self._told: set[str] = set()
        self._twins: dict[str, bool] = {}  # whether it was told
        self.online: bool | None = None
        self.looked = False  # in full, at least once
        self.forget()

    def forget(self) -> None:
        """Start again from what the database says."""
        self.pending: dict[str, Found] = {}
        self._known: dict[str, Known] | None = None
        self._known_since = 0.0
        self._watcher.forget()
        self._settle = Settle(0)
        self._reasons: dict[str, str] = {}
        self._missed: dict[str, int] = {}
        self._noted_at: float | None = None

    @property
    def quiet(self) -> float:
        return self._settle.quiet

    @property
    def is_done(self) -> bool:
        """It has been looked at, and nothing that was found is still waiting."""
        return self.looked and not self.pending

    def fits(self, folder: WatchedFolder) -> bool:
        return self._settings == (folder.path, folder.extensions, folder.ignore)

    def due_in(self) -> float:
        return self._watcher.due_in(pending=bool(self.pending))

    def close(self) -> None:
        self._watcher.close()

    def poll(self, folder: WatchedFolder) -> None:
        self._settle.quiet = folder.quiet_seconds
        known = self._load(folder)
        had_files = any(entry.state != State.VANISHED for entry in known.values())
        if not folder.first_pass_done:
            self._watcher.forget()  # the first pass is one that has seen everything
        look = self._watcher.poll(list(self.pending.values()), had_files=had_files)
        if look is None:
            return
        self._note_state(folder, look)
        self.online = look.mount.online
        self.looked = self.looked or look.full is not None
        if look.full is not None:
            self._take_stock(folder, known, look, look.full)
        if look.part is not None:
            self._take_news(folder, known, look.part, look.ended)
        self._look_after_pending(folder, known, look)

    def _load(self, folder: WatchedFolder) -> dict[str, Known]:
        now = self._around.clock()
        if self._known is None or now - self._known_since > RELOAD_EVERY:
            self._known, self._known_since = ledger.load(folder), now
            self._watcher.forget()  # so that the next pass is compared with all of it
        return self._known

    # --- The folder itself --------------------------------------------------------------------

    def _note_state(self, folder: WatchedFolder, look: Look) -> None:
        if look.mount.online and look.full is None:
            return  # a glance at the pending files tells nothing about the rest
        reason = look.mount.reason if look.full is None else _unreadable(folder, look.full)
        turned = ledger.note_state(folder, online=look.mount.online, reason=reason)
        if turned or reason != folder.state_reason:
            state = "online" if look.mount.online else "OFFLINE"
            self._say(f"{folder.path} is {state}. {reason}".rstrip())

    def _note_pass(self, folder: WatchedFolder, seconds: float, files: int) -> None:
        now = self._around.clock()
        overdue = self._noted_at is None or now - self._noted_at >= NOTE_EVERY
        if overdue or files != folder.files_seen:
            ledger.note_pass(folder, seconds, files)
            self._noted_at = now

    # --- A full pass against the ledger -------------------------------------------------------

    def _take_stock(
        self, folder: WatchedFolder, known: dict[str, Known], look: Look, full: Pass
    ) -> None:
        present, news = self._take_news(folder, known, full, look.ended)
        if full.complete:
            if not folder.first_pass_done:
                self._end_first_pass(folder, known, news)
            if self._missed or not full.is_as_before:
                self._miss(folder, known, full, present)
        self._remark_twins(folder, known)
        self._note_pass(folder, look.seconds, full.count)

    def _take_news(
        self, folder: WatchedFolder, known: dict[str, Known], seen: Pass, now: float
    ) -> tuple[set[str], list[Found]]:
        """The keys of all files in folders that have changed, and those among them that are new."""
        files = self._by_key(known, seen.files)
        self._shelve(
            folder, known, seen.undecodable, _("Its name is not valid text (UTF-8): rename it.")
        )
        news = self._sendable(folder, known, self._news(known, files))
        if folder.first_pass_done or folder.first_pass == WatchedFolder.FirstPass.SEND:
            self._take_up(folder, known, news, now)
        return files.keys() | {file.key for file in seen.undecodable}, news

    def _by_key(self, known: dict[str, Known], files: Iterable[Found]) -> dict[str, Found]:
        seen: dict[str, Found] = {}
        for file in files:
            if file.key in seen:
                self._twins.setdefault(file.key, False)
                seen[file.key] = self._first_of(known, seen[file.key], file)
            else:
                seen[file.key] = file
        return seen

    def _first_of(self, known: dict[str, Known], one: Found, other: Found) -> Found:
        """Of two names that are one in NFC: the one we had before, so that they do not take turns
        at being the newest version."""
        before = known.get(one.key)
        had = [file for file in (one, other) if before is not None and before.is_of(file)]
        return min(had or (one, other))

    def _remark_twins(self, folder: WatchedFolder, known: dict[str, Known]) -> None:
        """Once each, when the one that is sent has been handed over."""
        why = _(
            "It is there twice, spelt in two Unicode forms (NFC and NFD). Rename the other one."
        )
        for key, told in self._twins.items():
            if not told and key in known and known[key].state == State.TAKEN:
                ledger.remark(folder, key, why)
                self._say(f"{legible(key)}: {why}")
                self._twins[key] = True

    def _news(self, known: dict[str, Known], seen: dict[str, Found]) -> list[Found]:
        """New, changed, back again, or not finished when we were stopped."""
        return [
            file
            for key, file in seen.items()
            if (before := known.get(key)) is None
            or before.size != file.size
            or before.mtime_ns != file.mtime_ns
            or before.state in UNFINISHED
            if key not in self.pending
        ]

    def _sendable(
        self, folder: WatchedFolder, known: dict[str, Known], files: list[Found]
    ) -> list[Found]:
        root = Path(folder.path)
        too_long = {file for file in files if is_too_long(root, file.raw)}
        why = _("Its path is too long to be opened: shorten the names of the folders it is in.")
        self._shelve(folder, known, too_long, why)
        return [file for file in files if file not in too_long]

    def _shelve(
        self, folder: WatchedFolder, known: dict[str, Known], files: Iterable[Found], why: str
    ) -> None:
        """Show files in the ledger that cannot be sent as they are."""
        for file in files:
            before = known.get(file.key)
            now = Known(file.size, file.mtime_ns, State.IGNORED)
            if before == now:
                continue
            self._say_once(f"cannot be sent: {legible(file.key)}: {why}")
            if len(file.key) > ledger.LONGEST_KEY:
                continue
            if before is None:
                ledger.add(folder, [file], State.IGNORED, why)
            else:
                ledger.change(folder, file, before, State.IGNORED, why)
            known[file.key] = now

    def _end_first_pass(
        self, folder: WatchedFolder, known: dict[str, Known], files: list[Found]
    ) -> None:
        if folder.first_pass == WatchedFolder.FirstPass.SEND:
            ledger.note_first_pass(folder)
            return
        if not ledger.take_baseline(folder, files):
            self.forget()  # another watcher's first look was quicker, and its word counts
            return
        for file in files:
            known.setdefault(file.key, Known(file.size, file.mtime_ns, State.BASELINE))
        self._say(f"{folder.path}: {len(files)} files were there before and are left alone")

    def _take_up(
        self, folder: WatchedFolder, known: dict[str, Known], news: list[Found], now: float
    ) -> None:
        """From now on these are watched until they are finished."""
        fresh: dict[str, list[Found]] = defaultdict(list)
        for file in news:
            reason = self._settle.observe(file.key, file.size, file.mtime_ns, now).reason
            before = known.get(file.key)
            if before is None:
                fresh[reason].append(file)
            elif before != Known(file.size, file.mtime_ns, State.SETTLING):
                ledger.change(folder, file, before, State.SETTLING, reason)
            self._reasons[file.key] = reason
        for reason, files in fresh.items():
            ledger.add(folder, files, State.SETTLING, reason)
        for file in news:
            self.pending[file.key] = file
            known[file.key] = Known(file.size, file.mtime_ns, State.SETTLING)
        self._list("found", folder, [file.key for file in news])

    def _miss(
        self, folder: WatchedFolder, known: dict[str, Known], full: Pass, present: set[str]
    ) -> None:
        """Files that are absent: vanished when it happens twice. Nothing is done about them
        anywhere else; what is on Frame.io stays there."""
        absent = [
            key
            for key, entry in known.items()
            if key not in present
            and (key in self._missed or full.tells_of(key))
            and entry.state not in {State.VANISHED, State.BASELINE}
        ]
        for key in absent:
            if why := self._wanted.why_not(key):  # still there perhaps, but watched no more
                ledger.explain(folder, [key], why)
                self._let_go(key)
                del known[key]
        counted = {key: self._missed.get(key, 0) + 1 for key in absent if key in known}
        gone = [key for key, times in counted.items() if times >= VANISHED_AFTER]
        ledger.vanish(folder, gone)
        for key in gone:
            known[key] = known[key]._replace(state=State.VANISHED)
            self._let_go(key)
            del counted[key]
        self._missed = counted
        self._list("no longer there", folder, gone)

    # --- Files that are not finished ----------------------------------------------------------

    def _look_after_pending(
        self, folder: WatchedFolder, known: dict[str, Known], look: Look
    ) -> None:
        ready: list[Found] = []
        waiting: dict[str, list[str]] = defaultdict(list)
        for file in look.again:
            if file.key not in self.pending:
                continue
            self.pending[file.key] = file
            verdict = self._settle.observe(file.key, file.size, file.mtime_ns, look.again_at)
            if verdict.settled is Settled.READY:
                ready.append(file)
            elif self._reasons.get(file.key) != verdict.reason:
                waiting[verdict.reason].append(file.key)
        for reason, keys in waiting.items():
            ledger.explain(folder, keys, reason)
            self._reasons.update(dict.fromkeys(keys, reason))
        self._hand_over_all(folder, known, ready)

    def _hand_over_all(
        self, folder: WatchedFolder, known: dict[str, Known], ready: list[Found]
    ) -> None:
        """One that cannot be taken in does not hold up the rest."""
        until = self._around.clock() + HAND_OVER_FOR
        for file in ready:
            if self._around.stopping() or self._around.clock() > until:
                return  # they stay ready
            try:
                self._hand_over(folder, known, file)
            except DATABASE_AWAY:
                raise
            except Exception:
                log.exception("%s could not be taken in; trying again soon", legible(file.key))
                self._settle.forget(file.key)

    def _hand_over(self, folder: WatchedFolder, known: dict[str, Known], file: Found) -> None:
        row = ledger.settled(folder, file)
        if row is None:
            now = ledger.known(folder, file.key)
            self._watcher.forget()  # it may be news to us at the next pass
        else:
            job = intake.take_in(row, project=folder.project, who="watcher")
            now = Known(file.size, file.mtime_ns, State.TAKEN)
            self._say(_line(file.key, job))
        self._let_go(file.key)
        if now is None:
            known.pop(file.key, None)
        else:
            known[file.key] = now

    def _let_go(self, key: str) -> None:
        self.pending.pop(key, None)
        self._reasons.pop(key, None)
        self._settle.forget(key)

    # --- What is said -------------------------------------------------------------------------

    def _say(self, line: str) -> None:
        self._around.say(line)

    def _say_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._say(line)

    def _list(self, what: str, folder: WatchedFolder, keys: list[str]) -> None:
        for key in keys[:LISTED_AT_ONCE]:
            self._say(f"{what}: {legible(key)}")
        if len(keys) > LISTED_AT_ONCE:
            self._say(f"{what}: {len(keys) - LISTED_AT_ONCE} more in {folder.path}")

    def still_waiting(self) -> list[str]:
        return [f"{legible(key)}: {self._reasons.get(key, '')}" for key in self.pending]


def legible(text: str) -> str:
    """Without what would move the cursor or ring the bell: names may hold anything."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _line(key: str, job: UploadJob) -> str:
    if job.state == UploadJob.State.WAITING:
        return f"held: {legible(key)}: {job.reason}"
    return f"handed over: {legible(key)} (job {job.pk}, {job.get_state_display()})"


def _unreadable(folder: WatchedFolder, full: Pass) -> str:
    if full.complete:
        return ""
    path, why = full.unreadable[0]
    reason = _("%(count)d places in it cannot be read, %(path)s for one: %(why)s.") % {
        "count": len(full.unreadable),
        "path": legible(path) or folder.path,
        "why": why,
    }
    if folder.first_pass_done or folder.first_pass == WatchedFolder.FirstPass.SEND:
        return reason
    return f"{reason} {_('Nothing is sent before the first look has seen everything.')}"


class Watching:
    """All watched folders, as the database has them at each round: changes act at once."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._watches: dict[int, FolderWatch] = {}
        self._resting: dict[int, float] = {}

    def round(self) -> None:
        """Raises what `DATABASE_AWAY` names; all else stays with the folder it happened in."""
        folders = list(WatchedFolder.objects.filter(active=True).select_related("project"))
        for pk in self._watches.keys() - {folder.pk for folder in folders}:
            self._watches.pop(pk).close()
        for folder in folders:
            if self._around.stopping():
                return
            if not self._rests(folder.pk):
                self._poll(self._watch(folder), folder)

    @property
    def watches(self) -> list[FolderWatch]:
        return list(self._watches.values())

    def due_in(self) -> float:
        at_work = [watch for pk, watch in self._watches.items() if not self._rests(pk)]
        return min((watch.due_in() for watch in at_work), default=LONGEST_WAIT)

    def _rests(self, pk: int) -> bool:
        return self._around.clock() < self._resting.get(pk, 0.0)

    def forget(self) -> None:
        for watch in self.watches:
            watch.forget()

    def close(self) -> None:
        for watch in self.watches:
            watch.close()

    def _watch(self, folder: WatchedFolder) -> FolderWatch:
        watch = self._watches.get(folder.pk)
        if watch is None or not watch.fits(folder):
            if watch is not None:
                watch.close()
            watch = self._watches[folder.pk] = FolderWatch(folder, self._around)
        return watch

    def _poll(self, watch: FolderWatch, folder: WatchedFolder) -> None:
        try:
            watch.poll(folder)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("%s: the look failed; the next one is in %d s", folder.path, REST)
            self._resting[folder.pk] = self._around.clock() + REST
            watch.forget()
