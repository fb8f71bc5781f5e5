"""What our desks share."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

if TYPE_CHECKING:  # the type checker's own name for them
    from django.contrib.admin.options import _FieldsetSpec

    Fieldsets: TypeAlias = _FieldsetSpec
else:
    Fieldsets = object

Row = TypeVar("Row", bound=Model)


class AnyDesk(admin.ModelAdmin[Row]):
    """`add_words`: what the button says, as a verb and an article do not fit together in every
    language.

    Nothing is written to Django's log: whoever changes a row, by whichever door, stands in
    `pipeline.revisions`, with its values. What Django asks for in return is never saved.
    """

    add_words: str | Promise = ""

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        shown = {"title": self.add_words, **(extra_context or {})}
        return super().add_view(request, form_url, shown)

    def log_addition(self, _request: HttpRequest, _row: Row, _message: object) -> LogEntry:
        return LogEntry()

    def log_change(self, _request: HttpRequest, _row: Row, _message: object) -> LogEntry:
        return LogEntry()

    def log_deletions(self, _request: HttpRequest, _rows: QuerySet[Row]) -> list[LogEntry]:
        return []

    def get_deleted_objects(
        self, objs: Sequence[Row] | QuerySet[Row], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Without the rows that only tie two others together: nobody has seen them."""
        rows, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = {
            table._meta.verbose_name_plural
            for table in self.opts.apps.get_models(include_auto_created=True)
            if table._meta.auto_created
        }
        shown = {name: number for name, number in counts.items() if name not in ties}
        return rows, shown, lacking, protected


class Desk(AnyDesk[Row]):
    """`nothing_yet`: what an empty list says, and so what to do next.

    `none_chosen`: what it means that no row is chosen, by field.
    """

    actions: Sequence[str] | None = None  # nothing here is deleted by the dozen
    nothing_yet: str | Promise = ""
    none_chosen: Mapping[str, str | Promise] = {}
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count the whole table for each filter

    def get_action_choices(
        self, request: HttpRequest, default_choices: list[tuple[str, str]] | None = None
    ) -> list[tuple[str, str]]:
        return super().get_action_choices(request, default_choices or [("", _("Choose…"))])

    def formfield_for_dbfield(
        self, db_field: Field[object, object], request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        """Beside a choice of rows stands how to make a new one, and nothing else."""
        made = super().formfield_for_dbfield(db_field, request, **kwargs)
        if made and isinstance(made.widget, RelatedFieldWidgetWrapper):
            made.widget.can_change_related = made.widget.can_view_related = False
        return made

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Model], request: HttpRequest, **kwargs: object
    ) -> forms.ModelChoiceField[Model] | None:
        if said := self.none_chosen.get(db_field.name, "" if db_field.blank else _("Choose…")):
            kwargs["empty_label"] = said
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyDesk(Desk[Row]):
    """A table that the machines write: people look, and act through buttons of its own."""

    actions_on_bottom = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Row | None = None) -> bool:
        return False
