"""A project's shot list: what is expected, line by line or from a CSV file."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import DateField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pipeline import shot_list
from pipeline.admin.base import Desk
from pipeline.channels import Shot
from pipeline.models import Project

LARGEST = 5 * 1024 * 1024


class ShotListForm(forms.Form):
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.all(), empty_label=_("Choose…")
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "The first line names the columns: scene, shot, task, due. Only shot has to be there;"
            " days are written as 2026-11-30."
        ),
    )
    whole = forms.BooleanField(
        label=_("Take out lines that are not in the file"), required=False, initial=False
    )

    def lines(self) -> list[shot_list.Line]:
        """Of a file that fits. Adds an error to the form and gives none otherwise."""
        file = self.cleaned_data["file"]
        try:
            if file.size > LARGEST:
                raise shot_list.NotAShotList(_now("This file is too large for a shot list."))
            found = shot_list.read(file.read())
            if not found:
                raise shot_list.NotAShotList(_now("There are no shots in this file."))
        except shot_list.NotAShotList as error:
            self.add_error("file", str(error))
            return []
        return found


class ShotDesk(Desk[Shot]):
    add_words = _("Add a line")
    list_display = ["shot", "scene", "task", "project", "due"]
    list_filter = ["project", "due"]
    list_select_related = ["project"]
    search_fields = ["scene", "shot", "task"]
    formfield_overrides: ClassVar = {
        DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
    }
    change_list_template = "admin/pipeline/shot/change_list.html"
    nothing_yet = _(
        "No shot list yet. With one, the daily summary says what is late and what is missing."
    )

    def get_urls(self) -> list[URLPattern]:
        take = path(
            "import/", self.admin_site.admin_view(self.import_view), name="pipeline_shot_import"
        )
        return [take, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        may = [f"pipeline.{action}_shot" for action in ("add", "change", "delete")]
        if not request.user.has_perms(may):
            raise PermissionDenied
        form = ShotListForm(request.POST or None, request.FILES or None)
        if form.is_valid() and (lines := form.lines()):
            project = form.cleaned_data["project"]
            shot_list.take_over(project, lines, whole=form.cleaned_data["whole"])
            said = ngettext("%(count)d line is read.", "%(count)d lines are read.", len(lines))
            messages.success(request, said % {"count": len(lines)})
            listed = reverse("admin:pipeline_shot_changelist")
            return HttpResponseRedirect(f"{listed}?project__id__exact={project.pk}")
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Read a shot list"),
            "form": form,
            "button": _now("Read it"),
            "above": self.opts.verbose_name_plural,
            "back": reverse("admin:pipeline_shot_changelist"),
        }
        return TemplateResponse(request, "admin/pipeline/shot/import.html", context)
