import logging

from pipeline import ledger
from pipeline.models import WatchedFolder
from pipeline.watching.duty import Duty
from pipeline.watching.folder import FolderWatch
from pipeline.watching.standing import Standings
from pipeline.watching.surroundings import Surroundings

log = logging.getLogger(__name__)

LONGEST_WAIT = 2.0  # seconds between two rounds, which read the folders anew
REST = 30.0  # seconds for a folder in which something went wrong that should not


class Watching:
    """All watched folders, as the database has them at each round: changes act at once."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._duty = Duty(around)
        self._standings = Standings(around)
        self._watches: dict[int, FolderWatch] = {}
        self._elsewhere: dict[int, bool] = {}  # whether the watcher that has it is surely alive
        self._resting: dict[int, float] = {}

    def round(self) -> None:
        """Raises `ledger.DATABASE_AWAY`; all else stays with the folder it happened in."""
        self._duty.beat()
        rows = WatchedFolder.objects.filter(active=True).select_related("project", "watcher")
        folders = {folder.pk: folder for folder in rows}
        mine = [folder for folder in folders.values() if self._duty.takes(folder)]
        for pk in self._watches.keys() - {folder.pk for folder in mine}:
            self._watches.pop(pk).close()
        self._elsewhere = {
            pk: self._duty.is_in_good_hands(folders[pk])
            for pk in folders.keys() - {folder.pk for folder in mine}
        }
        for folder in mine:
            if self._around.stopping():
                return
            if not self._rests(folder.pk):
                self._poll(self._watch(folder), folder)
        self._standings.go_on(mine)

    @property
    def watches(self) -> list[FolderWatch]:
        return list(self._watches.values())

    @property
    def has_folders(self) -> bool:
        return bool(self._watches or self._elsewhere)

    @property
    def is_done(self) -> bool:
        """Each folder has been looked at and nothing waits; or it is away, or another's."""
        mine = all(watch.is_done or watch.online is False for watch in self.watches)
        return mine and all(self._elsewhere.values())

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
        try:
            self._duty.leave()
        except ledger.DATABASE_AWAY as error:
            log.warning("The folders could not be given back; others wait a while. %s", error)

    def _watch(self, folder: WatchedFolder) -> FolderWatch:
        watch = self._watches.get(folder.pk)
        if watch is None or not watch.fits(folder):
            if watch is not None:
                watch.close()
            watch = self._watches[folder.pk] = FolderWatch(folder, self._around, self._duty)
        return watch

    def _poll(self, watch: FolderWatch, folder: WatchedFolder) -> None:
        try:
            watch.poll(folder)
        except ledger.DATABASE_AWAY:
            raise
        except Exception:
            log.exception("%s: the look failed; the next one is in %d s", folder.path, REST)
            self._resting[folder.pk] = self._around.clock() + REST
            watch.forget()
