"""The database, its tables, and the SQLite that comes with Python."""

import sqlite3
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from pipeline.doctor.finding import Finding, fault, warning, well

# https://www.sqlite.org/wal.html#walresetbug
MENDED_IN = (3, 51, 3)
ALSO_MENDED_FROM = {(3, 50): 7, (3, 44): 6}


def answers() -> Iterator[Finding]:
    name, title = "database", _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        text = _("It does not answer (%(why)s).") % {"why": " ".join(str(error).split())}
        advice = _("Check DATABASE_URL, and that the database runs and has room on its disk.")
        yield fault(name, title, text, advice)
    else:
        where = connection.settings_dict["HOST"] or connection.settings_dict["NAME"]
        values = {"kind": connection.display_name, "where": where}
        yield well(name, title, _("%(kind)s answers (%(where)s).") % values)


def is_migrated() -> Iterator[Finding]:
    name, title = "migrations", _("Tables")
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        yield fault(name, title, _("Not to be seen."), _("Mend the database first."))
        return
    if missing:
        text = _("%(count)d changes of the tables are missing.") % {"count": len(missing)}
        yield fault(name, title, text, _("Stop PostFlow and run: manage.py migrate"))
    else:
        yield well(name, title, _("As this version wants them."))


def sqlite_is_sound(
    version: tuple[int, int, int] = sqlite3.sqlite_version_info,
) -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    name, title = "sqlite", "SQLite"
    said = {"version": ".".join(map(str, version)), "var": settings.POSTFLOW_VAR}
    if version >= MENDED_IN or version[2] >= ALSO_MENDED_FROM.get(version[:2], 1000):
        yield well(name, title, _("Version %(version)s.") % said)
        return
    text = _(
        "Version %(version)s has a rare fault: when two processes write at a bad moment, the"
        " database may be damaged."
    )
    advice = _(
        "Back up %(var)s every day. Better: a Python with SQLite 3.51.3 or newer, or PostgreSQL"
        " (DATABASE_URL)."
    )
    yield warning(name, title, text % said, advice % said)
