"""Fields of an account, and what they say about each file."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from uuid import uuid4

from frameio.sandbox.store.journal import Json
from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import FieldDefinition

STATUS = ("Needs Review", "In Progress", "Approved")


class Metadata:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def move_in(self, account_id: str) -> None:
        """What every account has: a status to set, and a field that nobody sets."""
        options: Json = [{"id": str(uuid4()), "display_name": name} for name in STATUS]
        status: dict[str, Json] = {"enable_add_new": False, "options": options}
        self.create(account_id, "Status", "select", status)
        self.create(account_id, "Source Filename", "text", {}, mutable=False)

    def get(self, definition_id: str) -> FieldDefinition | None:
        row = self._db.execute(
            "SELECT * FROM field_definitions WHERE id = ?", (definition_id,)
        ).fetchone()
        return FieldDefinition(**row) if row else None

    def of(self, account_id: str) -> list[FieldDefinition]:
        rows = self._db.execute(
            "SELECT * FROM field_definitions WHERE account_id = ? ORDER BY seq", (account_id,)
        )
        return [FieldDefinition(**row) for row in rows]

    def page_of(self, account_id: str, wanted: Wanted, *, mutable_only: bool) -> Page:
        return page(
            self._db,
            "field_definitions",
            "account_id = ? AND mutable >= ?",
            (account_id, mutable_only),
            wanted,
        )

    def create(
        self,
        account_id: str,
        name: str,
        field_type: str,
        configuration: Mapping[str, Json],
        *,
        mutable: bool = True,
    ) -> FieldDefinition:
        now = self._clock()
        row = self._db.execute(
            "INSERT INTO field_definitions (id, account_id, name, field_type, configuration,"
            " mutable, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
            (
                str(uuid4()),
                account_id,
                name,
                field_type,
                json.dumps(dict(configuration)),
                mutable,
                now,
                now,
            ),
        ).fetchone()
        return FieldDefinition(**row)

    def update(
        self, definition: FieldDefinition, name: str, configuration: Mapping[str, Json]
    ) -> FieldDefinition:
        row = self._db.execute(
            "UPDATE field_definitions SET name = ?, configuration = ?, updated_at = ?"
            " WHERE id = ? RETURNING *",
            (name, json.dumps(dict(configuration)), self._clock(), definition.id),
        ).fetchone()
        return FieldDefinition(**row)

    def delete(self, definition: FieldDefinition) -> None:
        """With its values."""
        self._db.execute("DELETE FROM field_definitions WHERE id = ?", (definition.id,))

    def values(self, file_id: str) -> dict[str, Json]:
        """By definition; fields without a value are missing."""
        rows = self._db.execute(
            "SELECT definition_id, value FROM metadata_values WHERE file_id = ?", (file_id,)
        )
        return {row["definition_id"]: json.loads(row["value"]) for row in rows}

    def set(self, file_ids: Iterable[str], definition: FieldDefinition, value: Json) -> None:
        """Null takes the value away."""
        for file_id in file_ids:
            self._db.execute(
                "DELETE FROM metadata_values WHERE file_id = ? AND definition_id = ?",
                (file_id, definition.id),
            )
            if value is not None:
                self._db.execute(
                    "INSERT INTO metadata_values VALUES (?, ?, ?)",
                    (file_id, definition.id, json.dumps(value)),
                )
