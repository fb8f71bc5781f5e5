"""What answers a search for a part of a name, so that no table is read through for it.

In SQLite an FTS5 table of the trigrams in a table's columns, which triggers keep; in PostgreSQL a
GIN index of them and of the blocks that the rows stand in, so that the newest are found without the
others. Both are made behind each `migrate`: SQLite drops a table's triggers whenever a migration
writes that table anew.
"""

import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

SHORTEST = 3  # letters: a trigram
BLOCK = 25_000  # ids; smaller ones are more to look into for a word that few have
EXTENSIONS = ("pg_trgm", "btree_gin")


@dataclass(frozen=True)
class Index:
    """Of a table's `columns`. `written`: those that a statement names when it changes one of them;
    a generated column is not named itself."""

    model: str
    table: str
    columns: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}_search"

    @property
    def in_blocks(self) -> str:
        """PostgreSQL's; of another size it is another index."""
        return f"{self.name}_{BLOCK}"


UPLOADS = Index("uploadjob", "pipeline_uploadjob", ("words", "shot"), ("words", "fields"))
FILES = Index("sourcefile", "pipeline_sourcefile", ("words",), ("words",))
INDEXES = (UPLOADS, FILES)


class SearchedPath(models.TextField[str, str]):
    """What is looked through of a file: its path, in small letters. Written when the row is made,
    and by `pipeline.seen_before` when the file has moved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  Django's
        if add:
            setattr(model_instance, self.attname, self.of(model_instance))
        return str(super().pre_save(model_instance, add))

    def of(self, row: models.Model) -> str:
        return folded(str(attrgetter("key")(row)))


class SearchedUpload(SearchedPath):
    """Of an upload: its file's path, and its name where that does not stand in it."""

    def of(self, row: models.Model) -> str:
        name, key = attrgetter("name", "source.key")(row)
        return words_of(name, key)


def words_of(name: str, key: str) -> str:
    return folded(key if name in key else f"{key}\n{name}")


def folded(text: str) -> str:
    """As PostgreSQL does it, too (migration 0019)."""
    return text.lower()


def of(model: type[models.Model]) -> Index:
    return next(index for index in INDEXES if index.table == model._meta.db_table)


def after_migrating(sender: AppConfig, using: str, apps: Apps = apps, **_more: object) -> None:
    """Receives `post_migrate`; `apps` are as migrated so far."""
    if sender.label != "pipeline":
        return
    connection = connections[using]
    there = [index for index in INDEXES if _has_columns(apps, index)]
    if connection.vendor == "sqlite":
        _make_for_sqlite(connection, there)
    elif connection.vendor == "postgresql":
        _make_for_postgresql(connection, there)


def _has_columns(apps: Apps, index: Index) -> bool:
    known = apps.all_models["pipeline"].get(index.model)
    names = {field.name for field in known._meta.get_fields()} if known else set()
    return names.issuperset(index.columns)


# --- SQLite ---------------------------------------------------------------------------------------


def _make_for_sqlite(connection: BaseDatabaseWrapper, indexes: Iterable[Index]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        triggers = {name for (name,) in cursor.fetchall()}
    for index in indexes:
        if f"{index.name}_update" not in triggers:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                for statement in _statements(index):
                    cursor.execute(statement)


def _statements(index: Index) -> list[str]:
    """The table is filled anew: what was written since the triggers were gone is not in it. Old
    content is taken out by its words, as FTS5 keeps none of its own (`content`)."""
    name, table = index.name, index.table
    columns = ", ".join(index.columns)
    new, old = (", ".join(f"{row}.{each}" for each in index.columns) for row in ("new", "old"))
    put_in = f"INSERT INTO {name} (rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608  ours
    take_out = f"INSERT INTO {name} ({name}, rowid, {columns}) VALUES ('delete', old.id, {old});"  # noqa: S608
    differs = " OR ".join(f"old.{each} IS NOT new.{each}" for each in index.columns)
    changes = f"AFTER UPDATE OF {', '.join(index.written)} ON {table} WHEN {differs}"
    options = f"content='{table}', content_rowid='id', tokenize='trigram', columnsize=0"
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({columns}, {options})",
        f"INSERT INTO {name} ({name}) VALUES ('rebuild')",  # noqa: S608
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {put_in} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {take_out} END",
        f"CREATE TRIGGER {name}_update {changes} BEGIN {take_out} {put_in} END",
    ]


def sqlite_has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_FTS5'")
        return cursor.fetchone() is not None and sqlite3.sqlite_version_info >= (3, 34)


# --- PostgreSQL -----------------------------------------------------------------------------------


def _make_for_postgresql(connection: BaseDatabaseWrapper, indexes: Iterable[Index]) -> None:
    """Without it a search reads the whole table: it still finds the same."""
    for index in indexes:
        if has_blocks(connection, index):
            continue
        columns = ", ".join(f"{column} gin_trgm_ops" for column in index.columns)
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                for extension in EXTENSIONS:
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                # What fastupdate puts off to write is read through for each block.
                cursor.execute(
                    f"CREATE INDEX {index.in_blocks} ON {index.table}"
                    f" USING gin ((id / {BLOCK}), {columns}) WITH (fastupdate = off)"
                )
                cursor.execute(f"DROP INDEX IF EXISTS {index.name}")  # of earlier versions
        except DatabaseError as error:
            log.warning("There is no index for searching %s: %s", index.table, error)


def has_blocks(connection: BaseDatabaseWrapper, index: Index) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [index.in_blocks])
        return bool(cursor.fetchone()[0])


def extensions_wanted(connection: BaseDatabaseWrapper) -> list[str]:
    """Those of PostgreSQL that `migrate` could not add."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        there = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT 1 FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = 'words'",
            [UPLOADS.table],
        )
        has_migrated = cursor.fetchone() is not None
    return [name for name in EXTENSIONS if has_migrated and name not in there]
