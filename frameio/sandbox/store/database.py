"""The sandbox's SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

TABLES = (
    "requests",
    "grants",
    "deliveries",
    "webhooks",
    "share_reviewers",
    "share_assets",
    "shares",
    "metadata_values",
    "field_definitions",
    "comments",
    "parts",
    "assets",
    "projects",
    "workspaces",
    "accounts",
    "users",
)


VERSION = 3
"""Of schema.sql: raised whenever a table changes."""


class DataInUse(Exception):
    """Another sandbox holds the directory, another version made it, or it cannot be written."""


def open_database(path: Path) -> sqlite3.Connection:
    """One connection, used by the event loop's thread alone. Raises `DataInUse`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=1, isolation_level=None)
        db.row_factory = sqlite3.Row
        # Exclusive: a second sandbox on the same directory is refused, not mixed in.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        _check_version(db, path)
        db.executescript(files(__package__).joinpath("schema.sql").read_text())
        db.execute(f"PRAGMA user_version = {VERSION}")
    except (sqlite3.Error, OSError) as error:
        raise DataInUse(
            f"The data directory {path.parent} cannot be used ({error}). "
            "Is another sandbox running on it? Choose another with --data."
        ) from error
    return db


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    """Nothing in a sandbox is worth a migration. Raises `DataInUse`."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    is_new = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not is_new and version != VERSION:
        db.close()
        raise DataInUse(
            f"The data directory {path.parent} was made by another version of the sandbox. "
            "Delete it, or choose another with --data."
        )


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; one may stand inside another."""
    db.execute("SAVEPOINT step")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK TO step")
        raise
    finally:
        db.execute("RELEASE step")


def empty(db: sqlite3.Connection) -> None:
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
