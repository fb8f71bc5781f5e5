"""Rows of a file into the database: all of them, or none and every fault."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from pydantic import JsonValue

from pipeline import file_actions, glance, jobs, studio
from pipeline.channels import Channel
from pipeline.configuration.tables import (
    CHANNELS,
    FOLDERS,
    LIMITS,
    MOUNT_PATHS,
    PROJECTS,
    RULES,
    UPLOAD_HOURS,
    Table,
    codes,
    title,
    written,
)
from pipeline.models import Project, UploadJob, WatchedFolder
from pipeline.studio import EVERY_DAY
from postflow_site.configuration import Configuration, Row


@dataclass(frozen=True)
class Fault:
    """`where` as `projects.0.code`."""

    where: str
    reason: str


class BadRows(Exception):
    """Nothing was changed; `faults` has all that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{fault.where}: {fault.reason}" for fault in faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Change:
    """`columns`: name to what it was and what it is now. `note`: what is left to a person."""

    what: str
    made: bool
    columns: dict[str, tuple[JsonValue, JsonValue]]
    note: str = ""


@dataclass(frozen=True)
class Wanted:
    projects: Sequence[Row] = ()
    rules: Sequence[Row] = ()
    folders: Sequence[Row] = ()
    mount_paths: Sequence[Row] = ()
    upload_hours: Sequence[Row] = ()
    channels: Sequence[Row] = ()
    limits: Row = field(default_factory=dict)

    @classmethod
    def of(cls, read: Configuration) -> "Wanted":
        """The watched directories of the section `lucidlink` are folders like the others."""
        folders = [*_watched(read), *read.folders]
        return cls(
            read.projects,
            read.rules,
            folders,
            read.mount_paths,
            read.upload_hours,
            read.channels,
            read.limits,
        )


def _watched(read: Configuration) -> Iterable[Row]:
    said = read.lucidlink
    more: Row = {}
    if said.file_extensions:
        more["extensions"] = " ".join(each.lstrip(".") for each in said.file_extensions)
    if said.ignore_patterns:
        more["ignore"] = " ".join(said.ignore_patterns)
    for directory in said.watch_directories or [said.mount_path]:
        if directory:
            yield {"path": str(Path(said.mount_path, directory)), **more}


@dataclass
class _Loading:
    who: str
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, where: str, reason: str) -> None:
        self.faults.append(Fault(where, reason))


def load(wanted: Wanted, *, who: str, dry_run: bool = False) -> list[Change]:
    """Make the rows that are missing and change those that differ; none is deleted.

    Raises BadRows. Columns that are not named stay as they are, or get their defaults.
    """
    loading = _Loading(who)
    try:
        _load_all(loading, wanted, dry_run=dry_run)
    finally:
        studio.MOUNT_PATHS.forget()  # they may have been taken back
    return loading.changes


def _load_all(loading: _Loading, wanted: Wanted, *, dry_run: bool) -> None:
    with transaction.atomic():
        for table, found in (
            (MOUNT_PATHS, wanted.mount_paths),
            (PROJECTS, wanted.projects),
            (RULES, wanted.rules),
            (FOLDERS, wanted.folders),
            (UPLOAD_HOURS, wanted.upload_hours),
            (CHANNELS, wanted.channels),
        ):
            for number, row in enumerate(found):
                _load_row(loading, table, f"{table.section}.{number}", row)
        if wanted.limits:
            _load_row(loading, LIMITS, LIMITS.section, wanted.limits)
        if loading.faults:
            raise BadRows(loading.faults)
        transaction.set_rollback(dry_run)


def _load_row(loading: _Loading, table: Table, where: str, row: Row) -> None:
    before = len(loading.faults)
    known = _row_of(loading, table, where, row)
    if known is None:
        return
    was = _written(table, known)
    linked = _fill(loading, table, where, known, row)
    _check(loading, where, known, loading.faults[before:])
    if len(loading.faults) == before:
        _save(loading, table, known, was, linked)


def _row_of(loading: _Loading, table: Table, where: str, row: Row) -> models.Model | None:
    """The one that is there, or a new one; None when it cannot be told which."""
    columns = table.columns()
    query = dict(table.only)
    for name in table.key:
        column, value = columns[name], row.get(name)
        if isinstance(column, models.ForeignKey):
            query[name] = _project(loading, f"{where}.{name}", value)
        elif fault := _unfit_key(column, value):
            loading.refuse(f"{where}.{name}", fault)
            return None
        else:
            query[name] = os.path.normpath(str(value)) if table is FOLDERS else value
    found = list(table.model._default_manager.filter(**query)[:2])
    if len(found) > 1:
        reason = _("There are several of this name here. Rename all but one of them first.")
        loading.refuse(where, reason)
        return None
    return found[0] if found else table.model(**query)


