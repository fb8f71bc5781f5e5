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


class DataInUse(Exception):
    """Another sandbox holds the directory, or it cannot be written."""


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
        db.executescript(files(__package__).joinpath("schema.sql").read_text())
    except (sqlite3.Error, OSError) as error:
        raise DataInUse(
            f"The data directory {path.parent} cannot be used ({error}). "
            "Is another sandbox running on it? Choose another with --data."
        ) from error
    return db


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
