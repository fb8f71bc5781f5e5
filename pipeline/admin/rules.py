from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pipeline.admin.base import Desk
from pipeline.models import NamingRule
from pipeline.naming import Rule, TemplateError
from pipeline.tryout import names_in, try_names


class NamingRuleDesk(Desk[NamingRule]):
    list_display = ["name", "project", "shown_template", "shown_folders", "active", "position"]
    list_filter = ["active", "project"]
    list_select_related = ["project"]
    search_fields = ["name", "template"]
    fieldsets = [
        (None, {"fields": ["name", "project", "new_projects_like", "active", "position"]}),
        (_("What names look like"), {"fields": ["template", "folder_template", "expert"]}),
    ]
    change_form_template = "admin/pipeline/namingrule/change_form.html"
    nothing_yet = _(
        "No naming rules yet. A rule says how scene, shot, task and version stand in a file name;"
        " without one, every file is held."
    )

    @admin.display(description=_("template"), ordering="template")
    def shown_template(self, rule: NamingRule) -> SafeString:
        return format_html("<code>{}</code>", rule.template)

    @admin.display(description=_("folders on Frame.io"))
    def shown_folders(self, rule: NamingRule) -> SafeString:
        return format_html("<code>{}</code>", rule.folder_template or "/")

    def get_urls(self) -> list[URLPattern]:
        url = path(
            "try/", self.admin_site.admin_view(self.try_view), name="pipeline_namingrule_try"
        )
        return [url, *super().get_urls()]

    @method_decorator(require_POST)
    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Read the posted names by the posted rule; nothing is saved.

        JSON for the box on the page, `{"error": "", "where": "", "names": [Tried, ...]}`, where
        `error` is what is wrong with the rule itself; a page of its own without JavaScript.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        answer = _answer(request)
        if request.accepts("text/html"):
            context = {
                **self.admin_site.each_context(request),
                "title": _("Names tried"),
                "opts": self.opts,
                "tried": answer,
                "template": request.POST.get("template", ""),
            }
            return TemplateResponse(request, "admin/pipeline/namingrule/tried.html", context)
        return JsonResponse(answer)


def _answer(request: HttpRequest) -> dict[str, object]:
    try:
        rule = Rule(
            request.POST.get("template", ""),
            request.POST.get("folder_template", ""),
            expert=request.POST.get("expert") == "on",
        )
    except TemplateError as error:
        return {"error": str(error), "where": error.where, "names": []}
    tried = try_names(rule, names_in(request.POST.get("names", "")))
    return {"error": "", "where": "", "names": [one.as_json() for one in tried]}
