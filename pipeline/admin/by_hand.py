"""What a person says of a file whose name cannot be read, with suggestions from the name."""

from difflib import get_close_matches

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline import quarantine, routing
from pipeline.admin import held_names
from pipeline.admin.fields_form import FieldsForm, done
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.naming import Near, Rule
from pipeline.rulebook import Reader, Rulebook


class ByHandForm(FieldsForm):
    """A field for each token of the rule, filled with what could be read of the name."""

    def __init__(
        self, compiled: Rule, near: Near, data: dict[str, str] | None, project: Project | None
    ) -> None:
        super().__init__(data, project)
        found = {slip.token: slip.text for slip in near.slips}
        for name in compiled.tokens:
            if name == "project":
                continue
            known, choices = near.fields.get(name, ""), compiled.choices.get(name, ())
            field = self.ask(name, name, known, choices)
            if name in found:
                field.help_text = _("The name says “%(text)s”.") % {"text": found[name]}

    def said(self) -> dict[str, str]:
        """With the project's code as the name would have it."""
        return {"project": self.cleaned_data["project"].code, **super().said()}


def page(request: HttpRequest, job: UploadJob, around: dict[str, object]) -> HttpResponse:
    """`rule` (in the address): which rule's fields are asked for; the nearest at first."""
    book = Rulebook.now()
    one = quarantine.look_at(job, book)
    readers = [reader for reader in book.readers if not reader.broken]
    reader = _chosen(request, readers, one)
    form = None
    if reader:
        near = reader.compiled.near(job.name)
        data = request.POST.dict() if request.method == "POST" else None
        form = ByHandForm(reader.compiled, near, data, _project(job, reader.rule, near))
        if form.is_valid() and _sent(request, job, reader.rule, form):
            return held_names.back()
    return TemplateResponse(
        request,
        "admin/pipeline/uploadjob/by_hand.html",
        {
            **around,
            "title": _("Say what it is"),
            "back": reverse(held_names.PAGE),
            "job": job,
            "one": one,
            "rules": [reader.rule for reader in readers],
            "rule": reader.rule if reader else None,
            "form": form,
        },
    )


def _chosen(request: HttpRequest, readers: list[Reader], one: quarantine.Sorted) -> Reader | None:
    nearest = str(one.nearest.rule.pk) if one.nearest else ""
    by_key = {str(reader.rule.pk): reader for reader in readers}
    asked = by_key.get(request.GET.get("rule", "")) or by_key.get(nearest)
    return asked or (readers[0] if readers else None)


def _project(job: UploadJob, rule: NamingRule, near: Near) -> Project | None:
    """The folder's, the rule's, the name's, or the one whose code is most like it."""
    if known := _told(job) or rule.project:
        return known
    codes = {project.code.upper(): project for project in Project.objects.filter(active=True)}
    alike = get_close_matches(near.fields.get("project", "").upper(), codes, n=1)
    if len(codes) == 1:
        return next(iter(codes.values()))
    return codes[alike[0]] if alike else None


def _told(job: UploadJob) -> Project | None:
    try:
        return routing.project_of(job)
    except routing.UnknownProject:
        return None  # it was deleted meanwhile: another one has to be chosen


def _sent(request: HttpRequest, job: UploadJob, rule: NamingRule, form: ByHandForm) -> bool:
    who, project = request.user.get_username(), form.cleaned_data["project"]
    return done(
        request,
        form,
        lambda: quarantine.send_as(job, project, rule, form.said(), who),
        _("%(name)s is queued.") % {"name": job.name},
    )
