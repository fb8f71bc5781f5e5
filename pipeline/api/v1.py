"""All of `/api/v1/`, and the page on which it can be tried."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from pipeline.api import errors, files, health, jobs, setup

api = NinjaAPI(
    title="PostFlow",
    version="1",
    description="Send finished renders to Frame.io, and see how they do.",
    docs_url=None,
    urls_namespace="api-v1",
)
errors.speak(api)
api.add_router("/jobs", jobs.router)
api.add_router("", setup.router)
api.add_router("/files", files.router)
api.add_router("", health.router)


@csp_replace({"img-src": [SELF, "data:"]})  # Swagger UI's style sheet has icons in itself
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own server: no other site learns who uses it."""
    context = {
        **admin.site.each_context(request),
        "title": _("HTTP API"),
        "version": settings.VERSION,
    }
    return TemplateResponse(request, "postflow/api.html", context)
