"""Everything the sandbox remembers, under one directory: an SQLite file and the parts."""

import secrets
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from frameio.sandbox.store.assets import Assets
from frameio.sandbox.store.comments import Comments
from frameio.sandbox.store.database import DataInUse, empty, open_database, transaction
from frameio.sandbox.store.grants import Grants
from frameio.sandbox.store.journal import Journal
from frameio.sandbox.store.metadata import Metadata
from frameio.sandbox.store.parts import Parts
from frameio.sandbox.store.people import People
from frameio.sandbox.store.shares import Shares
from frameio.sandbox.store.webhooks import Webhooks

__all__ = ["DataInUse", "Store"]


class Store:
    """Raises `DataInUse` when another sandbox holds the directory."""

    def __init__(self, directory: Path, *, clock: Callable[[], float]) -> None:
        self._db = open_database(directory / "sandbox.sqlite3")
        self.people = People(self._db, clock)
        self.assets = Assets(self._db, clock)
        self.parts = Parts(self._db, clock, directory / "parts")
        self.metadata = Metadata(self._db, clock)
        self.shares = Shares(self._db, clock)
        self.comments = Comments(self._db, clock)
        self.webhooks = Webhooks(self._db, clock)
        self.grants = Grants(self._db, clock)
        self.journal = Journal(self._db, clock)
        self.signing_key = _secret(self._db, "signing_key")
        self.parts.sweep()
        self.assets.fail_unfetched()
        if not self.people.accounts():
            with transaction(self._db):
                self._move_in()

    def reset(self) -> None:
        """As on a fresh directory; signed addresses of before lead to nothing."""
        with transaction(self._db):
            empty(self._db)
            self._move_in()
        shutil.rmtree(self.parts.directory, ignore_errors=True)

    def _move_in(self) -> None:
        self.people.move_in()
        for account in self.people.accounts():
            self.metadata.move_in(account.id)

    def remove(self, asset_id: str) -> None:
        """A file, or a folder and all below it, with the bytes."""
        gone = self.assets.files_below(asset_id)
        self.assets.delete(asset_id)
        for file_id in gone:
            self.parts.drop(file_id)

    def take_whole(self, file_id: str, received: Path, size: int) -> None:
        """A file that came as one, of a size not known before; nothing when it was deleted."""
        self.parts.size_known(file_id, size)
        part = self.parts.get(file_id, 1)
        if part is not None:
            self.parts.take(part, received)

    def close(self) -> None:
        self._db.close()


def _secret(db: sqlite3.Connection, name: str) -> bytes:
    db.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, secrets.token_hex(32)))
    row = db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
    return bytes.fromhex(row["value"])
