"""The operating system's own events: hints that something may be there to see, never the truth.

On a mount they tell only of what is written through this machine; after a remount they are silent
for ever. Losing all of them costs nothing but a few seconds.
"""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from lucidlink.filter import Filter
from lucidlink.threads import in_thread

log = logging.getLogger(__name__)

TELLING: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileClosedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class Hints(FileSystemEventHandler):
    """Calls `hint` with the folder (its path below `root`) in which a wanted name or another folder
    appears, until it is stopped.

    It starts in a thread of its own, since each folder below has to be opened first, and it ends
    without being waited for: a hung mount holds up either.
    """

    def __init__(self, root: Path, wanted: Filter, hint: Callable[[str], None]) -> None:
        self._root, self._wanted, self._hint = root, wanted, hint
        self._observer = Observer()
        self.started = threading.Event()  # or given up
        # One burst can make it write a warning of 30 kB; it only says that hints were lost.
        logging.getLogger("watchdog").setLevel(logging.ERROR)
        in_thread(self._start)

    def stop(self) -> None:
        in_thread(self._stop)

    def _stop(self) -> None:
        """Not while it starts, of which watchdog would make an error of its own."""
        self.started.wait()
        self._observer.stop()  # it waits for its own threads

    def _start(self) -> None:
        try:
            if not isinstance(self._observer, PollingObserver):  # we look often enough ourselves
                self._observer.schedule(self, self._root, recursive=True, event_filter=TELLING)
                self._observer.start()
        except OSError as error:
            log.info("No events for %s (%s): it is looked at all the same.", self._root, error)
        finally:
            self.started.set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = Path(os.fsdecode(event.dest_path or event.src_path))
        if not event.is_directory and not self._wanted.is_of_wanted_type(path.name):
            return
        # macOS tells the real path, also of a root that is reached by a link.
        inside = path.is_relative_to(self._root)
        self._hint(path.parent.relative_to(self._root).as_posix() if inside else ".")
