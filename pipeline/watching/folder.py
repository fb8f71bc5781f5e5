from collections.abc import Collection

from django.utils.translation import gettext as _

from lucidlink.filter import Filter
from lucidlink.inspector import Inspector
from lucidlink.mount import Carrier, Place
from lucidlink.scanner import Pass
from lucidlink.validator import Finished
from lucidlink.watcher import Look, Watcher
from pipeline import ledger
from pipeline.models import WatchedFolder
from pipeline.watching.absence import Absence
from pipeline.watching.duty import Duty
from pipeline.watching.handing_over import HandingOver
from pipeline.watching.memory import Memory
from pipeline.watching.settling import look_after, note_unreadable, wait_for_mount
from pipeline.watching.stock import Stock
from pipeline.watching.surroundings import Surroundings
from pipeline.watching.voice import Voice, legible

IN_STEP_EVERY = 300.0  # seconds; others change rows too: the uploader, the admin
NOTE_EVERY = 10.0  # seconds between two notes of a "last look" that saw nothing new


class FolderWatch:
    """One watched folder. `poll` is called again and again, and never waits for the mount."""

    def __init__(self, folder: WatchedFolder, around: Surroundings, duty: Duty) -> None:
        self._around = around
        self._duty = duty
        self.path = folder.path
        self._root = folder.root
        self._settings = _settings(folder)
        self._carrier = _carrier(folder)
        wanted = Filter(folder.extensions.split(), folder.ignore.split())
        self._watcher = Watcher(
            self._root,
            wanted,
            wake=around.wake,
            place=Place(folder.local, self._carrier, folder.marker),
            clock=around.clock,
            cpu=around.cpu,
            start=around.start,
            hints=around.hints,
            find_carrier=around.find_carrier,
        )
        self._voice = Voice(folder.path, around.say)
        self._stock = Stock(self._root, self._voice, around.wall)
        self._absence = Absence(wanted, self._voice)
        self._handing_over = HandingOver(
            self._root, around, self._voice, look_anew=lambda key: self._look_anew_for([key])
        )
        self._ledger_changes = folder.ledger_changes
        self.quiet = 0.0
        self.online: bool | None = None
        self.looked = False  # in full, at least once
        self.forget()

    def forget(self) -> None:
        """Start again from what the database says: the next full look is held against all of it."""
        self._watcher.forget()
        self._memory: Memory | None = None
        self._noted_at: float | None = None

    @property
    def is_done(self) -> bool:
        """It has been looked at, and nothing that was found is still waiting."""
        return self.looked and not self._waits

    @property
    def _waits(self) -> bool:
        return self._memory is not None and bool(self._memory.pending)

    def fits(self, folder: WatchedFolder) -> bool:
        return self._settings == _settings(folder) and self._carrier == _carrier(folder)

    def due_in(self) -> float:
        return self._watcher.due_in(pending=self._waits)

    def close(self) -> None:
        self._watcher.close()

    def still_waiting(self) -> list[str]:
        memory = self._memory
        return (
            [f"{legible(key)}: {memory.reasons.get(key, '')}" for key in memory.pending]
            if memory
            else []
        )

    def poll(self, folder: WatchedFolder) -> None:
        memory = self._remembered(folder)
        self.quiet = memory.finished.quiet = folder.quiet_seconds
        if not folder.first_pass_done:
            self._watcher.forget()  # the first pass is one that has seen everything
        look = self._watcher.poll(memory.pending.values(), had_files=memory.had_files)
        if (look or memory.ready) and not self._duty.still_holds(folder):
            self.forget()
            return
        if look is not None:
            self._take_note(folder, memory, look)
        if self.online:
            self._handing_over.go_on(folder, memory)
        if memory.is_stale:
            self.forget()

    def _take_note(self, folder: WatchedFolder, memory: Memory, look: Look) -> None:
        self.online = look.mount.online
        self.looked = self.looked or look.full is not None
        self._note_state(folder, memory, look)
        self._note_carrier(folder, look)
        if self.online:
            memory.away = ""
        if look.full is not None:
            memory.passes += look.full.complete
            self._stock.take(folder, memory, look.full, look.ended)
            if look.full.complete:
                self._note_absence(folder, memory, look.full, look.ended)
            self._note_pass(folder, look.seconds, look.full.count)
            note_unreadable(folder, memory, look.full)
        if look.part is not None:
            self._stock.take_news(folder, memory, look.part, look.ended)
        wall = self._around.wall()
        look_after(folder, memory, look.again, seen_at=look.again_at, wall=wall)

    def _note_absence(self, folder: WatchedFolder, memory: Memory, full: Pass, now: float) -> None:
        if full.unchanged and not memory.compared:
            # Some was told by a pass that could not see all, and so said nothing of what is absent.
            self._watcher.forget()
        else:
            memory.suspicion = self._absence.note(folder, memory, full, now)

    def _remembered(self, folder: WatchedFolder) -> Memory:
        now = self._around.clock()
        memory = self._memory
        if memory is None:
            memory = self._memory = Memory(self._finished(), ledger.has_files(folder), now)
        elif (
            folder.ledger_changes != self._ledger_changes  # people's doing, to act at once
            or now - memory.in_step_at > IN_STEP_EVERY
        ):
            self._get_in_step(folder, memory)
            memory.in_step_at = now
        self._ledger_changes = folder.ledger_changes
        return memory

    def _get_in_step(self, folder: WatchedFolder, memory: Memory) -> None:
        """What others have changed in the ledger is looked at from the beginning: files that wait
        there and not here, or here and not there, or for another reason."""
        there = ledger.waiting(folder)
        changed = [
            key
            for key in there.keys() | memory.pending.keys()
            if there.get(key) != memory.reasons.get(key)
        ]
        for key in changed:
            memory.let_go(key)
        self._look_anew_for(changed)

    def _look_anew_for(self, keys: Collection[str]) -> None:
        if keys:
            self._watcher.forget_folders({key.rpartition("/")[0] for key in keys})

    def _finished(self) -> Finished:
        around = self._around
        inspector = Inspector(look=around.look_into, clock=around.clock, start=around.start)
        return Finished(self._root, inspector)

    def _note_state(self, folder: WatchedFolder, memory: Memory, look: Look) -> None:
        if not look.mount.online:
            why = _("Its folder is away: %(why)s") % {"why": look.mount.reason}
            wait_for_mount(folder, memory, why[: ledger.LONGEST_REASON])
        elif look.full is None:
            return  # a glance at the pending files tells nothing about the rest
        reason = look.mount.reason if look.full is None else _unreadable(folder, look.full)
        reason = reason or memory.suspicion
        turned = ledger.note_state(folder, online=look.mount.online, reason=reason)
        if turned or reason != folder.state_reason:
            state = "online" if look.mount.online else "OFFLINE"
            self._voice.say(f"{folder.path} is {state}. {reason}".rstrip())

    def _note_carrier(self, folder: WatchedFolder, look: Look) -> None:
        """Which mount it is on, once, so that another watcher misses it too when it is away; and
        which one is there instead, for a person to accept."""
        carrier = look.mount.carrier
        ledger.note_other_mount(folder, *_instead(self._carrier, carrier))
        if not look.mount.online or self._carrier or carrier is None or carrier.is_own_disk:
            return
        if ledger.note_carrier(folder, carrier.mount_point, carrier.kind):
            self._carrier = carrier

    def _note_pass(self, folder: WatchedFolder, seconds: float, files: int) -> None:
        now = self._around.clock()
        overdue = self._noted_at is None or now - self._noted_at >= NOTE_EVERY
        if overdue or files != folder.files_seen:
            ledger.note_pass(folder, seconds, files)
            self._noted_at = now


def _settings(folder: WatchedFolder) -> tuple[object, ...]:
    return folder.path, folder.extensions, folder.ignore, folder.local, folder.marker


def _carrier(folder: WatchedFolder) -> Carrier | None:
    return Carrier(folder.mount_point, folder.mount_kind) if folder.mount_point else None


def _instead(remembered: Carrier | None, now: Carrier | None) -> tuple[str, str]:
    """A lost mount leaves the own disk behind: that is nothing to be accepted in its place."""
    if now is None or now.is_own_disk or remembered in {None, now}:
        return "", ""
    return now


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
    nothing_yet = _("Nothing is sent before the first look has seen everything.")
    return f"{reason} {nothing_yet}"
