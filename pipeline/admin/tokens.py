"""Tokens for the HTTP API: each made here, shown once, and revoked."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pipeline import tokens
from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.admin.token_form import ApiTokenForm
from pipeline.models import ApiToken

USUAL_LIFE = timedelta(days=90)


class ApiTokenDesk(ReadOnlyDesk[ApiToken]):
    """People see their own; a superuser sees all, and makes them for others too."""

    add_words = _("Make an API token")
    list_display = ["named", "standing", "user", "may", "ends", "last_used", "beginning"]
    list_display_links = ["named"]
    list_select_related = ["user"]
    search_fields = ["name"]
    fields = ["standing", "user", "may", "ends", "last_used", "shown_beginning"]
    change_form_template = "admin/pipeline/apitoken/change_form.html"
    nothing_yet = _(
        "No API tokens yet. A program needs one to send files or to ask how uploads do."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("pipeline.add_apitoken"))

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("pipeline.change_apitoken"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user=request.user.pk or 0)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        revoke = path("<int:pk>/revoke/", wrap(self.revoke_view), name="pipeline_apitoken_revoke")
        return [revoke, *super().get_urls()]

    @method_decorator(never_cache)
    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002  Django's signature
        extra_context: dict[str, object] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        if not self.has_add_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        ends = timezone.localdate() + USUAL_LIFE
        form = ApiTokenForm(request.user, request.POST or None, {"expires_on": ends})
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        if form.is_valid():
            return self._made(request, form, context)
        context |= {
            "title": self.add_words,
            "form": form,
            "explained": _now("The token may do what is ticked, and no more than its person may."),
            "button": _now("Make the token"),
            "back": reverse("admin:pipeline_apitoken_changelist"),
            "above": self.opts.verbose_name_plural,
        }
        return TemplateResponse(request, "postflow/form_page.html", context)

    def _made(
        self, request: HttpRequest, form: ApiTokenForm, context: dict[str, object]
    ) -> HttpResponse:
        """In the answer itself: nowhere, not in the session either, is the secret kept."""
        token, secret = form.issue()
        shown = {
            **context,
            "title": _now("Your new API token"),
            "token": token,
            "may": self.may(token),
            "secret": secret,
        }
        return TemplateResponse(request, "admin/pipeline/apitoken/made.html", shown)

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_revoke_permission(request):
            raise PermissionDenied
        if tokens.revoke(token):
            messages.success(request, _now("%(token)s opens nothing any more.") % {"token": token})
        return HttpResponseRedirect(reverse("admin:pipeline_apitoken_changelist"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        token = self.get_object(request, object_id)
        may = token is not None and token.revoked_at is None and self.has_revoke_permission(request)
        shown = {"may_revoke": may, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, shown)

    @admin.display(description=_("name"), ordering="name")
    def named(self, token: ApiToken) -> str:
        return token.name

    @admin.display(description=_("state"))
    def standing(self, token: ApiToken) -> SafeString:
        if token.revoked_at:
            return _badge("cancelled", _now("revoked"))
        if not token.is_good(timezone.now()):
            return _badge("failed", _now("ended"))
        return _badge("done", _now("good"))

    @admin.display(description=_("may"))
    def may(self, token: ApiToken) -> str:
        return "; ".join(str(ApiToken.Scope(each).label) for each in token.scopes)

    @admin.display(description=_("ends"), ordering="expires_at")
    def ends(self, token: ApiToken) -> str:
        if token.expires_at is None:
            return _now("no end")
        return date_format(timezone.localtime(token.expires_at), "DATE_FORMAT")

    @admin.display(description=_("last used"), ordering="used_at")
    def last_used(self, token: ApiToken) -> str:
        return wording.ago(token.used_at) or _now("never")

    @admin.display(description=_("begins with"))
    def shown_beginning(self, token: ApiToken) -> SafeString:
        return format_html("<code>{}…</code>", token.beginning)


def _badge(kind: str, words: str) -> SafeString:
    return format_html('<span class="badge is-{}">{}</span>', kind, words)
