"""Lists of tables that grow to a million rows: nothing reads or counts all of them."""

from typing import TypeVar

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, OrderBy, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.functional import cached_property

from pipeline import search
from pipeline.admin.base import ReadOnlyDesk
from pipeline.models import SourceFile, UploadJob

Row = TypeVar("Row", UploadJob, SourceFile)


class CountedSoFar(Paginator[Row]):
    """Of the rows that are listed: the first `search.AT_MOST`, and whether there are more."""

    object_list: QuerySet[Row]

    @cached_property
    def counted(self) -> int:
        return self.object_list.order_by().values("pk")[: search.AT_MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, search.AT_MOST)

    @property
    def has_more(self) -> bool:
        """Of which a page tells (templates/admin/pagination.html and its like)."""
        return self.counted > search.AT_MOST


class BigList(ChangeList):
    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Model]:
        """A list that is only looked at needs no more than it shows: of what is searched for, or
        chosen by a filter and then sorted, the latest. What is done to all is done to all."""
        rows = super().get_queryset(request, exclude_parameters)
        text = self.query.strip()
        if request.method != "GET":
            return search.containing(rows, text) if text else rows
        order = self.params.get(ORDER_VAR, "")
        is_sorted = "." in order or (order and rows.query.where)  # no index has several columns
        return search.latest(rows, text) if text or is_sorted else rows

    def get_ordering(
        self, request: HttpRequest, queryset: QuerySet[Model]
    ) -> list[str | Combinable]:
        """What is equal comes the latest first; or last where an index is read backwards."""
        order = super().get_ordering(request, queryset)
        if len(order) == 2 and order[1] == "-pk" and _falls(order[0]):
            return [order[0], "pk"]
        return order


def _falls(order: object) -> bool:
    return order.descending if isinstance(order, OrderBy) else str(order).startswith("-")


class BigDesk(ReadOnlyDesk[Row]):
    """Searched by `BigList`; `search_fields` only has Django show the box."""

    paginator = CountedSoFar

    def get_search_results(
        self, _request: HttpRequest, rows: QuerySet[Row], _text: str
    ) -> tuple[QuerySet[Row], bool]:
        return rows, False
