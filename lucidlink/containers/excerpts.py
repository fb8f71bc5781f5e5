"""The few pieces of a file that a walker reads, and the bound that no file makes it cross."""

import errno
import os
from collections.abc import Callable
from typing import TypeAlias

Read: TypeAlias = Callable[[int, int], bytes]

MOST_READS = 2_000


class TooMuch(Exception):
    """The file has more parts than a look may cost."""


class Excerpts:
    """`read(start, length)` gives bytes of a file of `size` bytes; nothing is kept."""

    def __init__(self, read: Read, size: int) -> None:
        self.size = size
        self._read = read
        self.reads = 0

    def read(self, start: int, length: int) -> bytes:
        """Shorter than `length` only where the file ends; empty outside of it.

        Raises TooMuch, and OSError when the mount has less than it says: on LucidLink a file
        another machine just closed can be listed before its content can be had.
        """
        length = min(length, self.size - start)
        if start < 0 or length <= 0:
            return b""
        self.reads += 1
        if self.reads > MOST_READS:
            raise TooMuch
        got = self._read(start, length)
        if len(got) < length:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return got

    def tail(self, length: int) -> bytes:
        return self.read(max(0, self.size - length), length)

    def afresh(self) -> "Excerpts":
        """The same file, with nothing read of it yet."""
        return Excerpts(self._read, self.size)


def from_descriptor(descriptor: int, size: int) -> Excerpts:
    def read(start: int, length: int) -> bytes:
        """A mount may give less than was asked for without being at the end."""
        pieces = b""
        while len(pieces) < length:
            piece = _read_at(descriptor, length - len(pieces), start + len(pieces))
            if not piece:
                break
            pieces += piece
        return pieces

    return Excerpts(read, size)


def _read_at(descriptor: int, length: int, start: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, start)
    os.lseek(descriptor, start, os.SEEK_SET)  # Windows; nobody else has this descriptor
    return os.read(descriptor, length)
