"""Which watched folders this machine cannot open though the watcher's machine can.

Their jobs are left to other machines. A folder that is away for the watcher too is not among them:
its jobs are claimed, and held with the reason.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Lock

from django.utils import timezone

from pipeline.models import WatchedFolder
from pipeline.places import PATIENCE, within

LOOK_EVERY = 5.0  # seconds
TOLD = timedelta(minutes=2)  # what the watcher said longer ago is not relied upon


class Reach:
    """Looks at each folder's root, and remembers for a few seconds what it saw."""

    def __init__(
        self,
        is_there: Callable[[Path], bool] = Path.is_dir,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_there = is_there
        self._clock = clock
        self._door = Lock()
        self._looked_at: float | None = None
        self._away: list[int] = []

    def folders_away(self) -> list[int]:
        """The keys of the folders."""
        with self._door:
            if self._looked_at is None or self._clock() - self._looked_at > LOOK_EVERY:
                told = timezone.now() - TOLD
                there = WatchedFolder.objects.filter(online=True, last_pass_at__gt=told)
                self._away = [folder.pk for folder in there if not self._sees(folder.root)]
                self._looked_at = self._clock()
            return self._away

    def _sees(self, root: Path) -> bool:
        return within(PATIENCE, lambda: self._is_there(root)) or False


HERE = Reach()
