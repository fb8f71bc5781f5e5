"""What the folder's page shows of a trial (pipeline.explain.trial)."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from pipeline import glance
from pipeline.explain.trial import Fate, Trial, try_folder
from pipeline.models import WatchedFolder

FATES = {
    Fate.SENT: (_("would be sent"), "done"),
    Fate.WAITS: (_("would wait"), "waiting"),
    Fate.HELD: (_("would be held"), "failed"),
    Fate.LEFT: (_("stay where they are"), "unknown"),
    Fate.KNOWN: (_("are known already"), "unknown"),
}


def tried(form: forms.ModelForm[WatchedFolder]) -> Mapping[str, object]:
    """The template's: `faults` of the form, and the `trial` where there is a path to try."""
    form.is_valid()  # and so the folder is as it would be saved
    faults = [str(error) for errors in form.errors.values() for error in errors]
    folder = form.instance
    if "path" not in form.cleaned_data:
        return {"faults": faults}
    if folder.pk is None:
        folder.local = not glance.is_on_a_mount(folder.root)
    trial = try_folder(folder)
    return {"faults": faults, "trial": trial, "fates": list(_counted(trial))}


def _counted(trial: Trial) -> list[tuple[int, object, str]]:
    """How many, of what, and its colour."""
    return [
        (trial.counts[fate], words, state)
        for fate, (words, state) in FATES.items()
        if trial.counts[fate]
    ]
