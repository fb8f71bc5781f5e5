"""Who typed wrong passwords, and letting them in again."""

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.lockout import is_locked_out


class AttemptDesk(ReadOnlyDesk[AccessAttempt]):
    """django-axes forgets a row when its time is over, or when the right password comes."""

    list_display = ["standing", "username", "address", "failures", "last_try"]
    list_display_links = ["username"]
    search_fields = ["username", "ip_address"]
    fields = ["standing", "username", "address", "failures", "last_try"]
    actions = ["let_in_chosen"]
    change_form_template = "admin/axes/accessattempt/change_form.html"
    nothing_yet = _("Nobody has typed a wrong password lately.")

    def has_let_in_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("axes.delete_accessattempt"))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        let_in = path("<int:pk>/let-in/", wrap(self.let_in), name="axes_accessattempt_let_in")
        return [let_in, *super().get_urls()]

    @admin.display(description=_("state"))
    def standing(self, attempt: AccessAttempt) -> SafeString:
        if is_locked_out(attempt, timezone.now()):
            return wording.badge("failed", _now("kept out"))
        return wording.badge("waiting", _now("may try again"))

    @admin.display(description=_("IP address"), ordering="ip_address")
    def address(self, attempt: AccessAttempt) -> str:
        return str(attempt.ip_address or "")

    @admin.display(description=_("wrong passwords"), ordering="failures_since_start")
    def failures(self, attempt: AccessAttempt) -> int:
        return int(attempt.failures_since_start)

    @admin.display(description=_("last try"), ordering="attempt_time")
    def last_try(self, attempt: AccessAttempt) -> str:
        return wording.ago(attempt.attempt_time)

    @admin.action(description=_("Let in again"), permissions=["let_in"])
    def let_in_chosen(self, request: HttpRequest, chosen: QuerySet[AccessAttempt]) -> None:
        for attempt in chosen:
            self._forget(request, attempt)

    @method_decorator(require_POST)
    def let_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_let_in_permission(request):
            raise PermissionDenied
        self._forget(request, get_object_or_404(AccessAttempt, pk=pk))
        return HttpResponseRedirect(reverse("admin:axes_accessattempt_changelist"))

    def _forget(self, request: HttpRequest, attempt: AccessAttempt) -> None:
        """Of that name from that address, by whatever browser."""
        counted = AccessAttempt.objects.filter(
            username=attempt.username, ip_address=attempt.ip_address
        )
        counted.delete()
        text = _now("%(name)s may log in from %(address)s again.")
        said = text % {"name": attempt.username, "address": attempt.ip_address}
        messages.success(request, said)
