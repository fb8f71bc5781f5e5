"""The filters that matter to a producer, without a count or a date tree over the whole table."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.admin.overview import NEEDS_A_PERSON, midnight
from pipeline.ledger import waiting_long
from pipeline.models import SourceFile, UploadJob

NEEDS_ME = "needs-me"


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[UploadJob]
    ) -> Iterable[tuple[str, str]]:
        return [
            (NEEDS_ME, _now("needs a person")),
            *((str(state), str(state.label)) for state in UploadJob.State),
        ]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[UploadJob]
    ) -> QuerySet[UploadJob] | None:
        if self.value() == NEEDS_ME:
            return rows.filter(state__in=NEEDS_A_PERSON)
        return rows.filter(state=self.value()) if self.value() else None


class WaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[SourceFile]
    ) -> Iterable[tuple[str, str]]:
        return [("long", _now("waiting for hours"))]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[SourceFile]
    ) -> QuerySet[SourceFile] | None:
        return rows.filter(waiting_long(timezone.now())) if self.value() else None


class WhenFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "when"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[UploadJob]
    ) -> Iterable[tuple[str, str]]:
        return [
            ("today", _now("came in today")),
            ("week", _now("came in the last 7 days")),
            ("arrived", _now("arrived today")),
        ]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[UploadJob]
    ) -> QuerySet[UploadJob] | None:
        today = midnight(timezone.now())
        if self.value() == "today":
            return rows.filter(created_at__gte=today)
        if self.value() == "week":
            return rows.filter(created_at__gte=today - timedelta(days=6))
        if self.value() == "arrived":
            return rows.filter(finished_at__gte=today, state=UploadJob.State.DONE)
        return None
