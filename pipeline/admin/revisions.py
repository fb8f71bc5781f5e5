"""The list of all changes of the set-up."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pipeline.admin import revision_words as words
from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.models import NamingRule, Revision
from pipeline.revisions import TABLES

DAYS_BACK = 7


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[Revision]
    ) -> Iterable[tuple[str, str]]:
        return sorted(((label, words.kind(label)) for label in TABLES), key=lambda one: one[1])

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[Revision]
    ) -> QuerySet[Revision] | None:
        return rows.filter(kind=self.value()) if self.value() else None


class WhoFilter(admin.SimpleListFilter):
    title = _("who")
    parameter_name = "who"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[Revision]
    ) -> Iterable[tuple[str, str]]:
        names = Revision.objects.order_by("who").values_list("who", flat=True).distinct()
        return [(name, name) for name in names if name]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[Revision]
    ) -> QuerySet[Revision] | None:
        return rows.filter(who=self.value()) if self.value() else None


class DayFilter(admin.SimpleListFilter):
    """The last days one by one; any other day by its date in the address, `?day=2026-03-01`."""

    title = _("day")
    parameter_name = "day"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[Revision]
    ) -> Iterable[tuple[str, str]]:
        today = timezone.localdate()
        days = [today - timedelta(days=back) for back in range(DAYS_BACK)]
        if (chosen := self._day()) and chosen not in days:
            days.append(chosen)
        return [(day.isoformat(), _named(day, today)) for day in days]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[Revision]
    ) -> QuerySet[Revision] | None:
        day = self._day()
        if day is None:
            return None
        begin = timezone.make_aware(datetime.combine(day, time()))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
        return rows.filter(at__gte=begin, at__lt=end)

    def _day(self) -> date | None:
        try:
            return parse_date(self.value() or "")
        except ValueError:  # the 31st of February
            return None


def _named(day: date, today: date) -> str:
    match (today - day).days:
        case 0:
            return _now("today")
        case 1:
            return _now("yesterday")
    return date_format(day, "DATE_FORMAT")


class RevisionDesk(ReadOnlyDesk[Revision]):
    list_display = ["when", "shown_who", "row", "did"]
    list_display_links = ["when"]
    list_filter = [DayFilter, KindFilter, WhoFilter]
    search_fields = ["name", "who", "means", "before", "after"]
    search_help_text = _("Part of a name, or of what it was before or after")
    fields = ["when", "shown_who", "row", "did"]
    ordering = ["-id"]
    sortable_by = ()
    nothing_yet = _("Nobody has changed the set-up yet.")

    def get_urls(self) -> list[URLPattern]:
        restore = self.admin_site.admin_view(self.restore_view)
        return [
            path("<int:pk>/restore/", restore, name="pipeline_revision_restore"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the form of the rule, or of a new one where it is gone."""
        if not request.user.has_perm("pipeline.change_namingrule"):
            raise PermissionDenied
        revision = get_object_or_404(Revision, pk=pk, kind=words.RULES)
        rule = NamingRule.objects.filter(pk=revision.object_id).first()
        page = (
            reverse("admin:pipeline_namingrule_change", args=[rule.pk])
            if rule
            else reverse("admin:pipeline_namingrule_add")
        )
        return HttpResponseRedirect(f"{page}?restore={revision.pk}")

    @admin.display(description=_("when"))
    def when(self, revision: Revision) -> str:
        return wording.ago(revision.at)

    @admin.display(description=_("who"))
    def shown_who(self, revision: Revision) -> SafeString:
        return format_html(
            '{}<span class="under">{}</span>', words.who(revision), words.by(revision)
        )

    @admin.display(description=_("what"))
    def row(self, revision: Revision) -> SafeString:
        name, kind = revision.name, words.kind(revision.kind)
        page = words.page_of(revision)
        shown = format_html('<a href="{}">{}</a>', page, name) if page else name
        return format_html('{}<span class="under">{}</span>', shown, kind)

    @admin.display(description=_("change"))
    def did(self, revision: Revision) -> SafeString:
        shown = {"revision": revision, "restore": words.restore_page(revision)}
        return render_to_string("postflow/revision.html", shown)
