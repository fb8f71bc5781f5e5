"""What our desks share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

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


class Desk(AnyDesk[Row]):
    """`nothing_yet`: what an empty list says, and so what to do next."""

    actions: Sequence[str] | None = None  # nothing here is deleted by the dozen
    nothing_yet: str | Promise = ""
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count the whole table for each filter


class ReadOnlyDesk(Desk[Row]):
    """A table that the machines write: people look, and act through buttons of its own."""

    actions_on_bottom = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Row | None = None) -> bool:
        return False
