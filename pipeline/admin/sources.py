"""The watcher's ledger, to answer "did it see my file, and what became of it?"."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pipeline.admin import file_moves, wording
from pipeline.admin.big import BigDesk, BigList
from pipeline.admin.filters import FileStateFilter, RelatedFilter, WaitingFilter
from pipeline.explain import explain
from pipeline.models import SourceFile, UploadJob
from pipeline.models.files import Beginning

CONFIRM_AT_MOST = 20  # names shown; more are counted


class SourceFileDesk(BigDesk[SourceFile]):
    list_display = ["named", "badge", "shown_folder", "shown_size", "why", "changed"]
    list_display_links = ["named"]
    list_filter = [FileStateFilter, WaitingFilter, ("folder", RelatedFilter)]
    list_select_related = ["folder"]
    search_fields = ["key"]
    search_help_text = _("Part of a file's path: three letters or more")
    actions = ["send_chosen", "ignore_chosen", "forget_chosen"]
    fields = ["key", "folder", "shown_size", "badge", "reason", "first_seen", "changed_at"]
    change_form_template = "admin/pipeline/sourcefile/change_form.html"
    nothing_yet = _(
        "No files seen yet. The watcher writes down here each file it finds in a watched folder,"
        " and what became of it."
    )

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """May send, ignore and forget. The rows themselves nobody edits."""
        return bool(request.user.has_perm("pipeline.change_sourcefile"))

    # --- The list ---------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceFile]:
        """With what a held upload waits for: that is why the file has not gone up."""
        held = UploadJob.objects.filter(source=OuterRef("pk"), state=UploadJob.State.WAITING)
        reason = Subquery(held.order_by("-id").values("reason")[:1])
        return super().get_queryset(request).annotate(held_because=reason)

    @admin.display(description=_("state"), ordering="state")
    def badge(self, source: SourceFile) -> SafeString:
        return wording.badge(source.state, source.get_state_display())

    def get_changelist(
        self,
        request: HttpRequest,  # noqa: ARG002  Django's signature
        **kwargs: object,  # noqa: ARG002
    ) -> type[ChangeList]:
        return BigList

    @admin.display(description=_("file"), ordering=Beginning("key"))
    def named(self, source: SourceFile) -> SafeString:
        shown = wording.breakable(source.key)
        return format_html('<span class="file-name" title="{}">{}</span>', source.key, shown)

    @admin.display(description=_("watched folder"), ordering="folder_id")
    def shown_folder(self, source: SourceFile) -> str:
        return str(source.folder or "-")

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, source: SourceFile) -> str:
        return wording.size(source.size)

    @admin.display(description=_("reason"))
    def why(self, source: SourceFile) -> SafeString:
        return wording.reason(source.reason or getattr(source, "held_because", None) or "")

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed(self, source: SourceFile) -> str:
        return wording.ago(source.changed_at)

    @admin.action(description=_("Send anyway"), permissions=["steer"])
    def send_chosen(self, request: HttpRequest, chosen: QuerySet[SourceFile]) -> None:
        file_moves.send_anyway(request, chosen)

    @admin.action(description=_("Ignore"), permissions=["steer"])
    def ignore_chosen(self, request: HttpRequest, chosen: QuerySet[SourceFile]) -> None:
        file_moves.ignore(request, chosen)

    @admin.action(description=_("Forget and look again…"), permissions=["steer"])
    def forget_chosen(
        self, request: HttpRequest, chosen: QuerySet[SourceFile]
    ) -> HttpResponse | None:
        if "confirmed" in request.POST:
            file_moves.forget(request, chosen)
            return None
        return self._ask_before_forgetting(request, chosen)

    # --- One file ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/send/", wrap(self.send_one), name="pipeline_sourcefile_send"),
            path("<int:pk>/ignore/", wrap(self.ignore_one), name="pipeline_sourcefile_ignore"),
            path("<int:pk>/forget/", wrap(self.forget_one), name="pipeline_sourcefile_forget"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def send_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        file_moves.send_anyway(request, [self._to_steer(request, pk)])
        return self._back(pk)

    @method_decorator(require_POST)
    def ignore_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        file_moves.ignore(request, [self._to_steer(request, pk)])
        return self._back(pk)

    def forget_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        source = self._to_steer(request, pk)
        if request.method != "POST":
            return self._ask_before_forgetting(request, SourceFile.objects.filter(pk=source.pk))
        file_moves.forget(request, [source])
        return self._back(pk)

    def _to_steer(self, request: HttpRequest, pk: int) -> SourceFile:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        return get_object_or_404(SourceFile, pk=pk)

    def _back(self, pk: int) -> HttpResponse:
        if SourceFile.objects.filter(pk=pk).exists():
            return HttpResponseRedirect(reverse("admin:pipeline_sourcefile_change", args=[pk]))
        return HttpResponseRedirect(reverse("admin:pipeline_sourcefile_changelist"))

    def _ask_before_forgetting(
        self, request: HttpRequest, chosen: QuerySet[SourceFile]
    ) -> HttpResponse:
        pks = list(chosen.values_list("pk", flat=True))
        return TemplateResponse(
            request,
            "admin/pipeline/sourcefile/forget.html",
            {
                **self.admin_site.each_context(request),
                "title": ngettext("Forget this file?", "Forget these files?", len(pks)),
                "opts": self.opts,
                "pks": pks,
                "chosen": chosen[:CONFIRM_AT_MOST],
                "more": max(0, len(pks) - CONFIRM_AT_MOST),
                "by_action": request.method == "POST",
            },
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        source = self.get_object(request, object_id)
        shown = {
            "source": source,
            "explanation": explain(source.path) if source else None,
            "uploads": source.jobs.select_related("project") if source else [],
            "may_steer": self.has_steer_permission(request),
            "may_send": source is not None and file_moves.may_send(source),
            "may_ignore": source is not None and file_moves.may_ignore(source),
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})
