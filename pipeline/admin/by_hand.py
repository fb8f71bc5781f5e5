"""What a person says of a file whose name cannot be read, with suggestions from the name."""

from difflib import get_close_matches

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline import quarantine
from pipeline.admin import held_names
from pipeline.jobs import MoveRefused
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.naming import Near, Rule
from pipeline.routing import Held
from pipeline.rulebook import Reader, Rulebook

LONGEST_FIELD = 255
PREFIX = "field-"  # so that a token may have any name


class ByHandForm(forms.Form):
    """A field for each token of the rule, filled with what could be read of the name."""

    destination = forms.ModelChoiceField(Project.objects.filter(active=True))

    def __init__(
        self, compiled: Rule, near: Near, data: dict[str, str] | None, project: Project | None
    ) -> None:
        super().__init__(data, initial={"destination": project})
        self.fields["destination"].label = _("Project")
        self._names = [name for name in compiled.tokens if name != "project"]
        found = {slip.token: slip.text for slip in near.slips}
        for name in self._names:
            field = _field(name, compiled.choices.get(name, ()))
            field.initial = near.fields.get(name, "")
            if name in found:
                field.help_text = _("The name says “%(text)s”.") % {"text": found[name]}
            self.fields[PREFIX + name] = field

    def said(self) -> dict[str, str]:
        """The fields, with the project's code as the name would have it."""
        said = {name: str(self.cleaned_data[PREFIX + name]) for name in self._names}
        return {"project": self.cleaned_data["destination"].code, **said}


def _field(name: str, choices: tuple[str, ...]) -> forms.Field:
    if choices:
        offered = [("", "–"), *((choice, choice) for choice in choices)]  # noqa: RUF001
        return forms.ChoiceField(label=name, choices=offered, required=False)
    widget = forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"})
    return forms.CharField(label=name, max_length=LONGEST_FIELD, required=False, widget=widget)


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
    if known := quarantine.project_of(job) or rule.project:
        return known
    codes = {project.code.upper(): project for project in Project.objects.filter(active=True)}
    alike = get_close_matches(near.fields.get("project", "").upper(), codes, n=1)
    if len(codes) == 1:
        return next(iter(codes.values()))
    return codes[alike[0]] if alike else None


def _sent(request: HttpRequest, job: UploadJob, rule: NamingRule, form: ByHandForm) -> bool:
    who = request.user.get_username()
    try:
        quarantine.send_as(job, form.cleaned_data["destination"], rule, form.said(), who)
    except (Held, MoveRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(name)s is queued.") % {"name": job.name})
    return True
