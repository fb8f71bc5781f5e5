"""One pass over a folder: what has changed in it, and what could not be read.

Folders are opened one below the other by descriptor, so no path is too long; names are judged
before anything is asked about the file; one bad folder spoils itself alone. Symbolic links are
not followed. Of a folder that is as it was before, nothing is kept but a number.
"""

import contextlib
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from lucidlink.errors import GONE, in_words
from lucidlink.filter import Filter, nfc
from lucidlink.listing import LATEST, Found, Listing, Row, key_of, legible_path
from lucidlink.threads import share

HAS_DESCRIPTORS = os.scandir in os.supports_fd and os.open in os.supports_dir_fd  # not on Windows
STEP = 900  # bytes of a path given to one open(): the shortest PATH_MAX, that of macOS, is 1024
PATH_MAX = os.pathconf("/", "PC_PATH_MAX") if hasattr(os, "pathconf") else 32_767
BEAT = 500  # names between two signs of life
PIECE = 5_000  # files of one folder that are packed into one listing
TYPE_OF_FILE, REGULAR, DIRECTORY = 0o170000, stat.S_IFREG, stat.S_IFDIR

Where: TypeAlias = int | str
OpenDirectory: TypeAlias = Callable[[Path, str], Where]
Stat: TypeAlias = "Callable[[os.DirEntry[str]], os.stat_result]"
Digests: TypeAlias = Mapping[str, int | None]
"""A folder's path below the root -> a number that changes when a wanted file in it does. It holds
for this process alone: Python's hashes differ from one to the next. None: known, and to be told
of again, changed or not."""

NOTHING_BEFORE: Digests = MappingProxyType({})


@dataclass(frozen=True)
class Pass:
    """What a pass saw. `changed`: the folders that are not as they were, with all their files, one
    of very many in several pieces; `unchanged`: the keys of the others; `gone`: the keys of folders
    that are no longer there.

    `unreadable` holds (path below the root, why); while it is not empty the pass says nothing
    about what is absent. `undecodable` files have a name that is no valid text, and a key with
    backslashes in place of the bytes at fault. `count`: all wanted files, changed or not.
    """

    changed: list[Listing]
    unchanged: set[str]
    gone: set[str]
    undecodable: list[Found]
    unreadable: list[tuple[str, str]]
    count: int
    digests: Digests

    @property
    def complete(self) -> bool:
        return not self.unreadable

    @property
    def is_as_before(self) -> bool:
        return self.complete and not self.changed and not self.gone

    @property
    def files(self) -> Iterator[Found]:
        """Those with a valid name in folders that have changed: made one by one, as there may be
        hundreds of thousands."""
        for listing in self.changed:
            yield from listing

    def by_folder(self) -> Iterable[list[Listing]]:
        """What has changed, with all listings of one key together."""
        folders: dict[str, list[Listing]] = defaultdict(list)
        for listing in self.changed:
            folders[listing.key].append(listing)
        return folders.values()

    @cached_property
    def told(self) -> set[str]:
        """The keys of the folders of which `changed` or `gone` tells: a file in one of them that is
        not among `files` is not there."""
        return {listing.key for listing in self.changed} | self.gone

    def tells_of(self, key: str) -> bool:
        return key.rpartition("/")[0] in self.told


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
    if len(relative) < STEP // 4:  # no character has more than four bytes
        if relative:
            yield relative
        return
    step = ""
    for part in relative.split("/"):
        if step and len(os.fsencode(step)) + len(os.fsencode(part)) > STEP:
            yield step
            step = ""
        step = f"{step}/{part}" if step else part
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
    before: Digests = NOTHING_BEFORE,
    only: Iterable[str] | None = None,
    threads: int = 8,
    stat: Stat = stat_entry,
    opener: OpenDirectory = open_directory,
    beat: Callable[[], None] = no_beat,
) -> Pass:
    """`before`: the digests of the last pass. `only`: these folders, and new ones in them, instead
    of everything. `beat` is called in every thread again and again; what it raises ends the pass.
    """
    under_way = _Scan(root, wanted, before, stat, opener, beat)
    level = [""] if only is None else list(only)
    while level:
        under_way.deeper = []
        share(under_way.list_directory, level, threads)
        deeper = under_way.deeper
        level = deeper if only is None else [path for path in deeper if path not in before]
    return under_way.seen(whole=only is None)


