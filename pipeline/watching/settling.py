"""Files that are not finished, until they are and are handed over."""

import logging
from collections import defaultdict
from collections.abc import Iterable

from lucidlink.scanner import Found
from lucidlink.validator import Settled
from pipeline import intake, ledger
from pipeline.ledger import Known, State
from pipeline.models import UploadJob, WatchedFolder
from pipeline.watching.memory import Memory
from pipeline.watching.surroundings import Surroundings
from pipeline.watching.voice import Voice, legible

log = logging.getLogger(__name__)

HAND_OVER_FOR = 2.0  # seconds, then it is the other folders' turn


class Settling:
    def __init__(self, around: Surroundings, voice: Voice) -> None:
        self._around = around
        self._voice = voice

    def look_after(
        self, folder: WatchedFolder, memory: Memory, again: Iterable[Found], seen_at: float
    ) -> None:
        """`again`: pending files as they are now, not earlier than `seen_at`."""
        ready: list[Found] = []
        waiting: dict[str, list[str]] = defaultdict(list)
        for file in again:
            if file.key not in memory.pending:
                continue
            memory.pending[file.key] = file
            verdict = memory.settle.observe(file.key, file.size, file.mtime_ns, seen_at)
            if verdict.settled is Settled.READY:
                ready.append(file)
            elif memory.reasons.get(file.key) != verdict.reason:
                waiting[verdict.reason].append(file.key)
        for reason, keys in waiting.items():
            ledger.explain(folder, keys, reason)
            memory.reasons.update(dict.fromkeys(keys, reason))
        self._hand_over_all(folder, memory, ready)

    def _hand_over_all(self, folder: WatchedFolder, memory: Memory, ready: list[Found]) -> None:
        """One that cannot be taken in does not hold up the rest."""
        until = self._around.clock() + HAND_OVER_FOR
        for file in ready:
            if self._around.stopping() or self._around.clock() > until:
                return  # they stay ready
            try:
                self._hand_over(folder, memory, file)
            except ledger.DATABASE_AWAY:
                raise
            except Exception:
                log.exception("%s could not be taken in; trying again soon", legible(file.key))
                memory.settle.forget(file.key)

    def _hand_over(self, folder: WatchedFolder, memory: Memory, file: Found) -> None:
        row = ledger.settled(folder, file)
        if row is None:
            now = ledger.known(folder, file.key)
        else:
            job = intake.take_in(row, project=folder.project, who="watcher")
            now = Known(file.size, file.mtime_ns, State.TAKEN)
            self._voice.say(_line(file.key, job))
        memory.let_go(file.key)
        if now is None:
            memory.known.pop(file.key, None)
        else:
            memory.known[file.key] = now


def _line(key: str, job: UploadJob) -> str:
    if job.state == UploadJob.State.WAITING:
        return f"held: {legible(key)}: {job.reason}"
    return f"handed over: {legible(key)} (job {job.pk}, {job.get_state_display()})"
