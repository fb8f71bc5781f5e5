"""System checks of the database's place and program."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import psutil
from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connection
from django.utils.translation import gettext_lazy as _

from pipeline import places, search_index
from postflow_site.said import said

Version: TypeAlias = tuple[int, int, int]

# SQLite's WAL needs memory that all processes share, and locks that hold: sqlite.org/wal.html.
NETWORK = [
    "9p",
    "afpfs",
    "beegfs",
    "ceph",
    "cifs",
    "davfs",
    "glusterfs",
    "gpfs",
    "lucid",
    "lustre",
    "ncpfs",
    "nfs",
    "smb",
    "sshfs",
    "webdav",
]
MENDED: tuple[tuple[Version, Version], ...] = (
    # sqlite.org/wal.html#walresetbug: from the first, and before the second
    ((3, 44, 6), (3, 45, 0)),
    ((3, 50, 7), (3, 51, 0)),
    ((3, 51, 3), (99, 0, 0)),
)


@checks.register
def database_is_on_a_local_disk(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    path = _sqlite_file()
    kind = network_kind(path, mounts()) if path else ""
    if not kind:
        return []
    return [
        checks.Error(
            said(
                _(
                    "The database %(path)s is on a network share (%(kind)s), where SQLite loses"
                    " data."
                ),
                path=path,
                kind=kind,
            ),
            hint=said(
                _(
                    "Set POSTFLOW_VAR to a folder on a disk of this machine; for several machines"
                    " set DATABASE_URL to a PostgreSQL."
                )
            ),
            id="postflow.E003",
        )
    ]


@checks.register(checks.Tags.database)
def sqlite_resets_its_log_safely(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    databases: Sequence[str] | None,
    **_options: object,
) -> list[CheckMessage]:
    """Said by `migrate` and `check --database default`, and not at each command."""
    if (
        not databases
        or _sqlite_file() is None
        or not has_wal_reset_bug(sqlite3.sqlite_version_info)
    ):
        return []
    return [
        checks.Warning(
            said(
                _(
                    "SQLite %(version)s can, very rarely, damage a database that several processes"
                    " write to (the WAL-reset bug, sqlite.org/wal.html)."
                ),
                version=sqlite3.sqlite_version,
            ),
            hint=said(
                _(
                    "Use a Python with SQLite 3.51.3 or newer (or 3.50.7, 3.44.6), or a PostgreSQL."
                    " Until then make copies: manage.py backup FILE."
                )
            ),
            id="postflow.W004",
        )
    ]


@checks.register(checks.Tags.database)
def names_are_searched_by_an_index(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    databases: Sequence[str] | None,
    **_options: object,
) -> list[CheckMessage]:
    if not databases:
        return []
    if connection.vendor == "sqlite" and not search_index.sqlite_has_trigrams(connection):
        return [
            checks.Error(
                said(
                    _(
                        "SQLite %(version)s of this Python cannot search by parts of names (FTS5"
                        " with its trigram tokenizer)."
                    ),
                    version=sqlite3.sqlite_version,
                ),
                hint=said(
                    _(
                        "Use a Python with SQLite 3.34 or newer and FTS5, as python.org's is, or a"
                        " PostgreSQL."
                    )
                ),
                id="postflow.E009",
            )
        ]
    if connection.vendor == "postgresql" and (wanted := search_index.extensions_wanted(connection)):
        return [
            checks.Warning(
                said(
                    _("PostgreSQL has no %(extensions)s: each search reads whole tables."),
                    extensions=", ".join(wanted),
                ),
                hint=said(
                    _(
                        "Have somebody who may do so run %(commands)s in this database, and then"
                        " run manage.py migrate."
                    ),
                    commands=" ".join(f"CREATE EXTENSION {name};" for name in wanted),
                ),
                id="postflow.W010",
            )
        ]
    return []


def has_wal_reset_bug(version: Version) -> bool:
    return version >= (3, 7, 0) and not any(start <= version < end for start, end in MENDED)


def mounts() -> list[tuple[Path, str]]:
    """Each mount point of this machine, and its kind of file system."""
    table = places.within(places.PATIENCE, lambda: psutil.disk_partitions(all=True)) or []
    return [(Path(entry.mountpoint), f"{entry.fstype},{entry.opts}") for entry in table]


def network_kind(path: Path, table: Sequence[tuple[Path, str]]) -> str:
    """The file system that holds the path, if it is one of the network's; else empty."""
    there = places.real(path.parent)
    holding = [(mount, kind) for mount, kind in table if there.is_relative_to(mount)]
    if not holding:
        return ""
    *_outer, (_mount, kind) = sorted(holding, key=lambda entry: len(entry[0].parts))
    system, *options = kind.lower().split(",")
    known = any(word in system for word in NETWORK)
    return system if known or "remote" in options else ""  # Windows says so of a share


def _sqlite_file() -> Path | None:
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