def _unfit_key(column: models.Field[object, object], value: JsonValue) -> str:
    if not value:
        return _("This has to be given: rows are known by it.")
    if fault := _unfit(column, value):
        return fault
    try:
        column.to_python(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _project(loading: _Loading, where: str, code: JsonValue) -> Project | None:
    if not code:
        return None
    text = code if isinstance(code, str) and _is_text(code) else ""
    found = Project.objects.filter(code=text).first()
    if found is None:
        loading.refuse(where, _("There is no project of this code, here or in the file."))
    return found


def _fill(
    loading: _Loading, table: Table, where: str, known: models.Model, row: Row
) -> dict[str, list[Project]]:
    """Of columns that lead to several projects: which, for when the row is there."""
    columns = table.columns()
    linked: dict[str, list[Project]] = {}
    for name, value in row.items():
        column = columns.get(name)
        if column is None:
            reason = _("There is no such key. Known here: %(names)s.")
            loading.refuse(f"{where}.{name}", reason % {"names": ", ".join(columns)})
        elif name in table.key:
            continue
        elif isinstance(column, models.ForeignKey):
            setattr(known, name, _project(loading, f"{where}.{name}", value))
        elif isinstance(column, models.ManyToManyField):
            linked[name] = _projects(loading, f"{where}.{name}", value)
        elif fault := _unfit(column, value):
            loading.refuse(f"{where}.{name}", fault)
        else:
            setattr(known, name, value)
    if isinstance(known, WatchedFolder) and known.pk is None and "local" not in row:
        known.local = not glance.is_on_a_mount(known.root)
    if isinstance(known, Channel) and known.pk is None:
        known.active, known.trouble = False, _no_address()
    return linked


def _no_address() -> str:
    return _(
        "It was loaded from a file, which has no address. Give it, and make the channel active."
    )


def _projects(loading: _Loading, where: str, value: JsonValue) -> list[Project]:
    if not isinstance(value, list) or not all(value):  # without a code it would mean all projects
        loading.refuse(where, _("This has to be a list of projects' codes."))
        return []
    found = [_project(loading, f"{where}.{number}", code) for number, code in enumerate(value)]
    return [project for project in found if project]


def _unfit(column: models.Field[object, object], value: JsonValue) -> str:
    """Why a value is none for this column, before the column's own checks; empty when it may be."""
    if value is None and not column.null:
        return _("This cannot be null. Leave the key out instead.")
    if column.name == "integrations":
        return _unfit_integrations(value)
    if column.name == "days":
        return _unfit_days(value)
    kinds: dict[type[models.Field[object, object]], type] = {
        models.BooleanField: bool,
        models.IntegerField: int,
        models.CharField: str,
        models.TextField: str,
        models.TimeField: str,
    }
    for kind, wanted in kinds.items():
        if isinstance(column, kind) and value is not None and type(value) is not wanted:
            return _("This has to be %(kind)s.") % {"kind": wanted.__name__}
    if isinstance(value, str) and not _is_text(value):
        return _("This is no valid text.")
    return ""


def _unfit_integrations(value: JsonValue) -> str:
    known = list(settings.INTEGRATIONS)
    if isinstance(value, list) and all(each in known for each in value):
        return ""
    return _("This has to be a list of: %(names)s.") % {"names": ", ".join(known)}


def _unfit_days(value: JsonValue) -> str:
    if isinstance(value, list) and all(type(day) is int and day in EVERY_DAY for day in value):
        return ""
    return _("This has to be a list of days, from 0 (Monday) to 6 (Sunday).")


def _is_text(value: str) -> bool:
    """JSON can spell NUL and halves of characters, which no database takes."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _check(loading: _Loading, where: str, known: models.Model, told: Sequence[Fault]) -> None:
    """Of a row with faults, the columns that have none are checked each by itself: what one says of
    another means nothing then."""
    faulty = {fault.where.removeprefix(f"{where}.").partition(".")[0] for fault in told}
    try:
        if faulty:
            known.clean_fields(exclude=faulty)
        else:
            known.full_clean()
    except ValidationError as error:
        for name, reasons in error.message_dict.items():
            place = where if name == "__all__" else f"{where}.{name}"
            for reason in reasons:
                loading.refuse(place, reason)


def _save(
    loading: _Loading,
    table: Table,
    known: models.Model,
    was: dict[str, JsonValue],
    linked: dict[str, list[Project]],
) -> None:
    made = known._state.adding
    now = _written(table, known)
    now |= {name: codes(projects) for name, projects in linked.items()}
    changed = {name: (was[name], now[name]) for name in now if made or was[name] != now[name]}
    if made:
        known.save()
    elif isinstance(known, WatchedFolder):
        file_actions.save_changes(known, changed)
    else:
        known.save(update_fields=changed.keys() - linked)
    for name in changed.keys() & linked:
        getattr(known, name).set(linked[name])
    if changed:
        note = _no_address() if made and isinstance(known, Channel) else ""
        loading.changes.append(Change(title(table, known), made, changed, note))
    if changed and isinstance(known, Project):
        _send_what_it_held(known, loading.who)


def _send_what_it_held(project: Project, who: str) -> None:
    """As when a person saves it. What still cannot go is held again, with its reason."""
    held = project.uploadjob_set.filter(state=UploadJob.State.WAITING, hold=UploadJob.Hold.PROJECT)
    for job in held.iterator(chunk_size=500):
        jobs.retry(job, who)


def _written(table: Table, row: models.Model) -> dict[str, JsonValue]:
    return {name: written(column, row) for name, column in table.columns().items()}
