"""A change of the set-up in words: each column as its form calls it, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime, parse_time
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pydantic import JsonValue

from pipeline import revisions
from pipeline.admin import wording
from pipeline.integrations.frameio_accounts import account_labels
from pipeline.models import ApiToken, NamingRule, Revision
from pipeline.studio import DAYS, EVERY_DAY

Act = Revision.Act
STATES = {Act.MADE: "done", Act.DELETED: "failed", Act.CHANGED: "running"}
# Ids that people know by a name, which is kept beside them.
NAMED = {
    "frameio_workspace_id": "frameio_workspace_name",
    "frameio_project_id": "frameio_project_name",
}
RULES = NamingRule._meta.label_lower
AT_MOST = 100  # of one row's history


@dataclass(frozen=True)
class Line:
    """Of a `secret`, its values are nowhere."""

    label: str
    before: str = ""
    after: str = ""
    secret: bool = False


def history_of(row: models.Model) -> "models.QuerySet[Revision]":
    """The latest changes of one row."""
    rows = Revision.objects.filter(kind=row._meta.label_lower, object_id=str(row.pk))
    return rows[:AT_MOST]


def kind(label: str) -> str:
    """What people call such a row."""
    model = _model(label)
    return str(capfirst(model._meta.verbose_name)) if model else label


def lines(revision: Revision) -> list[Line]:
    """What differs. Of a row that was made or deleted, what it had."""
    model = _model(revision.kind)
    before, after = revision.before or {}, revision.after or {}
    found = [
        Line(_label(model, name), _words(model, name, before), _words(model, name, after))
        for name in revision.columns
        if name not in NAMED.values()
        and (before.get(name) or after.get(name) or (before and after))
    ]
    return [*found, *(Line(_label(model, name), secret=True) for name in revision.secrets)]


def who(revision: Revision) -> str:
    return revision.who or "PostFlow"


def by(revision: Revision) -> str:
    """By which door: `through the API (nightly conform)`."""
    how = revision.get_via_display()
    return f"{how} ({revision.means})" if revision.means else how


def page_of(revision: Revision) -> str:
    """The history of the row that it tells of; of one that is gone there is none."""
    model = _model(revision.kind)
    if model is None or revision.act == Act.DELETED:
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_history"
    return reverse(name, args=[revision.object_id])


def restore_page(revision: Revision) -> str:
    """Leads to the rule as it was before this change, to be looked at and saved."""
    if revision.kind != RULES or not revision.before:
        return ""
    return reverse("admin:pipeline_revision_restore", args=[revision.pk])


def _model(label: str) -> type[models.Model] | None:
    return apps.get_model(label) if label in revisions.TABLES else None


def _column(model: type[models.Model] | None, name: str) -> "models.Field[object, object] | None":
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:  # of an earlier version
        return None
    return found if isinstance(found, models.Field) else None


def _label(model: type[models.Model] | None, name: str) -> str:
    column = _column(model, name)
    return str(capfirst(column.verbose_name)) if column is not None else name


def _words(model: type[models.Model] | None, name: str, values: dict[str, JsonValue]) -> str:
    value = values.get(name)
    if known := values.get(NAMED.get(name, "")):
        return str(known)
    if name == "frameio_account":
        labels = account_labels().items()
        return next((label for pk, label in labels if pk == value), _plain(value))
    column = _column(model, name)
    if column is not None and value not in (None, "") and column.flatchoices:
        return next((str(label) for key, label in column.flatchoices if key == value), str(value))
    if isinstance(value, list):
        return ", ".join(_listed(name, value)) or _plain(None)
    return _dated(column, value) or _plain(value)


def _listed(name: str, values: list[JsonValue]) -> Iterable[str]:
    match name:
        case "integrations":
            return (wording.integration(str(each)) for each in values)
        case "days" if values == EVERY_DAY:
            return [_("every day")]
        case "days":
            return (str(label) for day, label in DAYS if day in values)
        case "scopes":
            scopes = dict(ApiToken.Scope.choices)
            return (str(scopes.get(str(each), each)) for each in values)
    return map(str, values)


def _dated(column: "models.Field[object, object] | None", value: JsonValue) -> str:
    if not isinstance(value, str):
        return ""
    match column:
        case models.DateTimeField() if moment := parse_datetime(value):
            return _moment(moment)
        case models.TimeField() if at := parse_time(value):
            return _time(at)
    return ""


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _time(at: time) -> str:
    return time_format(at, "TIME_FORMAT")


def _plain(value: JsonValue) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("empty") if value in (None, "") else str(value)
