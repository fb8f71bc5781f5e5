"""One pass over a folder: what is there now, and what could not be read.

Folders are opened one below the other by descriptor, so no path is too long; names are judged
before anything is asked about the file; one bad folder spoils itself alone. Symbolic links are
not followed.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from lucidlink.errors import GONE, in_words
from lucidlink.filter import Filter, nfc
from lucidlink.threads import share

HAS_DESCRIPTORS = os.scandir in os.supports_fd and os.open in os.supports_dir_fd  # not on Windows
STEP = 900  # bytes of a path given to one open(): the shortest PATH_MAX, that of macOS, is 1024
PATH_MAX = os.pathconf("/", "PC_PATH_MAX") if hasattr(os, "pathconf") else 32_767
BEAT = 500  # names between two signs of life

Where: TypeAlias = int | str
OpenDirectory: TypeAlias = Callable[[Path, str], Where]
Stat: TypeAlias = "Callable[[os.DirEntry[str]], os.stat_result]"


class Found(NamedTuple):
    """A regular file of a wanted type. `raw`: its path below the root, byte for byte as the mount
    gives it; `key`: the same as text in NFC. A tuple, as there are hundreds of thousands."""

    raw: bytes
    key: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Pass:
    """`unreadable` holds (path below the root, why); while it is not empty the pass says nothing
    about what is absent. `undecodable` files have a name that is no valid text, and a key with
    backslashes in place of the bytes at fault."""

    files: list[Found]
    undecodable: list[Found]
    unreadable: list[tuple[str, str]]

    @property
    def complete(self) -> bool:
        return not self.unreadable


def open_directory(root: Path, relative: str) -> Where:
    """A descriptor for `root/relative`, to be closed by the caller; a path where there are none."""
    if not HAS_DESCRIPTORS:
        return str(root / relative)
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for step in _steps(relative):
        above = here
        try:
            here = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
        finally:
            os.close(above)
    return here


def _steps(relative: str) -> Iterator[str]:
    step = ""
    for part in relative.split("/") if relative else ():
        if step and len(os.fsencode(step)) + len(os.fsencode(part)) > STEP:
            yield step
            step = ""
        step = f"{step}/{part}" if step else part
    if step:
        yield step


@contextlib.contextmanager
def _opened(root: Path, relative: str, opener: OpenDirectory) -> Iterator[Where]:
    where = opener(root, relative)
    try:
        yield where
    finally:
        if isinstance(where, int):
            os.close(where)


def is_too_long(root: Path, raw: bytes) -> bool:
    """Whether programs that open files by their whole path cannot open this one."""
    return len(os.fsencode(root)) + 1 + len(raw) >= PATH_MAX


def stat_entry(entry: "os.DirEntry[str]") -> os.stat_result:
    return entry.stat(follow_symlinks=False)


def no_beat() -> None:
    """Nobody listens for signs of life."""


def scan(
    root: Path,
    wanted: Filter,
    *,
    threads: int = 8,
    stat: Stat = stat_entry,
    opener: OpenDirectory = open_directory,
    beat: Callable[[], None] = no_beat,
) -> Pass:
    """`beat` is called in every thread again and again; what it raises ends the pass."""
    under_way = _Scan(root, wanted, stat, opener, beat)
    level = [""]
    while level:
        under_way.deeper = []
        share(under_way.list_directory, level, threads)
        level = under_way.deeper
    return Pass(under_way.files, under_way.undecodable, under_way.unreadable)


class _Scan:
    """A pass under way. The threads only append to its lists, which is safe."""

    def __init__(
        self,
        root: Path,
        wanted: Filter,
        stat: Stat,
        opener: OpenDirectory,
        beat: Callable[[], None],
    ) -> None:
        self.root, self.wanted, self.stat, self.opener, self.beat = root, wanted, stat, opener, beat
        self.files: list[Found] = []
        self.undecodable: list[Found] = []
        self.unreadable: list[tuple[str, str]] = []
        self.deeper: list[str] = []

    def list_directory(self, relative: str) -> None:
        self.beat()
        prefix = f"{relative}/" if relative else ""
        try:
            with _opened(self.root, relative, self.opener) as where, os.scandir(where) as entries:
                for number, entry in enumerate(entries, start=1):
                    self._look_at(entry, prefix)
                    if number % BEAT == 0:
                        self.beat()
        except OSError as error:
            self._failed(relative, error)

    def _look_at(self, entry: "os.DirEntry[str]", prefix: str) -> None:
        """The order matters where each question to the mount takes a millisecond: the name first;
        is_dir() costs one too where the mount does not tell kinds with the names."""
        name = entry.name
        try:
            if self.wanted.is_of_wanted_type(name):
                if not self.wanted.ignores(nfc(name), nfc(prefix + name)):
                    self._take(prefix + name, self.stat(entry))
            elif (
                not name.startswith(".")
                and entry.is_dir(follow_symlinks=False)
                and not self.wanted.ignores(nfc(name), nfc(prefix + name))
            ):
                self.deeper.append(prefix + name)
        except OSError as error:
            self._failed(prefix + name, error)

    def _take(self, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            files, raw, key = self._named(path)
            files.append(Found(raw, key, status.st_size, status.st_mtime_ns))
        elif stat.S_ISDIR(status.st_mode):
            self.deeper.append(path)

    def _named(self, path: str) -> tuple[list[Found], bytes, str]:
        """The list it belongs to, the bytes that open it, and its key."""
        if path.isascii():
            return self.files, path.encode(), path
        raw = os.fsencode(path)
        try:
            path.encode()
        except UnicodeEncodeError:
            return self.undecodable, raw, raw.decode("utf-8", "backslashreplace")
        return self.files, raw, nfc(path)

    def _failed(self, path: str, error: OSError) -> None:
        """The root itself is never just gone: without it nothing can be said about the rest."""
        if path and error.errno in GONE:
            return
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        self.unreadable.append((shown, in_words(error)))


def look_again(
    root: Path,
    files: Iterable[Found],
    *,
    threads: int = 8,
    opener: OpenDirectory = open_directory,
    beat: Callable[[], None] = no_beat,
) -> list[Found]:
    """The same files with the size and date they have now; those that cannot be read are left out:
    what that means is for the next pass to say."""
    again: list[Found] = []

    def look(file: Found) -> None:
        beat()
        folder, _, name = os.fsdecode(file.raw).rpartition("/")
        with contextlib.suppress(OSError), _opened(root, folder, opener) as where:
            status = _stat_in(where, name)
            if stat.S_ISREG(status.st_mode):
                again.append(file._replace(size=status.st_size, mtime_ns=status.st_mtime_ns))

    share(look, files, threads)
    return again


def _stat_in(where: Where, name: str) -> os.stat_result:
    if isinstance(where, int):
        return os.stat(name, dir_fd=where, follow_symlinks=False)
    return os.lstat(Path(where) / name)
