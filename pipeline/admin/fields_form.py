"""What a person says of a file: its project, and what its name says or should have said."""

from collections.abc import Callable, Mapping, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pipeline.jobs import MoveRefused
from pipeline.models import Project
from pipeline.routing import Held

LONGEST_FIELD = 255
PREFIX = "field-"  # so that a token may have any name
LABELS = {
    "episode": _("Episode"),
    "sequence": _("Sequence"),
    "scene": _("Scene"),
    "shot": _("Shot"),
    "task": _("Task"),
    "version": _("Version"),
    "ext": _("File type"),
}


class FieldsForm(forms.Form):
    project = forms.ModelChoiceField(Project.objects.filter(active=True), label=_("Project"))

    def __init__(self, data: Mapping[str, str] | None, project: Project | None) -> None:
        super().__init__(data, initial={"project": project})
        self._tokens: list[str] = []

    def ask(self, token: str, label: str, known: str, choices: Sequence[str] = ()) -> forms.Field:
        """Of the token, with what is `known` of it; one of the `choices`, where there are any."""
        field: forms.Field
        if choices:
            offered = [("", "–"), *((choice, choice) for choice in choices)]  # noqa: RUF001
            field = forms.ChoiceField(label=label, choices=offered, required=False)
        else:
            widget = forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"})
            field = forms.CharField(
                label=label, max_length=LONGEST_FIELD, required=False, widget=widget
            )
        field.initial = known
        self.fields[PREFIX + token] = field
        self._tokens.append(token)
        return field

    def said(self) -> dict[str, str]:
        return {token: str(self.cleaned_data[PREFIX + token]) for token in self._tokens}


def done(request: HttpRequest, form: FieldsForm, act: Callable[[], object], told: str) -> bool:
    """Do it and say so; what refuses it is said at the form."""
    try:
        act()
    except (Held, MoveRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, told)
    return True
