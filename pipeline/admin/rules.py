from collections.abc import Mapping

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pipeline.admin import first_run, held_names
from pipeline.admin.filled import FilledDesk, FilledForm
from pipeline.admin.proposed_rules import proposed
from pipeline.admin.restoring import restored
from pipeline.admin.starters import TOKENS, starters_for
from pipeline.admin.tried_rules import (
    DAYS,
    USUAL_DAYS,
    conflicts,
    field_of,
    form_of,
    one_line,
    ran,
    rule_of,
)
from pipeline.admin.wording import breakable
from pipeline.models import NamingRule, Project
from pipeline.naming import TemplateError
from pipeline.rulebook import Rulebook
from pipeline.tryout import names_in, try_names


class NamingRuleForm(FilledForm[NamingRule]):
    """The boxes show all of a long template; a break that is pasted with it is no part of it."""

    class Meta:
        model = NamingRule
        fields = "__all__"
        widgets = {
            "template": forms.Textarea(attrs={"rows": 1, "spellcheck": "false"}),
            "folder_template": forms.Textarea(attrs={"rows": 1, "spellcheck": "false"}),
        }

    def clean_template(self) -> str:
        return one_line(self.cleaned_data["template"])

    def clean_folder_template(self) -> str:
        return one_line(self.cleaned_data["folder_template"])


