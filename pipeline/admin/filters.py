"""The filters that matter to a producer, without a count or a date tree over the whole table."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.admin.overview import NEEDS_A_PERSON, midnight, open_uploads
from pipeline.ledger import waiting_long
from pipeline.models import SourceFile, UploadJob

NEEDS_ME = "needs-me"
State = UploadJob.State
TABS = [State.RUNNING, State.PENDING, State.WAITING, State.FAILED, State.DONE, State.CANCELLED]
SCENES_OF = 2000  # uploads: more would be read through for a menu


def _tab(label: str, count: int, kind: str) -> str:
    if not count:
        return label
    return format_html('{} <b class="count is-{}">{}</b>', label, kind, count)


class StateFilter(admin.SimpleListFilter):
    """Tabs: what there is to do first, then how it ended."""

    title = _("state")
    parameter_name = "state"
    template = "postflow/filter_tabs.html"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[UploadJob]
    ) -> Iterable[tuple[str, str]]:
        """With how many there are of those in which something is still to happen."""
        number = open_uploads()
        needs = sum(number.get(state, 0) for state in NEEDS_A_PERSON)
        yield NEEDS_ME, _tab(_now("needs a person"), needs, "failed")
        for state in TABS:
            yield str(state), _tab(str(state.label), number.get(state, 0), str(state))

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[UploadJob]
    ) -> QuerySet[UploadJob] | None:
        if self.value() == NEEDS_ME:
            return rows.filter(state__in=NEEDS_A_PERSON)
        return rows.filter(state=self.value()) if self.value() else None


def latest_of(model: type[Model], column: str, value: int) -> int:
    """The newest row's id of those with that value, or 0. PostgreSQL takes them for spread evenly,
    and would look for those of an old project from the newest row of all on; in this order only
    their own index has them."""
    rows = model._default_manager.filter((f"{column}__gte", value)).order_by(column, "-pk")
    first = rows.values_list(column, "pk").first()
    return first[1] if first and first[0] == value else 0


class RelatedFilter(admin.RelatedFieldListFilter):
    """For the rows of one project, or folder, in a long list."""

    def queryset(self, request: HttpRequest, rows: QuerySet[Model]) -> QuerySet[Model] | None:
        found = super().queryset(request, rows)
        chosen = request.GET.get(self.lookup_kwarg, "")
        if found is None or not chosen.isdecimal():
            return found
        return found.filter(pk__lte=latest_of(rows.model, f"{self.field.name}_id", int(chosen)))


class ProjectFilter(RelatedFilter):
    """Without a choice for no project: those uploads are held."""

    @property
    def include_empty_choice(self) -> bool:
        return False


class SceneFilter(admin.SimpleListFilter):
    """The scenes of the latest uploads, of one project where one is chosen."""

    title = _("scene")
    parameter_name = "scene"

    def lookups(
        self, request: HttpRequest, _desk: admin.ModelAdmin[UploadJob]
    ) -> Iterable[tuple[str, str]]:
        rows = UploadJob.objects.order_by("-id")
        project = request.GET.get("project__id__exact", "")
        if project.isdecimal():
            latest = latest_of(UploadJob, "project_id", int(project))
            rows = rows.filter(project=int(project), pk__lte=latest)
        scenes = {scene for scene in rows.values_list("scene", flat=True)[:SCENES_OF] if scene}
        if chosen := self.value():
            scenes.add(chosen)
        return [(scene, scene) for scene in sorted(scenes)]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[UploadJob]
    ) -> QuerySet[UploadJob] | None:
        return rows.filter(scene=self.value()) if self.value() else None


class FileStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"
    template = "postflow/filter_tabs.html"

    def lookups(
        self, _request: HttpRequest, _desk: admin.ModelAdmin[SourceFile]
    ) -> Iterable[tuple[str, str]]:
        return [(str(state), str(state.label)) for state in SourceFile.State]

    def queryset(
        self, _request: HttpRequest, rows: QuerySet[SourceFile]
    ) -> QuerySet[SourceFile] | None:
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
            # First of all, or SQLite would walk through all that ever arrived for their order.
            arrived = UploadJob.objects.filter(finished_at__gte=today, state=State.DONE).order_by()
            return rows.filter(pk__in=arrived.values("pk"))
        return None
