"""The database and its tables."""

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from pipeline.doctor.finding import Finding, fault, well
from postflow_site.said import said


def answers() -> Iterator[Finding]:
    name, title = "database", _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        text = said(_("It does not answer (%(why)s)."), why=" ".join(str(error).split()))
        advice = _("Check DATABASE_URL, and that the database runs and has room on its disk.")
        yield fault(name, title, text, advice)
    else:
        where = connection.settings_dict["HOST"] or connection.settings_dict["NAME"]
        told = _("%(kind)s answers (%(where)s).")
        yield well(name, title, said(told, kind=connection.display_name, where=where))


def is_migrated() -> Iterator[Finding]:
    name, title = "migrations", _("Tables")
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        yield fault(name, title, _("Not to be seen."), _("Mend the database first."))
        return
    if missing:
        text = said(_("%(count)d changes of the tables are missing."), count=len(missing))
        yield fault(name, title, text, _("Stop PostFlow and run: manage.py migrate"))
    else:
        yield well(name, title, _("As this version wants them."))