class NamingRuleDesk(FilledDesk[NamingRule]):
    add_words = _("Add a rule")
    none_chosen = {
        "project": _("Those of every project"),
        "new_projects_like": _("None is made: the file is held"),
    }
    form = NamingRuleForm
    list_display = ["name", "project", "shown_template", "shown_folders", "active", "position"]
    list_filter = ["active", "project"]
    list_select_related = ["project"]
    search_fields = ["name", "template"]
    fieldsets = [
        (None, {"fields": ["name", "project"]}),
        (_("What names look like"), {"fields": ["template", "folder_template", "expert"]}),
        (
            _("More"),
            {"fields": ["active", "new_projects_like", "position"], "classes": ["collapse"]},
        ),
    ]
    change_form_template = "admin/pipeline/namingrule/change_form.html"
    nothing_yet = _(
        "No naming rules yet. A rule says how scene, shot, task and version stand in a file name;"
        " without one, every file is held."
    )

    @admin.display(description=_("template"), ordering="template")
    def shown_template(self, rule: NamingRule) -> SafeString:
        return format_html("<code>{}</code>", breakable(rule.template))

    @admin.display(description=_("folders on Frame.io"))
    def shown_folders(self, rule: NamingRule) -> SafeString:
        return format_html("<code>{}</code>", breakable(rule.folder_template or "/"))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("try/", wrap(self.try_view), name="pipeline_namingrule_try"),
            path("propose/", wrap(self.propose_view), name="pipeline_namingrule_propose"),
            path("back-test/", wrap(self.back_test_view), name="pipeline_namingrule_back_test"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        was = restored(request, object_id) if request.method == "GET" else None
        rule = self.get_object(request, object_id) if object_id else None
        names = request.POST.get("names") or request.GET.get("names", "")
        shown: dict[str, object] = {
            "restored": was,
            "starters": [] if object_id or was else starters_for(_chosen(request)),
            "tokens": TOKENS,
            "names": names,
            "days": DAYS,
            "usual_days": None if names else USUAL_DAYS,
            "saved": form_of(rule) if rule else {},
        }
        if shown["starters"]:
            shown |= proposed(names_in(names))
        return super().changeform_view(
            request, object_id, form_url, {**shown, **(extra_context or {})}
        )

    def values_to_fill_in(
        self, request: HttpRequest, form: type[forms.ModelForm[NamingRule]]
    ) -> Mapping[str, object]:
        match = request.resolver_match
        was = restored(request, match.kwargs.get("object_id") if match else None)
        return was.values if was else super().values_to_fill_in(request, form)

    def response_post_save_add(self, request: HttpRequest, obj: NamingRule) -> HttpResponseRedirect:
        first_run.after_rule(request, obj)
        return super().response_post_save_add(request, obj)

    def response_add(
        self, request: HttpRequest, obj: NamingRule, post_url_continue: str | None = None
    ) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        self._after_saving(request, obj)
        return answer

    def response_change(self, request: HttpRequest, obj: NamingRule) -> HttpResponse:
        answer = super().response_change(request, obj)
        self._after_saving(request, obj)
        return answer

    def _after_saving(self, request: HttpRequest, rule: NamingRule) -> None:
        _warn_of_conflicts(request, rule)
        if request.user.has_perm("pipeline.change_uploadjob"):
            held_names.offer(request)

    @method_decorator(require_POST)
    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Read the posted names by the posted rule; nothing is saved.

        JSON for the box on the page, `{"error": "", "where": "", "field": "", "names": [Tried,
        ...]}`, where `error` is what is wrong with the rule itself, `where` the field of the form
        and `field` its label; a page of its own without JavaScript.
        """
        self._refuse_who_sees_none(request)
        answer = _answer(request)
        if request.accepts("text/html"):
            context: dict[str, object] = {
                "tried": answer,
                "template": request.POST.get("template", ""),
            }
            return self._page(request, "tried.html", _("Names tried"), context)
        return JsonResponse(answer)

    @method_decorator(require_POST)
    def propose_view(self, request: HttpRequest) -> HttpResponse:
        """Rules for the posted names; nothing is saved.

        For the page's script the proposals alone; without JavaScript a page of its own.
        """
        self._refuse_who_writes_none(request)
        context = proposed(names_in(request.POST.get("own_names", "")))
        if "script" in request.POST:
            return TemplateResponse(request, "admin/pipeline/namingrule/proposals.html", context)
        return self._page(request, "proposed.html", _("Rules for these names"), context)

    @method_decorator(require_POST)
    def back_test_view(self, request: HttpRequest) -> HttpResponse:
        """Run the posted rule over names or over the ledger; nothing is saved.

        For the page's script the result alone; without JavaScript a page of its own.
        """
        self._refuse_who_sees_none(request)
        context = ran(request.POST)
        if "script" in request.POST:
            return TemplateResponse(request, "admin/pipeline/namingrule/outcome.html", context)
        return self._page(request, "back_test.html", _("What this rule would change"), context)

    def _refuse_who_writes_none(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied

    def _refuse_who_sees_none(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_view_permission(request)):
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, template: str, title: str | Promise, context: dict[str, object]
    ) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(
            request, f"admin/pipeline/namingrule/{template}", {**around, **context}
        )


def _chosen(request: HttpRequest) -> Project | None:
    """The project that the page's address names."""
    key = request.GET.get("project", "")
    return Project.objects.filter(pk=key).first() if key.isdecimal() else None


def _warn_of_conflicts(request: HttpRequest, rule: NamingRule) -> None:
    """Else the rule is saved, and every new render that two rules read differently is held."""
    found = conflicts(rule)
    if not found.count:
        return
    text = ngettext(
        "Of the newest %(tried)d files, %(count)d is read differently by %(rules)s. A new render"
        " named like it is held from now on.",
        "Of the newest %(tried)d files, %(count)d are read differently by %(rules)s. New renders"
        " named like them are held from now on.",
        found.count,
    )
    said = text % {
        "tried": found.tried,
        "count": found.count,
        "rules": ", ".join(found.rules),
    }
    test = reverse("admin:pipeline_namingrule_change", args=[rule.pk]) + "#back-test"
    link = format_html('<a class="button plain" href="{}">{}</a>', test, now("See which"))
    messages.warning(request, format_html("{} {}", said, link))


def _answer(request: HttpRequest) -> dict[str, object]:
    rule = rule_of(request.POST)
    rule.active = True  # it is about this one
    try:
        compiled = rule.compiled()
    except TemplateError as error:
        label = field_of(error)
        return {"error": str(error), "where": error.where, "field": label, "names": []}
    book = Rulebook.now().having(rule)
    tried = try_names(compiled, names_in(request.POST.get("names", "")), book=book)
    return {"error": "", "where": "", "field": "", "names": [one.as_json() for one in tried]}
