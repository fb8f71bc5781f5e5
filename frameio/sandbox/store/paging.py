"""Lists a page at a time, in an order that holds while rows come and go."""

import base64
import binascii
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

SORTED_BY = (
    "display_name",
    "name",
    "created_at",
    "updated_at",
    "file_size",
    "stack_position",
    "owner",
    "email",
    "completed_at",
)


class BadCursor(ValueError):
    """The `after` of a list was not made by this sandbox."""


@dataclass(frozen=True)
class Wanted:
    """`sort` is a column and a direction, as in `name_desc`; none: as they were made."""

    page_size: int
    after: str | None = None
    sort: str | None = None
    count: bool = False


@dataclass(frozen=True)
class Page:
    rows: list[sqlite3.Row]
    after: str | None
    total: int | None


def page(
    db: sqlite3.Connection, table: str, where: str, values: Sequence[object], wanted: Wanted
) -> Page:
    """Raises `BadCursor`."""
    column, _, direction = (wanted.sort or "seq_asc").rpartition("_")
    beyond, order = ("<", "DESC") if direction == "desc" else (">", "ASC")
    condition, bound = where, list(values)
    if wanted.after is not None:
        condition += f" AND (coalesce({column}, 0), seq) {beyond} (coalesce(?, 0), ?)"
        bound += _last_seen(wanted.after, column)
    rows = db.execute(
        f"SELECT * FROM {table} WHERE {condition}"  # noqa: S608  # our own names; values bound
        f" ORDER BY coalesce({column}, 0) {order}, seq {order} LIMIT ?",
        (*bound, wanted.page_size + 1),
    ).fetchall()
    total = _count(db, table, where, values) if wanted.count else None
    if len(rows) <= wanted.page_size:
        return Page(rows, None, total)
    return Page(rows[:-1], _cursor(rows[-2]), total)


def _count(db: sqlite3.Connection, table: str, where: str, values: Sequence[object]) -> int:
    query = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608  # as above
    return int(db.execute(query, values).fetchone()[0])


def _cursor(row: sqlite3.Row) -> str:
    # Every column that a list can be sorted by: the next page may ask for another order.
    names = [name for name in ("seq", *SORTED_BY) if name in row.keys()]  # noqa: SIM118  # a Row
    document = json.dumps({name: row[name] for name in names})
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def _last_seen(cursor: str, column: str) -> list[object]:
    try:
        document = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [document[column], int(document["seq"])]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadCursor("Invalid cursor") from error
