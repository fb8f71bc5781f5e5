"""`manage.py backup`: a copy of the database, while everything runs."""

import os
import shlex
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from pipeline.management.command import PostFlowCommand
from pipeline.sizes import human_size

EPILOG = """\
examples:
  manage.py backup /mnt/backups/postflow-2026-11-21.sqlite3
  manage.py backup --force /mnt/backups/postflow.sqlite3

PostFlow may run meanwhile. To go back to a copy: stop PostFlow, put the copy in the place of
postflow.sqlite3 in POSTFLOW_VAR, delete postflow.sqlite3-wal and postflow.sqlite3-shm beside it,
and start PostFlow again.
"""


class Command(PostFlowCommand):
    help = "Copy the database to FILE, whole and checked, while PostFlow runs."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--force", action="store_true", help="write over a FILE that is there")

    def handle(self, *, file: Path, force: bool, **_options: object) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(_use_pg_dump(file))
        try:
            self._refuse(file, force=force)
            _copy(file, force=force)
            size = human_size(file.stat().st_size)
        except FileExistsError as error:
            raise CommandError(_there_already(file)) from error
        except (OSError, sqlite3.Error) as error:
            text = _("%(file)s could not be written: %(why)s. Check the disk, then run it again.")
            raise CommandError(text % {"file": file, "why": error}) from error
        text = _("The database is in %(file)s (%(size)s), and was checked.")
        self.stdout.write(text % {"file": file, "size": size})
        self.stdout.write(_keep_the_keys())

    def _refuse(self, file: Path, *, force: bool) -> None:
        if file.is_dir():
            raise CommandError(_("%(file)s is a folder. Name a file in it.") % {"file": file})
        if not file.parent.is_dir():
            text = _("There is no folder %(folder)s. Make it first, or name another.")
            raise CommandError(text % {"folder": file.parent})
        if not file.exists():
            return
        if file.samefile(connection.settings_dict["NAME"]):
            raise CommandError(_("%(file)s is the database itself. Name another.") % {"file": file})
        if not force:
            raise FileExistsError


def _copy(file: Path, *, force: bool) -> None:
    """Under another name first: a copy that was cut off is never taken for a whole one."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    unfinished.touch(mode=0o600)  # it holds logins, encrypted, and what people do
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise CommandError(_damaged(verdict))
        if force:
            unfinished.replace(file)
        else:
            os.link(unfinished, file)  # raises where somebody else was quicker
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _there_already(file: Path) -> str:
    text = _("%(file)s is there already. Name another file, or write over it with --force.")
    return text % {"file": file}


def _damaged(verdict: str) -> str:
    text = _(
        "The database is damaged (%(verdict)s), and so would be the copy. Keep the last good"
        " backup, and show this to support."
    )
    return text % {"verdict": verdict}


def _use_pg_dump(file: Path) -> str:
    database = connection.settings_dict
    host, port = database["HOST"] or "localhost", database["PORT"] or 5432
    command = (
        f"pg_dump --format=custom --host={host} --port={port} --username={database['USER']}"
        f" --file={shlex.quote(str(file))} {database['NAME']}"
    )
    text = _("PostgreSQL makes its own backups. Run: %(command)s")
    return f"{text % {'command': command}}\n{_keep_the_keys()}"


def _keep_the_keys() -> str:
    keys = settings.POSTFLOW_VAR / "secrets.env"
    if keys.exists():
        text = _("Keep %(keys)s with it: without its keys every Frame.io login is lost.")
        return text % {"keys": keys}
    return _(
        "Keep SECRET_KEY and FIELD_ENCRYPTION_KEYS with it: without them every Frame.io login is"
        " lost."
    )
