"""A copy with its checksum: whole under its name, or not there at all.

1. Written under a name of its own beside its place; how far it got is remembered now and then, with
   the checksum of that much, so that a copy cut off goes on there.
2. On the disk (fsync), and read back: what is there has to be what was read.
3. Given its name, which takes nobody else's place.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from frameio.source import Source
from pipeline.integrations.base import IntegrationError, MediaFile, Occupied
from pipeline.integrations.checksums import NO_LINK
from pipeline.studio import here

BLOCK = 4 * 1024 * 1024
REMEMBERED_EACH = 256 * 1024 * 1024

Report = Callable[[int], None]


@dataclass(frozen=True)
class Begun:
    """A copy under way: the first `size` bytes of it are on the disk, and have this sha256."""

    partial: Path
    size: int = 0
    sha256: str = ""


def copy(file: MediaFile, target: Path) -> str:
    """Gives the sha256. Raises Occupied, IntegrationError, what `Source` raises, and OSError for
    the disk that is written to.
    """
    begun = _begun(file, target)
    with Source.opened(file.path, file.size, file.mtime_ns) as source:
        digest = _write(file, source, begun)
        os.utime(begun.partial, ns=(file.mtime_ns, file.mtime_ns))
        source.check()
    if sha256_of(begun.partial, file.report) != digest:
        discard(file)
        raise IntegrationError(
            _(
                "The copy of %(name)s did not read back as it was written, and is deleted. It is"
                " copied again; if this comes again, have the delivery disk checked."
            )
            % {"name": file.name}
        )
    _give_name(begun.partial, target)
    return digest


def _begun(file: MediaFile, target: Path) -> Begun:
    """Where an earlier attempt got to the same place, if that much of it is there as it was."""
    match file.memory.get("partial"), file.memory.get("size"), file.memory.get("sha256"):
        case str(partial), int(size), str(sha256) if here(Path(partial)).parent == target.parent:
            begun = Begun(here(Path(partial)), size, sha256)
            if _stands(begun, file.report):
                file.report(size)
                return begun
    discard(file)
    begun = Begun(target.parent / f".postflow-{secrets.token_hex(8)}.part")
    file.memory.keep(partial=str(begun.partial), size=0, sha256=hashlib.sha256().hexdigest())
    with begun.partial.open("xb"):
        return begun


def _stands(begun: Begun, report: Report) -> bool:
    try:
        return sha256_of(begun.partial, report, begun.size) == begun.sha256
    except FileNotFoundError:
        return False


def _write(file: MediaFile, source: Source, begun: Begun) -> str:
    """Nothing is cut off: whoever had the job before us may still write the same bytes."""
    with open(begun.partial, "r+b", buffering=0, opener=_through_no_link) as out:
        digest = hashlib.sha256()
        _hash(out, digest.update, begun.size, file.report)
        written = remembered = begun.size
        for block in source.blocks(begun.size, file.size - begun.size, BLOCK):
            _write_all(out, block)
            digest.update(block)
            written += len(block)
            file.report(len(block))
            if written - remembered >= REMEMBERED_EACH:
                os.fsync(out.fileno())
                file.memory.keep(size=written, sha256=digest.hexdigest())
                remembered = written
        os.fsync(out.fileno())
        if os.fstat(out.fileno()).st_size != file.size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
    return digest.hexdigest()


def _through_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | NO_LINK)


def _write_all(out: BinaryIO, block: bytes) -> None:
    """An unbuffered file may take less than it was given."""
    rest = memoryview(block)
    while rest:
        rest = rest[out.write(rest) :]


def sha256_of(path: Path, report: Report, size: int | None = None) -> str:
    """Of its first `size` bytes, or of all; read from the disk where the system can be told so."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        _hash(
            file, digest.update, os.fstat(file.fileno()).st_size if size is None else size, report
        )
    return digest.hexdigest()


def sha256_of_source(file: MediaFile) -> str:
    """Raises what `Source` raises."""
    digest = hashlib.sha256()
    with Source.opened(file.path, file.size, file.mtime_ns) as source:
        for block in source.blocks(0, file.size, BLOCK):
            digest.update(block)
            file.report(len(block))
    return digest.hexdigest()


def _hash(file: BinaryIO, update: Callable[[bytes], None], size: int, report: Report) -> None:
    """`report` is asked at each block whether the job is still ours."""
    while size > 0 and (block := file.read(min(BLOCK, size))):
        update(block)
        size -= len(block)
        report(0)


def _give_name(partial: Path, target: Path) -> None:
    """A hard link refuses to take another's place, and a rename does not; but some network disks
    know no links."""
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise Occupied(occupied(target)) from None
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
        if os.path.lexists(target):
            raise Occupied(occupied(target)) from None
        partial.rename(target)
    partial.unlink(missing_ok=True)
    flush(target.parent)


def occupied(target: Path) -> str:
    text = _(
        "%(path)s is there already with other content, and nothing is overwritten. Rename or take"
        " away one of the two, then press Send again."
    )
    return text % {"path": target}


def flush(folder: Path) -> None:
    """The names in it are on the disk; Windows sees to that by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(file: MediaFile) -> None:
    """Take the half copy away, if there is one. Raises OSError."""
    match file.memory.get("partial"):
        case str(partial):
            here(Path(partial)).unlink(missing_ok=True)
            file.memory.keep(partial=None, size=None, sha256=None)
