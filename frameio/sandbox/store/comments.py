"""What people say about files, and what others answer."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import uuid4

from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import Asset, Comment, User

Changes: TypeAlias = Mapping[str, str | int | None]
"""Of `CHANGEABLE`, by column."""
CHANGEABLE = ("text", "timestamp", "duration", "page", "annotation", "anchor")


class Comments:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def get(self, comment_id: str) -> Comment | None:
        row = self._db.execute("SELECT * FROM comments WHERE id = ?", (comment_id,)).fetchone()
        return Comment(**row) if row else None

    def all(self) -> list[Comment]:
        return [Comment(**row) for row in self._db.execute("SELECT * FROM comments ORDER BY seq")]

    def page_of(self, file_id: str, wanted: Wanted) -> Page:
        """Without the replies."""
        return page(self._db, "comments", "file_id = ? AND parent_id IS NULL", (file_id,), wanted)

    def replies(self, comment: Comment) -> list[Comment]:
        rows = self._db.execute(
            "SELECT * FROM comments WHERE parent_id = ? ORDER BY seq", (comment.id,)
        )
        return [Comment(**row) for row in rows]

    def create(
        self, file: Asset, owner: User, fields: Changes, *, parent: Comment | None = None
    ) -> Comment:
        now = self._clock()
        own = {
            "id": str(uuid4()),
            "file_id": file.id,
            "parent_id": parent.id if parent else None,
            "owner_id": owner.id,
            "owner": owner.name,
            "created_at": now,
            "updated_at": now,
        }
        row = own | dict(fields)
        made = self._db.execute(
            f"INSERT INTO comments ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608  # our own names
            " RETURNING *",
            list(row.values()),
        ).fetchone()
        return Comment(**made)

    def update(self, comment: Comment, changes: Changes) -> Comment:
        now = self._clock()
        edited = {"text_edited_at": now} if "text" in changes else {}
        return self._set(comment, {**changes, **edited, "updated_at": now})

    def complete(self, comment: Comment, user: User) -> Comment:
        return self._set(comment, {"completed_at": self._clock(), "completer_id": user.id})

    def reopen(self, comment: Comment) -> Comment:
        return self._set(comment, {"completed_at": None, "completer_id": None})

    def delete(self, comment: Comment) -> None:
        """With its replies."""
        self._db.execute("DELETE FROM comments WHERE id = ?", (comment.id,))

    def _set(self, comment: Comment, columns: Mapping[str, str | float | None]) -> Comment:
        row = self._db.execute(
            f"UPDATE comments SET {', '.join(f'{name} = ?' for name in columns)}"  # noqa: S608  # our own names
            " WHERE id = ? RETURNING *",
            [*columns.values(), comment.id],
        ).fetchone()
        return Comment(**row)
