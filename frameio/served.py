"""The files that Frame.io may fetch from us just now, each under a path that nobody can guess.

A row says which content of which file, and until when. It holds no path to be fetched at, only a
digest of it: who reads the database cannot fetch the footage. Looking a digest up tells nothing
about the token by the time it takes.
"""

import hashlib
import logging
import os
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from frameio.models import ServedFile

log = logging.getLogger(__name__)

# Renewed as long as somebody waits for the file: a path that nobody closed does not stay open.
LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Identity:
    """What makes it the same content of the same file. `size` in bytes."""

    inode: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Identity":
        return cls(str(found.st_ino), found.st_size, found.st_mtime_ns)

    @property
    def etag(self) -> str:
        return f'"{self.size:x}-{self.mtime_ns:x}"'


@dataclass(frozen=True)
class Served:
    """An open path, and the file behind it."""

    pk: int
    path: Path
    identity: Identity

    def open(self) -> BinaryIO | None:
        """None when it is no longer that file. Raises OSError when it cannot be read now."""
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):  # a pipe would wait for a writer
                return None
            file = self.path.open("rb", buffering=0)
        except FileNotFoundError:
            if self.path.parent.is_dir():
                return None
            raise  # the whole mount went, and may come back
        if Identity.of(os.fstat(file.fileno())) == self.identity:
            return file
        file.close()
        return None

    def note(self, sent: int) -> bool:
        """That so many bytes of it went out. False when the path was closed: send no more."""
        mine = ServedFile.objects.filter(pk=self.pk)
        try:
            return mine.update(bytes_served=F("bytes_served") + sent) == 1
        except DatabaseError as error:  # it counts for the progress alone
            log.warning("What was sent of %s could not be noted: %s", self.path.name, error)
            return True


def open_path(token: str, path: Path, identity: Identity) -> None:
    """Let it be fetched; again, after a crash, under the same token."""
    now = timezone.now()
    ServedFile.objects.filter(expires_at__lte=now).exclude(digest=_digest(token)).delete()
    ServedFile.objects.update_or_create(
        digest=_digest(token),
        defaults={
            "path": os.fsencode(path),
            "inode": identity.inode,
            "size": identity.size,
            "mtime_ns": identity.mtime_ns,
            "expires_at": now + LIFE,
        },
    )


def keep_open(token: str) -> bool:
    """False when it was closed, or had expired and was swept away."""
    mine = ServedFile.objects.filter(digest=_digest(token))
    return mine.update(expires_at=timezone.now() + LIFE) == 1


def close_path(token: str) -> None:
    ServedFile.objects.filter(digest=_digest(token)).delete()


def bytes_served(token: str) -> int:
    """More than the file has when some of it was fetched twice."""
    found = ServedFile.objects.filter(digest=_digest(token)).values_list("bytes_served", flat=True)
    return found.first() or 0


def look_up(token: str) -> Served | None:
    row = ServedFile.objects.filter(digest=_digest(token), expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    path = Path(os.fsdecode(bytes(row.path)))
    return Served(row.pk, path, Identity(row.inode, row.size, row.mtime_ns))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
