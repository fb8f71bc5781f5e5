"""The LucidLink clients of this machine: found by asking its programs, or at an address one gives.

Nothing here ever waits longer than some seconds for a client, and without one nothing is lost.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lucidlink.mount import FindCarrier, carrier_of
from lucidlink.signals import (
    FILES_ROUTE,
    PROGRAMS,
    QUEUE_ROUTE,
    SECONDS,
    Client,
    Run,
    run_program,
    running,
)
from lucidlink.threads import Start, in_thread

SEARCH_EVERY = 60.0  # seconds


@dataclass(frozen=True)
class Options:
    """`programs`: names or paths of the command; none: it is not asked. `address`: where the client
    answers HTTP; when given, no program is asked, and `filespace` is for its routes."""

    programs: Sequence[str] = PROGRAMS
    address: str = ""
    filespace: str = ""
    files_route: str = FILES_ROUTE
    queue_route: str = QUEUE_ROUTE


class Standing(NamedTuple):
    """How a client stands; None is what is not known. `unsent`: bytes of this machine's own
    writing that are still to be uploaded."""

    linked: bool | None = None
    unsent: int | None = None


class _Filespace(NamedTuple):
    mount_point: str
    linked: bool | None
    client: Client


class Clients:
    """Any thread may ask. Paths are those that are opened on this machine."""

    def __init__(
        self,
        options: Options,
        *,
        run: Run = run_program,
        clock: Callable[[], float] = time.monotonic,
        start: Start = in_thread,
        find_carrier: FindCarrier = carrier_of,
    ) -> None:
        self._options, self._run, self._clock = options, run, clock
        self._start, self._find_carrier = start, find_carrier
        self._clients: dict[tuple[str, str], Client] = {}
        self._found: list[_Filespace] = []
        self._lock = threading.Lock()
        self._searching = False
        self._search_at = clock()
        self._searched = threading.Event()

    def why_not_whole(self, path: Path) -> str:
        """In words, while another machine is still uploading it; empty otherwise."""
        real = Path(os.path.realpath(path))
        filespace = self._filespace_of(real)
        if filespace is None:
            return ""
        inside = real.relative_to(filespace.mount_point).parts
        return filespace.client.why_not_whole(PurePosixPath("/", *inside))

    def standing_of(self, folder: Path) -> Standing:
        filespace = self._filespace_of(Path(os.path.realpath(folder)))
        if filespace is None:
            return Standing()
        return Standing(filespace.linked, filespace.client.unsent_bytes())

    def _filespace_of(self, path: Path) -> _Filespace | None:
        if self._options.address:
            return self._at_the_address(path)
        return next((one for one in self._known() if path.is_relative_to(one.mount_point)), None)

    def _at_the_address(self, path: Path) -> _Filespace | None:
        try:
            carrier = self._find_carrier(path)
        except OSError:
            return None
        if carrier.is_own_disk:
            return None
        client = self._client(self._options.address, self._options.filespace)
        return _Filespace(carrier.mount_point, None, client)

    def _client(self, address: str, filespace: str) -> Client:
        """One for as long as it stays: it remembers what was said, and what was not answered."""
        routes = {
            "files_route": self._options.files_route,
            "queue_route": self._options.queue_route,
        }
        with self._lock:
            key = address, filespace
            if key not in self._clients:
                self._clients[key] = Client(address, filespace, **routes, clock=self._clock)
            return self._clients[key]

    # --- Found by its program -----------------------------------------------------------------

    def _known(self) -> list[_Filespace]:
        """Of the last search. Only the first is waited for, and that once: a program may hang."""
        with self._lock:
            due = not self._searching and self._clock() >= self._search_at
            self._searching = self._searching or due
        if due:
            self._start(self._search)
        if not self._searched.wait(SECONDS):
            self._searched.set()
        return self._found

    def _search(self) -> None:
        try:
            self._found = [
                _Filespace(
                    status.mount_point,
                    status.linked,
                    self._client(f"http://127.0.0.1:{instance.port}", instance.filespace),
                )
                for instance, status in running(self._options.programs, self._run)
                if status.mount_point
            ]
        finally:
            self._search_at = self._clock() + SEARCH_EVERY
            self._searching = False
            self._searched.set()
