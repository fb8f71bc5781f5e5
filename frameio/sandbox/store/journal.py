"""Every API call that came in, in order of arrival."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JSON_COLUMNS = ("request_headers", "request_body", "response_headers", "response_body")


class Journal:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def begin(self, method: str, path: str, headers: Mapping[str, str]) -> int:
        """Written before the call is answered: what was killed half-way is there too."""
        row = self._db.execute(
            "INSERT INTO requests (at, method, path, request_headers) VALUES (?, ?, ?, ?)"
            " RETURNING seq",
            (self._clock(), method, path, json.dumps(dict(headers))),
        ).fetchone()
        return int(row["seq"])

    def finish(
        self,
        seq: int,
        *,
        request_body: Json,
        received: int,
        status: int | None,
        response_headers: Mapping[str, str],
        response_body: Json,
        fault: int | None,
    ) -> None:
        """`status` null: the caller got no answer. `fault`: which rule had a hand in it."""
        self._db.execute(
            "UPDATE requests SET request_body = ?, bytes = ?, status = ?,"
            " response_headers = ?, response_body = ?, fault = ?, seconds = ? - at WHERE seq = ?",
            (
                json.dumps(request_body),
                received,
                status,
                json.dumps(dict(response_headers)),
                json.dumps(response_body),
                fault,
                self._clock(),
                seq,
            ),
        )

    def all(self) -> list[dict[str, Json]]:
        rows = self._db.execute("SELECT * FROM requests ORDER BY seq")
        return [
            {**dict(row), **{name: json.loads(row[name]) for name in JSON_COLUMNS}} for row in rows
        ]
