"""Pause, limits, hours and mount paths: what a studio sets for its uploads."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pipeline import pausing
from pipeline.admin.base import Desk
from pipeline.forms import UploadWindowForm
from pipeline.models import Project
from pipeline.studio import DAYS, EVERY_DAY, THE_ONE, MountPath, Studio, UploadWindow


class StudioDesk(Desk[Studio]):
    """One row, so the list leads to it."""

    fields = ["uploads_per_account"]
    change_form_template = "admin/pipeline/studio/change_form.html"

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Studio | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, _extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        Studio.objects.get_or_create(pk=THE_ONE)
        return HttpResponseRedirect(reverse("admin:pipeline_studio_change", args=[THE_ONE]))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("pause/", wrap(self.pause_view), name="pipeline_studio_pause"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def pause_view(self, request: HttpRequest) -> HttpResponse:
        """`project` (its key; empty: all of them), `go_on` to resume, `next`."""
        if not request.user.has_perm("pipeline.change_uploadjob"):
            raise PermissionDenied
        wanted = request.POST.get("project", "")
        project = get_object_or_404(Project, pk=wanted) if wanted.isdecimal() else None
        if "go_on" in request.POST:
            done, said = pausing.resume(project), _("Uploads go on.")
        else:
            done = pausing.pause(project, request.user.get_username())
            said = _("Paused. What is under way stops within seconds, and goes on there later.")
        if done:
            messages.success(request, str(said))
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return HttpResponseRedirect(back if safe else reverse("admin:index"))

    def save_model(
        self,
        _request: HttpRequest,
        studio: Studio,
        _form: forms.ModelForm[Studio],
        _change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        studio.save(update_fields=["uploads_per_account"])  # not the pause


class UploadWindowDesk(Desk[UploadWindow]):
    add_words = _("Add hours")
    form = UploadWindowForm
    list_display = ["when", "shown_days", "shown_project", "effect"]
    list_select_related = ["project"]
    none_chosen = {"project": _("All that have no hours of their own")}
    nothing_yet = _(
        "No hours are set: uploads go at any time, as fast as they can. Add hours to let them go at"
        " night only, or slower while people work."
    )

    @admin.display(description=_("hours"), ordering="from_time")
    def when(self, window: UploadWindow) -> str:
        return str(window)

    @admin.display(description=_("begins on"))
    def shown_days(self, window: UploadWindow) -> str:
        if window.days == EVERY_DAY:
            return _now("every day")
        return ", ".join(str(name) for day, name in DAYS if day in window.days)

    @admin.display(description=_("project"), ordering="project__code")
    def shown_project(self, window: UploadWindow) -> str:
        return window.project.code if window.project else _now("all")

    @admin.display(description=_("what it does"))
    def effect(self, window: UploadWindow) -> str:
        said = _now("Uploads go in these hours only.") if window.only_then else ""
        if window.megabits_per_second:
            speed = _now("At most %(speed)d Mbit/s.") % {"speed": window.megabits_per_second}
            said = f"{said} {speed}".strip()
        return said


class MountPathDesk(Desk[MountPath]):
    add_words = _("Add a mount path")
    fields = ["share", "host", "path"]
    list_display = ["share", "machines", "path"]
    list_display_links = ["path"]
    nothing_yet = _(
        "Every machine finds the mount at the same path. Where one does not (/media/studio on"
        " Linux, /Volumes/studio on macOS), add both paths under one share's name."
    )

    @admin.display(description=_("machines"), ordering="host")
    def machines(self, mount: MountPath) -> str:
        return _now("all") if mount.host == "*" else mount.host
