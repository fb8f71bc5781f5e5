"""What can only be told by reading in a file, done in a thread that the mount may keep."""

import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext as _

from lucidlink.errors import in_words
from lucidlink.listing import Found
from lucidlink.threads import Start, share
from pipeline.quick_hash import quick_hash

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds for one file
AT_ONCE = 500  # files given to the threads
THREADS = 4  # a mount answers several as soon as one


@dataclass(frozen=True)
class Examined:
    """`why_not`: in words, why the file cannot go up as it is now; empty when it can."""

    quick_hash: str = ""
    why_not: str = ""


Examine: TypeAlias = Callable[[Path], Examined]


def examine(path: Path) -> Examined:
    try:
        return Examined(quick_hash(path))
    except OSError as error:
        return Examined(why_not=_("It cannot be read: %(why)s.") % {"why": in_words(error)})


class Examination:
    """Examines the files of one folder, a few at a time, and never makes the caller wait."""

    def __init__(
        self,
        folder: Path,
        examine: Examine,
        *,
        start: Start,
        clock: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        self._folder, self._examine = folder, examine
        self._start, self._clock, self._wake = start, clock, wake
        self._done: dict[Found, Examined] = {}
        self._busy = False
        self._sign_of_life = 0.0

    def of(self, files: Iterable[Found]) -> dict[Found, Examined]:
        """What is known of these by now; the rest is seen to meanwhile.

        While the mount answers nothing at all, that is what is told of them.
        """
        files = list(files)
        todo = [file for file in files if file not in self._done]
        if todo and not self._busy:
            self._done = {file: self._done[file] for file in files if file in self._done}
            self._ask(todo[:AT_ONCE])
        elif todo and self._clock() - self._sign_of_life > PATIENCE:
            why = _("It cannot be read: the mount has not answered for %(seconds)d s.")
            silent = Examined(why_not=why % {"seconds": PATIENCE})
            return {file: self._done.get(file, silent) for file in files}
        return {file: self._done[file] for file in files if file in self._done}

    def forget(self, file: Found) -> None:
        self._done.pop(file, None)

    def _ask(self, files: list[Found]) -> None:
        self._busy, self._sign_of_life = True, self._clock()
        done = self._done

        def look(file: Found) -> None:
            self._sign_of_life = self._clock()
            done[file] = self._examined(file)

        def run() -> None:
            try:
                share(look, files, THREADS)
            finally:
                self._busy = False
                self._wake()

        self._start(run)

    def _examined(self, file: Found) -> Examined:
        try:
            return self._examine(self._folder / os.fsdecode(file.raw))
        except Exception:
            log.exception("%r could not be examined", file.key)
            return Examined(why_not=_("It could not be examined; PostFlow's log says why."))
