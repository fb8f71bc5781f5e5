"""Folders and files."""

import sqlite3
from collections.abc import Callable, Collection
from uuid import uuid4

from frameio.sandbox.store.database import transaction
from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import Asset

BELOW = (
    "WITH RECURSIVE below (id) AS (SELECT ? UNION ALL"
    " SELECT assets.id FROM assets JOIN below ON assets.parent_id = below.id) "
)


class Assets:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def get(self, asset_id: str) -> Asset | None:
        row = self._db.execute("SELECT * FROM assets WHERE id = ?", (asset_id,)).fetchone()
        return Asset(**row) if row else None

    def all(self) -> list[Asset]:
        return [Asset(**row) for row in self._db.execute("SELECT * FROM assets ORDER BY seq")]

    def children_page(self, folder_id: str, types: Collection[str], wanted: Wanted) -> Page:
        marks = ", ".join("?" * len(types))
        return page(
            self._db,
            "assets",
            f"parent_id = ? AND type IN ({marks})",
            (folder_id, *types),
            wanted,
        )

    def create_folder(self, parent: Asset, name: str) -> Asset:
        return self._create("folder", parent, name, size=0, media_type=None)

    def create_file(
        self, parent: Asset, name: str, *, parts: list[int], media_type: str | None
    ) -> Asset:
        """`parts` are the sizes of what is to arrive, in order."""
        with transaction(self._db):
            file = self._create("file", parent, name, size=sum(parts), media_type=media_type)
            self._db.executemany(
                "INSERT INTO parts (file_id, number, size) VALUES (?, ?, ?)",
                [(file.id, number, size) for number, size in enumerate(parts, start=1)],
            )
        return file

    def rename(self, asset: Asset, name: str) -> Asset:
        row = self._db.execute(
            "UPDATE assets SET name = ?, updated_at = ? WHERE id = ? RETURNING *",
            (name, self._clock(), asset.id),
        ).fetchone()
        return Asset(**row)

    def move(self, asset: Asset, parent: Asset) -> Asset:
        """With all below it; the caller has seen that `parent` is not below `asset`."""
        with transaction(self._db):
            self._db.execute(
                BELOW + "UPDATE assets SET project_id = ? WHERE id IN below",  # noqa: S608  # our own text
                (asset.id, parent.project_id),
            )
            row = self._db.execute(
                "UPDATE assets SET parent_id = ?, updated_at = ? WHERE id = ? RETURNING *",
                (parent.id, self._clock(), asset.id),
            ).fetchone()
        return Asset(**row)

    def is_below(self, asset: Asset, above: Asset) -> bool:
        """`asset` is `above` itself or lies somewhere in it."""
        query = BELOW + "SELECT 1 FROM below WHERE id = ?"  # noqa: S608  # our own text
        return self._db.execute(query, (above.id, asset.id)).fetchone() is not None

    def files_below(self, asset_id: str) -> list[str]:
        query = BELOW + "SELECT id FROM assets WHERE id IN below AND type = 'file'"  # noqa: S608  # our own text
        return [row["id"] for row in self._db.execute(query, (asset_id,))]

    def delete(self, asset_id: str) -> None:
        self._db.execute("DELETE FROM assets WHERE id = ?", (asset_id,))

    def keep_sha256(self, asset_id: str, sha256: str) -> None:
        self._db.execute("UPDATE assets SET sha256 = ? WHERE id = ?", (sha256, asset_id))

    def _create(
        self, type_: str, parent: Asset, name: str, *, size: int, media_type: str | None
    ) -> Asset:
        now = self._clock()
        row = self._db.execute(
            "INSERT INTO assets (id, type, account_id, project_id, parent_id, name, file_size,"
            " media_type, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " RETURNING *",
            (
                str(uuid4()),
                type_,
                parent.account_id,
                parent.project_id,
                parent.id,
                name,
                size,
                media_type,
                now,
                now,
            ),
        ).fetchone()
        return Asset(**row)
