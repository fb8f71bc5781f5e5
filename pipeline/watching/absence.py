"""Files that are not there any more."""

from django.utils.translation import gettext as _

from lucidlink.filter import Filter
from lucidlink.scanner import Pass
from pipeline import ledger
from pipeline.ledger import State
from pipeline.models import WatchedFolder
from pipeline.watching.memory import Absent, Memory
from pipeline.watching.voice import Voice

VANISHED_AFTER = 2  # complete passes without the file
VANISHED_AFTER_SECONDS = 60.0
A_HANDFUL = 10  # files may go at once; of more than these no more than half of the folder
KNOWN_TO_BE_THERE = frozenset({State.TAKEN, State.SETTLING, State.IGNORED})


class Absence:
    """Nothing is done about vanished files anywhere else; what is on Frame.io stays there."""

    def __init__(self, wanted: Filter, voice: Voice) -> None:
        self._wanted = wanted
        self._voice = voice

    def note(
        self, folder: WatchedFolder, memory: Memory, full: Pass, present: set[str], now: float
    ) -> str:
        """After a complete pass that saw `present` and ended at `now`: who has vanished?

        Returns why that is not written down, if it is not: so many at once are rather a mount that
        shows half of itself than so many deletions.
        """
        if full.is_as_before and not memory.absent:
            return ""
        memory.absent = self._absent(folder, memory, full, present, now)
        gone = [
            key
            for key, absent in memory.absent.items()
            if absent.passes >= VANISHED_AFTER and now - absent.since >= VANISHED_AFTER_SECONDS
        ]
        were_there = sum(entry.state in KNOWN_TO_BE_THERE for entry in memory.known.values())
        if len(gone) > max(A_HANDFUL, were_there / 2) and not folder.absence_accepted:
            ledger.note_missing(folder, len(gone))
            return _(
                "%(gone)d of its %(all)d files are not there any more. PostFlow waits for them to"
                " come back; if they were deleted, say so on the folder's page."
            ) % {"gone": len(gone), "all": were_there}
        self._write_down(folder, memory, gone)
        ledger.note_missing(folder, 0)
        return ""

    def _write_down(self, folder: WatchedFolder, memory: Memory, gone: list[str]) -> None:
        ledger.vanish(folder, gone)
        for key in gone:
            memory.known[key] = memory.known[key]._replace(state=State.VANISHED)
            memory.let_go(key)
            del memory.absent[key]
        self._voice.each("no longer there", gone)

    def _absent(
        self, folder: WatchedFolder, memory: Memory, full: Pass, present: set[str], now: float
    ) -> dict[str, Absent]:
        missing = [
            key
            for key, entry in memory.known.items()
            if key not in present
            and entry.state in KNOWN_TO_BE_THERE
            and (key in memory.absent or full.tells_of(key))
        ]
        absent: dict[str, Absent] = {}
        for key in missing:
            if why := self._wanted.why_not(key):  # still there perhaps, but watched no more
                ledger.explain(folder, [key], why)
                memory.let_go(key)
                del memory.known[key]
            else:
                before = memory.absent.get(key, Absent(now, 0))
                absent[key] = before._replace(passes=before.passes + 1)
        return absent
