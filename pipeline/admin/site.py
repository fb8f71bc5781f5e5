from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.admin import overview
from pipeline.admin.navigation import guide_about, sections


class LoginForm(AdminAuthenticationForm):
    """A wrong name, a wrong password and no role are not told apart."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "The username or the password is wrong, or this person has no role here. Ask an admin"
            " if you are sure of both."
        ),
    }


class PostFlowAdminSite(AdminSite):
    """Django's admin with our own first page, navigation and look."""

    site_header = "PostFlow"
    site_title = "PostFlow"
    site_url = None
    index_title = _("Overview")
    login_form = LoginForm
    enable_nav_sidebar = False  # ours stands in the header of every page

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [
            path("progress.json", self.admin_view(self.progress), name="progress"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        context = super().each_context(request)
        return {
            **context,
            "sections": sections(context["available_apps"], request.path),
            "guide_about": guide_about(request.path),
        }

    def index(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        shown = overview.overview(request.user, timezone.now())
        return super().index(request, {**shown, **(extra_context or {})})

    def app_index(
        self,
        request: HttpRequest,
        app_label: str,  # noqa: ARG002  Django's signature
        extra_context: dict[str, object] | None = None,
    ) -> TemplateResponse:
        """Apps are no rooms of ours: the menu has them all."""
        return self.index(request, extra_context)

    def progress(self, request: HttpRequest) -> JsonResponse:
        """What the pages ask for every two seconds while someone looks at them."""
        response = JsonResponse(overview.progress(request.user, timezone.now()))
        response["Cache-Control"] = "no-store"
        return response
