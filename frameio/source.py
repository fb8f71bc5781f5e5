"""The file being sent, watched while it is read."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from django.utils.translation import gettext as _

from frameio.errors import FrameioError, SourceChanged, SourceUnreadable
from frameio.names import readable


class OpenFile(Protocol):
    """An unbuffered file open for reading."""

    def fileno(self) -> int: ...
    def seek(self, offset: int, /) -> int: ...
    def read(self, size: int, /) -> bytes | None: ...
    def close(self) -> None: ...


Opener = Callable[[Path], OpenFile]


def open_unbuffered(path: Path) -> OpenFile:
    return open(path, "rb", buffering=0)


@dataclass(frozen=True)
class Source:
    """`size` in bytes and `mtime_ns` are what the file must have, from the first byte to the last.

    `check` raises `SourceChanged` when it has not.
    """

    path: Path
    size: int
    mtime_ns: int
    watched: OpenFile
    open_file: Opener

    @classmethod
    @contextmanager
    def opened(
        cls, path: Path, size: int, mtime_ns: int, open_file: Opener = open_unbuffered
    ) -> Iterator[Self]:
        try:
            refuse_what_is_no_file(path, path.stat())
            watched = open_file(path)
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        try:
            source = cls(path, size, mtime_ns, watched, open_file)
            source.check()
            if size == 0:
                raise SourceUnreadable(
                    _("%(name)s is empty, and Frame.io takes no empty files. Render it again.")
                    % {"name": readable(path.name)},
                    permanent=True,
                )
            yield source
        finally:
            watched.close()

    def check(self) -> None:
        self._check(self.watched)

    def blocks(self, start: int, size: int, block_size: int) -> Iterator[bytes]:
        """Bytes `start` to `start + size`, through a descriptor of their own: readers that share
        one make a networked mount seek without end.
        """
        file = self._open_again()
        try:
            self._check(file)
            file.seek(start)
            left = size
            while left:
                block = file.read(min(block_size, left))
                if not block:
                    raise self._changed(_("it has become shorter"))
                left -= len(block)
                if not left:
                    self._check(file)  # before the last block, so that a torn part never completes
                yield block
        except OSError as error:
            raise _unreadable(self.path, error) from error
        finally:
            file.close()

    def _open_again(self) -> OpenFile:
        try:
            return self.open_file(self.path)
        except FileNotFoundError as error:
            if self.path.parent.is_dir():
                raise self._changed(_("it is no longer there")) from error
            raise _unreadable(self.path, error) from error  # the whole mount went
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _check(self, file: OpenFile) -> None:
        try:
            now = os.fstat(file.fileno())
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if now.st_size != self.size:
            raise self._changed(
                _("it had %(before)d bytes and now has %(now)d")
                % {"before": self.size, "now": now.st_size}
            )
        if now.st_mtime_ns != self.mtime_ns:
            raise self._changed(_("it was written to again"))

    def _changed(self, how: str) -> SourceChanged:
        return SourceChanged(
            _("%(name)s is not the file that was to be sent: %(how)s.")
            % {"name": readable(self.path.name), "how": how}
        )


def look_at(path: Path, size: int, mtime_ns: int) -> None:
    """Raise now what sending the file would raise."""
    with Source.opened(path, size, mtime_ns):
        pass


def refuse_what_is_no_file(path: Path, found: os.stat_result) -> None:
    """Before it is opened: a pipe would wait for a writer for ever."""
    if not stat.S_ISREG(found.st_mode):
        kind = _("a folder") if stat.S_ISDIR(found.st_mode) else _("a device or pipe")
        raise SourceUnreadable(
            _("%(name)s is %(kind)s, not a file. Only files can be sent.")
            % {"name": readable(path.name), "kind": kind},
            permanent=True,
        )


def _unreadable(path: Path, error: OSError | ValueError) -> FrameioError:
    named = {"name": readable(path.name)}
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return SourceUnreadable(
                _("%(name)s is not there. Was it moved, or is the mount away?") % named
            )
        case PermissionError():
            return SourceUnreadable(_("%(name)s may not be read. Check its permissions.") % named)
        case OSError():
            return SourceUnreadable(
                _("%(name)s cannot be read (%(error)s). Check the mount and the disk.")
                % {**named, "error": error.strerror}
            )
    return SourceUnreadable(_("%(name)r is no name a file can have.") % named, permanent=True)
