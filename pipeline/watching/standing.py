"""How LucidLink's client stands beside each folder, written down for the pages."""

from collections.abc import Iterable

from lucidlink.clients import Standing
from pipeline import ledger
from pipeline.models import WatchedFolder
from pipeline.watching.surroundings import Surroundings

ASK_EVERY = 10.0  # seconds


class Standings:
    """The client is asked in threads, one a folder, that the mount or the client may keep."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._asking: set[int] = set()
        self._asked_at: dict[int, float] = {}
        self._answers: dict[int, Standing] = {}

    def go_on(self, folders: Iterable[WatchedFolder]) -> None:
        """`folders`: those on duty here, as the database has them."""
        for folder in folders:
            if folder.pk in self._answers:
                ledger.note_standing(folder, self._answers.pop(folder.pk))
            self._ask_if_due(folder)

    def _ask_if_due(self, folder: WatchedFolder) -> None:
        now, pk = self._around.clock(), folder.pk
        if pk in self._asking or now - self._asked_at.get(pk, now - ASK_EVERY) < ASK_EVERY:
            return
        self._asking.add(pk)
        self._asked_at[pk] = now
        path = folder.root

        def ask() -> None:
            try:
                self._answers[pk] = self._around.standing_of(path)
            finally:
                self._asking.discard(pk)

        self._around.start(ask)
