"""The uploads: looked at here, moved only through `pipeline.jobs`."""

from pathlib import Path

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pipeline import media, nodes, quarantine, studio
from pipeline.admin import again, comment_files, links, moves, wording
from pipeline.admin.big import BigList
from pipeline.admin.filters import ProjectFilter, SceneFilter, StateFilter, WhenFilter
from pipeline.admin.held_reasons import say_anew
from pipeline.admin.held_views import HeldViews
from pipeline.admin.overview import explained
from pipeline.admin.remedies import remedy
from pipeline.explain import explain
from pipeline.file_links import link_to
from pipeline.jobs import Rank
from pipeline.models import Delivery, UploadJob
from pipeline.thumbnails import WITH_THUMBNAIL

CONFIRM_AT_MOST = 20  # names shown; more are counted


class QueueList(BigList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        explained(self.result_list)
        say_anew(self.result_list)


class UploadJobDesk(HeldViews):
    list_display = ["named", "badge", "progress", "why", "age"]
    list_display_links = ["named"]
    list_filter = [StateFilter, WhenFilter, ("project", ProjectFilter), SceneFilter]
    list_select_related = ["project", "rule"]
    search_fields = ["words"]
    search_help_text = _(
        "Part of a file name, of its path below the watched folder, or of a shot. Fewer than three"
        " letters are looked for among the latest 10,000 only."
    )
    actions = [
        "retry_chosen",
        "send_chosen_first",
        "raise_chosen",
        "even_chosen",
        "lower_chosen",
        "link_chosen",
        "cancel_chosen",
    ]
    fieldsets = [
        (_("On Frame.io"), {"fields": ["project", "rule", "read_fields", "goes_to"]}),
        (_("File"), {"fields": ["shown_path", "in_ledger", "shown_size", "film"]}),
        (
            _("Work"),
            {
                "classes": ["collapse"],
                "fields": [
                    "attempts",
                    "place_in_queue",
                    "at_any_hour",
                    "run_after",
                    "machine",
                    "started_at",
                    "finished_at",
                ],
            },
        ),
    ]
    change_form_template = "admin/pipeline/uploadjob/change_form.html"
    nothing_yet = _(
        "No uploads yet. Save a finished render in a watched folder, and it turns up here within"
        " seconds."
    )

    # --- The list ---------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadJob]:
        """With what reviewers say of each, `review_status`."""
        said = Delivery.objects.filter(job=OuterRef("pk")).exclude(status="").order_by("id")
        first = Subquery(said.values("status")[:1])
        rows = super().get_queryset(request).annotate(review_status=first)
        return rows.prefetch_related(WITH_THUMBNAIL)

    @admin.display(description=_("state"), ordering="state")
    def badge(self, job: UploadJob) -> SafeString:
        state = wording.badge(job.state, job.get_state_display(), f"job-{job.pk}-state")
        status: str = vars(job).get("review_status") or ""
        return format_html("{} {}", state, wording.review_status(status)) if status else state

    @admin.display(description=_("name"), ordering="name")
    def named(self, job: UploadJob) -> SafeString:
        return format_html(
            '<span class="named">{2}<span><span class="file-name" title="{0}">{0}</span>'
            '<span class="under">{1}</span></span></span>',
            job.name,
            wording.place(job),
            wording.picture(job),
        )

    @admin.display(description=_("progress"))
    def progress(self, job: UploadJob) -> SafeString:
        return wording.progress(job)

    @admin.display(description=_("reason"))
    def why(self, job: UploadJob) -> SafeString:
        return format_html(
            '<span class="reason" id="job-{}-reason" data-live title="{}">{}</span>',
            job.pk,
            wording.why(job),
            wording.why(job),
        )

    def get_changelist(
        self,
        request: HttpRequest,  # noqa: ARG002  Django's signature
        **kwargs: object,  # noqa: ARG002
    ) -> type[ChangeList]:
        return QueueList

    @admin.display(description=_("came in"), ordering="id")
    def age(self, job: UploadJob) -> str:
        return wording.ago(job.created_at)

    @admin.action(description=_("Send again"), permissions=["steer"])
    def retry_chosen(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> None:
        moves.retry(request, chosen.iterator(chunk_size=500))

    @admin.action(description=_("Send now"), permissions=["steer"])
    def send_chosen_first(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> None:
        moves.send_first(request, chosen.order_by("priority", "-id"))

    @admin.action(description=_("Priority: high"), permissions=["steer"])
    def raise_chosen(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> None:
        moves.rank(request, chosen.iterator(chunk_size=500), Rank.HIGH)

    @admin.action(description=_("Priority: normal"), permissions=["steer"])
    def even_chosen(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> None:
        moves.rank(request, chosen.iterator(chunk_size=500), Rank.NORMAL)

    @admin.action(description=_("Priority: low"), permissions=["steer"])
    def lower_chosen(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> None:
        moves.rank(request, chosen.iterator(chunk_size=500), Rank.LOW)

    @admin.action(description=_("Cancel…"), permissions=["steer"])
    def cancel_chosen(
        self, request: HttpRequest, chosen: QuerySet[UploadJob]
    ) -> HttpResponse | None:
        if "confirmed" in request.POST:
            last = request.POST.get("last", "")
            asked_about = chosen.filter(pk__lte=int(last)) if last.isdecimal() else chosen
            moves.cancel(request, asked_about.iterator(chunk_size=500))
            return None
        return self._ask_before_cancelling(request, chosen)

    @admin.action(description=_("Make a review link…"), permissions=["steer"])
    def link_chosen(self, request: HttpRequest, chosen: QuerySet[UploadJob]) -> HttpResponse | None:
        pks = list(chosen.values_list("pk", flat=True)[: links.MOST_FILES + 1])
        if len(pks) > links.MOST_FILES:
            text = _now("A review link takes %(count)d files at most. Choose fewer.")
            messages.error(request, text % {"count": links.MOST_FILES})
            return None
        return HttpResponseRedirect(links.address(pks))

    @method_decorator(sensitive_post_parameters("passphrase"))
    def link_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return links.form_page(request, around)

    # --- One job ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/retry/", wrap(self.retry_one), name="pipeline_uploadjob_retry"),
            path("<int:pk>/first/", wrap(self.send_one_first), name="pipeline_uploadjob_first"),
            path(
                "<int:pk>/comments.<str:kind>",
                wrap(self.comments_view),
                name="pipeline_uploadjob_comments",
            ),
            path("<int:pk>/again/", wrap(self.again_view), name="pipeline_uploadjob_again"),
            path("<int:pk>/rank/", wrap(self.rank_one), name="pipeline_uploadjob_rank"),
            path("review-link/", wrap(self.link_view), name="pipeline_uploadjob_link"),
            path("<int:pk>/cancel/", wrap(self.cancel_one), name="pipeline_uploadjob_cancel"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def retry_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        moves.retry(request, [self._to_steer(request, pk)])
        return self._back(request, pk)

    @method_decorator(require_POST)
    def send_one_first(self, request: HttpRequest, pk: int) -> HttpResponse:
        moves.send_first(request, [self._to_steer(request, pk)])
        return self._back(request, pk)

    def cancel_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._to_steer(request, pk)
        if request.method != "POST":
            return self._ask_before_cancelling(request, UploadJob.objects.filter(pk=job.pk))
        moves.cancel(request, [job])
        return self._back(request, pk)

    @method_decorator(require_safe)
    def comments_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        job = get_object_or_404(UploadJob, pk=pk)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return comment_files.as_file(job, kind)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._to_steer(request, pk)
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return again.form_page(request, job, around)

    @method_decorator(require_POST)
    def rank_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`rank`: one of `Rank`'s numbers."""
        job = self._to_steer(request, pk)
        wanted = {str(rank.value): rank for rank in Rank}.get(request.POST.get("rank", ""))
        if wanted is None:
            raise Http404
        moves.rank(request, [job], wanted)
        return self._back(request, pk)

    def _to_steer(self, request: HttpRequest, pk: int) -> UploadJob:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        return get_object_or_404(UploadJob, pk=pk)

    def _back(self, request: HttpRequest, pk: int) -> HttpResponse:
        wanted = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
            return HttpResponseRedirect(wanted)
        return HttpResponseRedirect(reverse("admin:pipeline_uploadjob_change", args=[pk]))

    def _ask_before_cancelling(
        self, request: HttpRequest, chosen: QuerySet[UploadJob]
    ) -> HttpResponse:
        """All of a list are named by its filter, which is in the page's address, and by the last
        that has come in: Django takes a thousand fields of a form at most."""
        count = chosen.aggregate(all=Count("pk"), last=Max("pk"))
        across = request.POST.get("select_across") == "1"
        pks = chosen.values_list("pk", flat=True)
        return TemplateResponse(
            request,
            "admin/pipeline/uploadjob/cancel.html",
            {
                **self.admin_site.each_context(request),
                "title": ngettext("Cancel this upload?", "Cancel these uploads?", count["all"]),
                "count": count["all"],
                "opts": self.opts,
                "pks": pks[:1] if across else pks,
                "last": count["last"] if across else None,
                "chosen": chosen[:CONFIRM_AT_MOST],
                "more": max(0, count["all"] - CONFIRM_AT_MOST),
                "by_action": request.method == "POST",
                "next": request.GET.get("next", ""),
            },
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        job = self.get_object(request, object_id)
        if job:
            explained([job])
            say_anew([job])
        shown = {
            "job": job,
            "events": job.events.all() if job else [],
            "deliveries": job.deliveries.all() if job else [],
            "link_address": links.address([job.pk]) if job else "",
            "comments": comment_files.comments(job) if job else [],
            "has_timelines": comment_files.HAS_TIMELINES,
            "ranks": Rank,
            "remedy": remedy(job, request.user) if job else None,
            "may_steer": self.has_steer_permission(request),
            "is_unread": job is not None and quarantine.held().filter(pk=job.pk).exists(),
            "explanation": explain(job.source.path) if job else None,
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @admin.display(description=_("what it is"))
    def read_fields(self, job: UploadJob) -> SafeString:
        source = _now("read from the name")
        if job.filled_in_by:
            source = _now("filled in by %(who)s") % {"who": job.filled_in_by}
        elif job.overrides:
            source = _now("filled in by hand")
        fields = wording.fields(job.fields)
        return format_html('{} <span class="quiet">{}</span>', fields, source if job.fields else "")

    @admin.display(description=_("folders"))
    def goes_to(self, job: UploadJob) -> str:
        return wording.folders(job) or str(self.get_empty_value_display())

    @admin.display(description=_("path"))
    def shown_path(self, job: UploadJob) -> SafeString:
        path, folder = job.source.path, job.source.folder
        mount_point = (
            studio.here(Path(folder.mount_point)) if folder and folder.mount_point else None
        )
        shown = {
            "path": wording.readable(path),
            "link": link_to(path, mount_point, settings.FILE_LINK_TEMPLATE),
        }
        return render_to_string("postflow/path.html", shown)

    @admin.display(description=_("source file"))
    def in_ledger(self, job: UploadJob) -> SafeString:
        page = reverse("admin:pipeline_sourcefile_change", args=[job.source_id])
        return format_html('<a href="{}">{}</a>', page, job.source.get_state_display())

    @admin.display(description=_("film"))
    def film(self, job: UploadJob) -> str:
        known = media.in_words(job.media) or str(job.media.get("reason", ""))
        return known or _now("Not known before it has arrived.")

    @admin.display(description=_("size"))
    def shown_size(self, job: UploadJob) -> str:
        return wording.size(job.size)

    @admin.display(description=_("priority"))
    def place_in_queue(self, job: UploadJob) -> str:
        return wording.rank(job)

    @admin.display(description=_("at any hour"))
    def at_any_hour(self, job: UploadJob) -> str:
        return _now("yes") if job.any_time else _now("no")

    @admin.display(description=_("machine"))
    def machine(self, job: UploadJob) -> str:
        return nodes.host_of(job.node) or str(self.get_empty_value_display())
