"""Folders, files, and the version stacks that files lie in."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
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
        self,
        parent: Asset,
        name: str,
        *,
        parts: list[int],
        media_type: str | None,
        stays: str | None = None,
    ) -> Asset:
        """`parts` are the sizes of what is to arrive, in order; one of 0 is not known yet."""
        with transaction(self._db):
            file = self._create("file", parent, name, size=sum(parts), media_type=media_type)
            self._db.execute("UPDATE assets SET stays = ? WHERE id = ?", (stays, file.id))
            self._db.executemany(
                "INSERT INTO parts (file_id, number, size) VALUES (?, ?, ?)",
                [(file.id, number, size) for number, size in enumerate(parts, start=1)],
            )
        return replace(file, stays=stays)

    def fail(self, file_id: str) -> None:
        """Its source could not be fetched."""
        self._db.execute("UPDATE assets SET failed_at = ? WHERE id = ?", (self._clock(), file_id))

    def fail_unfetched(self) -> None:
        """Those that were being fetched when an earlier run ended."""
        self._db.execute(
            "UPDATE assets SET failed_at = ? WHERE complete_at IS NULL"
            " AND id IN (SELECT file_id FROM parts WHERE size = 0)",
            (self._clock(),),
        )

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
                "UPDATE assets SET parent_id = ?, updated_at = ?, stack_position = ? WHERE id = ?"
                " RETURNING *",
                (parent.id, self._clock(), self._next_position(parent), asset.id),
            ).fetchone()
            self._drop_empty_stack(asset.parent_id)
        return Asset(**row)

    def create_stack(self, folder: Asset, files: Sequence[Asset]) -> Asset:
        """Of files in that folder, the oldest version first; named as the newest one."""
        with transaction(self._db):
            name = files[-1].name
            stack = self._create("version_stack", folder, name, size=0, media_type=None)
            for file in files:
                self.move(file, stack)
        return stack

    def head(self, stack: Asset) -> Asset:
        """The newest version; a stack without one does not stay."""
        row = self._db.execute(
            "SELECT * FROM assets WHERE parent_id = ? ORDER BY stack_position DESC", (stack.id,)
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
        """A stack goes with the last file in it; with one file left it stays a stack."""
        row = self._db.execute(
            "DELETE FROM assets WHERE id = ? RETURNING parent_id", (asset_id,)
        ).fetchone()
        self._drop_empty_stack(row["parent_id"] if row else None)

    def keep_sha256(self, asset_id: str, sha256: str) -> None:
        self._db.execute("UPDATE assets SET sha256 = ? WHERE id = ?", (sha256, asset_id))

    def _next_position(self, parent: Asset) -> int | None:
        if parent.type != "version_stack":
            return None
        row = self._db.execute(
            "SELECT coalesce(max(stack_position), 0) + 1 FROM assets WHERE parent_id = ?",
            (parent.id,),
        ).fetchone()
        return int(row[0])

    def _drop_empty_stack(self, stack_id: str | None) -> None:
        self._db.execute(
            "DELETE FROM assets WHERE id = ?1 AND type = 'version_stack'"
            " AND NOT EXISTS (SELECT 1 FROM assets WHERE parent_id = ?1)",
            (stack_id,),
        )

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
