"""`manage.py runwatcher`: watch the folders until told to stop."""

import io
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pipeline import node_table
from pipeline.ledger import DATABASE_AWAY
from pipeline.pump import pump
from pipeline.watching import LONGEST_WAIT, Watching, with_lucidlink

log = logging.getLogger(__name__)

PUMP_EVERY = 5.0
DATABASE_AGAIN = 2.0
STOP_SEEN_WITHIN = 0.25  # seconds
ONCE_AT_LEAST = 60.0  # seconds that --once waits for files, on top of three times the quiet time

NO_FOLDER = gettext_noop(
    "No folder is watched yet. Add one in the admin, under Watched folders; it is taken up here by"
    " itself."
)


class Command(BaseCommand):
    help = "Watches the folders of the database and hands finished files over for upload."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="Stop when every file found is handed over or held. Exit code 1 when a folder was"
            " offline or a file was not finished in time.",
        )

    def handle(self, *_args: object, once: bool, **_options: object) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):  # names may hold what a terminal cannot show
            sys.stdout.reconfigure(errors="backslashreplace")
        self._stopping, self._awake = False, threading.Event()
        self._pumped_at: float | None = None
        self._told_of_no_folder = False
        watching = Watching(with_lucidlink(self._say, self._awake.set, lambda: self._stopping))
        with self._signals():
            try:
                self._watch_once(watching) if once else self._watch(watching)
            finally:
                watching.close()
                self._leave()

    def _watch(self, watching: Watching) -> None:
        while not self._stopping:
            self._round(watching)

    def _watch_once(self, watching: Watching) -> None:
        began = time.monotonic()
        while not self._stopping:
            answered = self._round(watching)
            if answered and watching.is_done:
                break
            quiet = max((watch.quiet for watch in watching.watches), default=0.0)
            if time.monotonic() - began > ONCE_AT_LEAST + 3 * quiet:
                break
        if not self._stopping:
            self._conclude(watching)

    def _conclude(self, watching: Watching) -> None:
        offline = [watch.path for watch in watching.watches if watch.online is False]
        unseen = [w.path for w in watching.watches if not w.looked and w.online is not False]
        waiting = [line for watch in watching.watches for line in watch.still_waiting()]
        faults = [_("%(path)s was offline.") % {"path": path} for path in offline]
        faults += [_("%(path)s was not looked at to the end.") % {"path": path} for path in unseen]
        faults += [_("Not finished: %(line)s") % {"line": line} for line in waiting]
        if faults:
            raise CommandError("\n".join(faults))

    def _round(self, watching: Watching) -> bool:
        """One round, and the wait for the next. False: the database is away, which ends nothing."""
        self._awake.clear()
        try:
            close_old_connections()
            watching.round()
            self._pump()
        except DATABASE_AWAY as error:
            log.error("The database does not answer; trying again. %s", error)
            watching.forget()
            self._rest(DATABASE_AGAIN, time.sleep)
            return False
        self._tell_of_no_folder(watching)
        if not self._stopping:
            self._rest(min(max(watching.due_in(), 0.0), LONGEST_WAIT), self._awake.wait)
        return True

    def _rest(self, seconds: float, wait: Callable[[float], object]) -> None:
        """Until `wait` says so, or it is to stop; that is looked for, not told: an Event that a
        signal sets while this thread is about to wait for it waits for itself."""
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            if wait(min(left, STOP_SEEN_WITHIN)):
                break

    def _pump(self) -> None:
        now = time.monotonic()
        if self._pumped_at is None or now - self._pumped_at >= PUMP_EVERY:
            self._pumped_at = now
            node_table.beat(node_table.Role.WATCHER)
            pump()

    def _leave(self) -> None:
        try:
            node_table.leave()
        except DATABASE_AWAY as error:
            log.error("The database does not answer; this watcher stays in its lists. %s", error)

    def _tell_of_no_folder(self, watching: Watching) -> None:
        if not watching.has_folders and not self._told_of_no_folder:
            self._say(_(NO_FOLDER))
        self._told_of_no_folder = not watching.has_folders

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self._stopping = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
