"""The bytes of files: one file on disk a part, never put together."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from frameio.sandbox.store.database import transaction
from frameio.sandbox.store.records import Part

Taken = Literal["gone", "kept", "last"]
"""Its file was deleted; it lies in its place; with it the file is complete."""


class Parts:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float], directory: Path) -> None:
        self._db = db
        self._clock = clock
        self.directory = directory

    def get(self, file_id: str, number: int) -> Part | None:
        row = self._db.execute(
            "SELECT * FROM parts WHERE file_id = ? AND number = ?", (file_id, number)
        ).fetchone()
        return Part(**row) if row else None

    def of(self, file_id: str) -> list[Part]:
        rows = self._db.execute("SELECT * FROM parts WHERE file_id = ? ORDER BY number", (file_id,))
        return [Part(**row) for row in rows]

    def arrived(self) -> dict[str, int]:
        """Bytes received of each file, whole parts only."""
        rows = self._db.execute(
            "SELECT file_id, sum(size) AS size FROM parts WHERE arrived_at NOT NULL GROUP BY 1"
        )
        return {row["file_id"]: row["size"] for row in rows}

    def path(self, part: Part) -> Path:
        return self.directory / part.file_id / f"part_{part.number}"

    def take(self, part: Part, received: Path) -> Taken:
        """A whole part has come in: put it in its place.

        Once the file is complete nothing changes any more: a part sent again is thrown away.
        """
        row = self._db.execute(
            "SELECT complete_at FROM assets WHERE id = ?", (part.file_id,)
        ).fetchone()
        if row is None or row["complete_at"] is not None:
            received.unlink(missing_ok=True)
            return "gone" if row is None else "kept"
        received.replace(self.path(part))
        now = self._clock()
        with transaction(self._db):
            self._db.execute(
                "UPDATE parts SET arrived_at = ? WHERE file_id = ? AND number = ?",
                (now, part.file_id, part.number),
            )
            row = self._db.execute(
                "UPDATE assets SET first_part_at = coalesce(first_part_at, ?1), complete_at ="
                " CASE WHEN NOT EXISTS (SELECT 1 FROM parts WHERE file_id = ?2"
                " AND arrived_at IS NULL) THEN ?1 END WHERE id = ?2 RETURNING complete_at",
                (now, part.file_id),
            ).fetchone()
        return "kept" if row["complete_at"] is None else "last"

    def begin(self, file_id: str) -> None:
        """Its bytes are on their way."""
        self._db.execute(
            "UPDATE assets SET first_part_at = ? WHERE id = ?", (self._clock(), file_id)
        )

    def size_known(self, file_id: str, size: int) -> None:
        """Of a file that came as one part, without having been announced."""
        with transaction(self._db):
            self._db.execute("UPDATE parts SET size = ? WHERE file_id = ?", (size, file_id))
            self._db.execute("UPDATE assets SET file_size = ? WHERE id = ?", (size, file_id))

    def drop(self, file_id: str) -> None:
        shutil.rmtree(self.directory / file_id, ignore_errors=True)

    def sweep(self) -> None:
        """What was coming in when an earlier run was killed."""
        for leftover in self.directory.glob("*/*.incoming"):
            leftover.unlink(missing_ok=True)
