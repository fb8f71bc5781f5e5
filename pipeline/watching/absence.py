"""Files that are not there any more."""

from lucidlink.filter import Filter
from pipeline import ledger
from pipeline.ledger import State
from pipeline.models import WatchedFolder
from pipeline.watching.memory import Memory
from pipeline.watching.voice import Voice

VANISHED_AFTER = 2  # complete passes without the file


class Absence:
    """Nothing is done about vanished files anywhere else; what is on Frame.io stays there."""

    def __init__(self, wanted: Filter, voice: Voice) -> None:
        self._wanted = wanted
        self._voice = voice

    def note(self, folder: WatchedFolder, memory: Memory, present: set[str]) -> None:
        """After a complete pass that saw `present`: vanished is what was absent twice."""
        absent = self._absent(folder, memory, present)
        counted = {key: memory.missed.get(key, 0) + 1 for key in absent}
        gone = [key for key, times in counted.items() if times >= VANISHED_AFTER]
        ledger.vanish(folder, gone)
        for key in gone:
            memory.known[key] = memory.known[key]._replace(state=State.VANISHED)
            memory.let_go(key)
            del counted[key]
        memory.missed = counted
        self._voice.each("no longer there", gone)

    def _absent(self, folder: WatchedFolder, memory: Memory, present: set[str]) -> list[str]:
        absent = [
            key
            for key, entry in memory.known.items()
            if key not in present and entry.state not in {State.VANISHED, State.BASELINE}
        ]
        for key in absent:
            if why := self._wanted.why_not(key):  # still there perhaps, but watched no more
                ledger.explain(folder, [key], why)
                memory.let_go(key)
                del memory.known[key]
        return [key for key in absent if key in memory.known]