class _Scan:
    """A pass under way. The threads only append to its lists and add to its dict, which is safe."""

    def __init__(
        self,
        root: Path,
        wanted: Filter,
        before: Digests,
        stat: Stat,
        opener: OpenDirectory,
        beat: Callable[[], None],
    ) -> None:
        self.root, self.wanted, self.before = root, wanted, before
        self.stat, self.opener, self.beat = stat, opener, beat
        self.changed: list[Listing] = []
        self.undecodable: list[Found] = []
        self.unreadable: list[tuple[str, str]] = []
        self.unchanged: list[str] = []
        self.counts: dict[str, int] = {}
        self.digests: dict[str, int] = {}
        self.deeper: list[str] = []

    def list_directory(self, relative: str) -> None:
        self.beat()
        contents = _Contents(relative)
        try:
            with _opened(self.root, relative, self.opener) as where, os.scandir(where) as entries:
                readable = self._read(entries, f"{relative}/" if relative else "", contents)
        except OSError as error:
            self._failed(relative, error)
            readable = False
        self._keep(contents, readable=readable)

    def _read(
        self, entries: "Iterator[os.DirEntry[str]]", above: str, contents: "_Contents"
    ) -> bool:
        readable = True
        while batch := list(islice(entries, BEAT)):
            self.beat()
            readable = self._read_batch(batch, above, contents.rows) and readable
            if len(contents.rows) >= PIECE:
                contents.pack()
        return readable

    def _read_batch(self, batch: "list[os.DirEntry[str]]", above: str, rows: list[Row]) -> bool:
        """One step a name, and long for that reason: it is run millions of times an hour.

        The order matters where each question to the mount takes a millisecond: the name first;
        is_dir() costs one too where the mount does not tell kinds with the names.
        """
        suffixes, ignores, ask = self.wanted.suffixes, self.wanted.ignores, self.stat
        names = nfc("/".join([entry.name for entry in batch])).lower()
        suspicious = self.wanted.may_ignore_one_of(f"/{names}/")
        readable = True
        for entry, lower in zip(batch, names.split("/"), strict=True):
            try:
                if lower.endswith(suffixes):
                    if suspicious and ignores(entry.name, above):
                        continue
                    status = ask(entry)
                    kind = status.st_mode & TYPE_OF_FILE
                    if kind == REGULAR:
                        rows.append((entry.name, status.st_size, status.st_mtime_ns))
                    elif kind == DIRECTORY and not ignores(entry.name, above):
                        self.deeper.append(above + entry.name)
                elif (
                    lower[0] != "."
                    and entry.is_dir(follow_symlinks=False)
                    and not ignores(entry.name, above)
                ):
                    self.deeper.append(above + entry.name)
            except OSError as error:
                readable = self._failed(above + entry.name, error) and readable
        return readable

    def _keep(self, contents: "_Contents", *, readable: bool) -> None:
        relative = contents.directory
        self.counts[relative] = contents.count
        digest = contents.digest
        if readable:
            self.digests[relative] = digest
        if readable and self.before.get(relative) == digest:
            self.unchanged.append(relative)
        elif readable or contents.count:
            contents.pack()
            self.changed += contents.pieces
            self.undecodable += contents.undecodable

    def _failed(self, path: str, error: OSError) -> bool:
        """Whether it is just gone, which the root itself never is: without it nothing can be said
        about the rest."""
        if path and error.errno in GONE:
            return True
        self.unreadable.append((legible_path(path), in_words(error)))
        return False

    def _read_twins(self) -> None:
        """Where two folders have one key (NFC and NFD), both are handed over if either changed."""
        changed = {listing.key for listing in self.changed if not listing.directory.isascii()}
        if changed:
            self.before = NOTHING_BEFORE
            for path in [path for path in self.unchanged if key_of(path) in changed]:
                self.list_directory(path)

    def seen(self, *, whole: bool) -> Pass:
        gone = set(self.before) - set(self.digests) if whole else set[str]()
        self._read_twins()
        changed = {listing.key for listing in self.changed}
        unchanged = {key_of(path) for path in self.unchanged} - changed
        return Pass(
            changed=self.changed,
            unchanged=unchanged,
            gone={key_of(path) for path in gone} - changed - unchanged,
            undecodable=self.undecodable,
            unreadable=self.unreadable,
            count=sum(self.counts.values()),
            digests=self.digests,
        )


class _Contents:
    """The wanted files of one folder while it is read: `rows`, and those packed already."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.rows: list[Row] = []
        self.pieces: list[Listing] = []
        self.undecodable: list[Found] = []
        self._packed = 0
        self._sum = 0

    @property
    def count(self) -> int:
        return self._packed + len(self.rows)

    @property
    def digest(self) -> int:
        """In whatever order the mount names them."""
        return self._sum + sum(map(hash, self.rows))

    def pack(self) -> None:
        listing, undecodable = Listing.of(self.directory, self.rows)
        self._sum, self._packed = self.digest, self.count
        self.pieces.append(listing)
        self.undecodable += undecodable
        self.rows.clear()


def look_again(
    root: Path,
    files: Iterable[Found],
    *,
    threads: int = 8,
    opener: OpenDirectory = open_directory,
    beat: Callable[[], None] = no_beat,
) -> list[Found]:
    """The same files with the size and date they have now; those that cannot be read are left out:
    what that means is for the next pass to say. A folder is opened for many of its files at once.
    """
    again: list[Found] = []

    def look(neighbours: tuple[str, list[Found]]) -> None:
        folder, here = neighbours
        beat()
        with contextlib.suppress(OSError), _opened(root, folder, opener) as where:
            for file in here:
                beat()
                with contextlib.suppress(OSError):
                    again.extend(_as_it_is_now(where, file))

    share(look, _neighbours(files), threads)
    return again


def _neighbours(files: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    """Files of one folder, `BEAT` of them at most: threads share a folder of very many."""
    folders: dict[str, list[Found]] = defaultdict(list)
    for file in files:
        folders[os.fsdecode(file.raw).rpartition("/")[0]].append(file)
    for folder, here in folders.items():
        for start in range(0, len(here), BEAT):
            yield folder, here[start : start + BEAT]


def _as_it_is_now(where: Where, file: Found) -> Iterator[Found]:
    """Nothing when it is no regular file any more."""
    status = _stat_in(where, os.fsdecode(file.raw).rpartition("/")[2])
    if stat.S_ISREG(status.st_mode):
        date = min(status.st_mtime_ns, LATEST)
        same = (status.st_size, date) == (file.size, file.mtime_ns)
        yield file if same else file._replace(size=status.st_size, mtime_ns=date)


def _stat_in(where: Where, name: str) -> os.stat_result:
    if isinstance(where, int):
        return os.stat(name, dir_fd=where, follow_symlinks=False)
    return os.lstat(Path(where) / name)
