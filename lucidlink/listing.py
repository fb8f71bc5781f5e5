"""The wanted files of a folder, kept small: there may be hundreds of thousands of them."""

import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lucidlink.filter import nfc

LATEST = 2**63 - 1
"""In the year 2262: the last date for an array or a database; file systems may hold later ones."""

Row: TypeAlias = tuple[str, int, int]
"""Name, size in bytes, and date of change in ns."""


class Found(NamedTuple):
    """A regular file of a wanted type. `raw`: its path below the root, byte for byte as the mount
    gives it; `key`: the same as text in NFC. A tuple, as there are hundreds of thousands."""

    raw: bytes
    key: str
    size: int
    mtime_ns: int


def key_of(path: str) -> str:
    """In NFC; where the path is no valid text, with backslashes in place of the bytes at fault."""
    return path if path.isascii() else nfc(legible_path(path))


def legible_path(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class Listing:
    """Files of one folder: all of them, unless there are very many. They are made into `Found` only
    while they are walked through: packed they need a fifth of the memory."""

    directory: str
    names: str
    sizes: "array[int]"
    dates: "array[int]"

    @classmethod
    def of(cls, directory: str, rows: Sequence[Row]) -> "tuple[Listing, list[Found]]":
        """And those whose name is no valid text."""
        above = f"{directory}/" if directory else ""
        bad = [row for row in rows if not _is_text(above + row[0])]
        good = [row for row in rows if _is_text(above + row[0])] if bad else rows
        listing = cls(
            directory,
            "/".join([name for name, _size, _date in good]),
            array("q", [size for _name, size, _date in good]),
            array("q", [min(date, LATEST) for _name, _size, date in good]),
        )
        return listing, [_found(above + name, size, min(date, LATEST)) for name, size, date in bad]

    @property
    def is_ascii(self) -> bool:
        return self.directory.isascii() and self.names.isascii()

    @property
    def key(self) -> str:
        return key_of(self.directory)

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[Found]:
        above = f"{self.directory}/" if self.directory else ""
        names = self.names.split("/") if self.sizes else []
        for name, size, date in zip(names, self.sizes, self.dates, strict=True):
            yield _found(above + name, size, date)


def _found(path: str, size: int, mtime_ns: int) -> Found:
    return Found(os.fsencode(path), key_of(path), size, mtime_ns)
