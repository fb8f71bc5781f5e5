"""MediaInfo in a process of its own, so that a file which hangs it or brings it down takes nothing
else along.

The process is asked about one file after another: to start it takes far longer than to ask it.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from lucidlink.errors import in_words
from lucidlink.words import gettext as _
from lucidlink.words import gettext_noop

GRACE = 1.0  # seconds for a process that was killed
NONSENSE = gettext_noop("MediaInfo's answer makes no sense")

PROXIES = {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"}
NOWHERE = "http://127.0.0.1:9"  # nothing listens at the discard port

# A line with a path, in JSON; a line with the answer. It ends with its standard input, and so with
# whoever started it.
# An open file is handed over, not its name: with LANG=C, as services have it, MediaInfo opens no
# name beyond ASCII. In pieces of 64 KiB, the default, it misses the timecode of small files.
ANSWERING = """
import json, sys
for line in sys.stdin:
    try:
        import pymediainfo
        with open(json.loads(line), "rb", buffering=0) as file:
            told = pymediainfo.MediaInfo.parse(file, output="JSON", buffer_size=16384)
        answer = {"told": told}
    except Exception as error:
        answer = {"reason": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
"""
COMMAND = (sys.executable, "-I", "-X", "utf8", "-c", ANSWERING)


class NotTold(Exception):
    """With the reason."""


class MediaInfoProcess:
    """`command` is started when it is first asked, and again after it hung or fell."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._door = threading.Lock()
        self._running: _Running | None = None

    def ask(self, path: Path, seconds: float) -> str:
        """MediaInfo's JSON. Takes `seconds` at most, once it is our turn. Raises NotTold."""
        with self._door:
            if self._running and self._running.has_ended():
                self._running.end()
                self._running = None
            self._running = self._running or _Running(self._command)
            return _told(self._running.answer(path, seconds))

    def close(self) -> None:
        with self._door:
            if self._running:
                self._running.end()


class _Running:
    """Raises NotTold."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                env=_offline(),
            )
        except OSError as error:
            raise NotTold(in_words(error)) from error
        self._lines: SimpleQueue[str] = SimpleQueue()
        # A thread, as no system but POSIX waits for a pipe with an end.
        threading.Thread(target=self._listen, name="mediainfo", daemon=True).start()

    def answer(self, path: Path, seconds: float) -> str:
        """When there is none, the process has ended."""
        assert self._process.stdin  # noqa: S101  it was opened as a pipe
        with contextlib.suppress(BrokenPipeError):  # it fell; that is heard below
            self._process.stdin.write(json.dumps(os.fspath(path)) + "\n")
            self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            self.end()
            raise NotTold(
                _("MediaInfo has not answered for %(seconds)g s") % {"seconds": seconds}
            ) from None
        if not line:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=GRACE)
            raise NotTold(
                _("MediaInfo ended with code %(code)s") % {"code": self._process.returncode}
            )
        return line

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> None:
        """Kill it and wait for that; in a hung mount it cannot even be killed."""
        assert self._process.stdin  # noqa: S101
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=GRACE)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout  # noqa: S101
        with self._process.stdout as stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put("")


def _offline() -> dict[str, str]:
    """MediaInfo would call the addresses that a file names: a playlist saved as a film could make
    it ask anything in the studio's network."""
    env = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
    return env | dict.fromkeys(PROXIES - {"no_proxy"}, NOWHERE)


def _told(line: str) -> str:
    try:
        answer = json.loads(line)
        reason, told = answer.get("reason"), answer.get("told")
    except (ValueError, AttributeError) as error:
        raise NotTold(_(NONSENSE)) from error
    if not isinstance(told, str):
        raise NotTold(reason if isinstance(reason, str) else _(NONSENSE))
    return told
