"""The addresses of the uploads that are held for their names."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from pipeline import quarantine
from pipeline.admin import by_hand, held_names
from pipeline.admin.big import BigDesk
from pipeline.models import UploadJob


class HeldViews(BigDesk[UploadJob]):
    """Who sees uploads sees the page; who may steer them lets them go."""

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """May retry and cancel. The rows themselves nobody edits."""
        return bool(request.user.has_perm("pipeline.change_uploadjob"))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("held/", wrap(self.held_view), name="pipeline_uploadjob_held"),
            path("held/send/", wrap(self.send_held), name="pipeline_uploadjob_send_held"),
            path("held/leave/", wrap(self.leave_held), name="pipeline_uploadjob_leave_held"),
            path("<int:pk>/by-hand/", wrap(self.by_hand_view), name="pipeline_uploadjob_by_hand"),
            *super().get_urls(),
        ]

    def held_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_steer = self.has_steer_permission(request)
        return held_names.page(request, self._around(request), may_steer=may_steer)

    @method_decorator(require_POST)
    def send_held(self, request: HttpRequest) -> HttpResponse:
        """`pk`: which; with the `rule`, `token`, `text` and `meant` of the slip they share, or with
        the project's key to send them `as`."""
        chosen = self._chosen(request)
        if "token" in request.POST:
            return held_names.send_misspelt(request, chosen)
        if "as" in request.POST:
            return held_names.send_miscoded(request, chosen)
        return held_names.send_ready(request, chosen)

    @method_decorator(require_POST)
    def leave_held(self, request: HttpRequest) -> HttpResponse:
        """`pk`: which."""
        return held_names.leave(request, self._chosen(request))

    def _chosen(self, request: HttpRequest) -> QuerySet[UploadJob]:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        pks = [pk for pk in request.POST.getlist("pk") if pk.isdecimal()]
        return quarantine.held().filter(pk__in=pks)

    def by_hand_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        job = get_object_or_404(UploadJob, pk=pk)
        return by_hand.page(request, job, self._around(request))

    def _around(self, request: HttpRequest) -> dict[str, object]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
