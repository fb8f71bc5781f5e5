"""What a person says of a file: one whose name cannot be read, or that was read wrongly and lies in
the wrong place. With suggestions from the name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pipeline import putting_right, quarantine, routing
from pipeline.admin import held_names
from pipeline.admin.fields_form import LABELS, PREFIX, FieldsForm, done
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.naming import Near
from pipeline.quarantine import Sorted
from pipeline.routing import Route
from pipeline.rulebook import Match, Reader, Rulebook

CHOSEN = {"project"}
VERSION = re.compile(r"(?<![A-Za-z0-9])[vV]([0-9]{1,9})(?![0-9])")


class ByHandForm(FieldsForm):
    """A field for each token of the rule, filled with what is known of it, as the rule would have
    it, and with what the name `says` where that is something else. `route`: where the file goes
    with that."""

    def __init__(
        self,
        name: str,
        reader: Reader,
        known: Mapping[str, str],
        says: Mapping[str, str],
        project: Project | None,
        data: Mapping[str, str] | None,
    ) -> None:
        super().__init__(data, project)
        self._name = name
        self._reader = reader
        self.route: Route | None = None
        for token in reader.compiled.tokens:
            if token not in CHOSEN:
                self._ask_for(token, known.get(token, ""), says.get(token, ""))

    def _ask_for(self, token: str, known: str, says: str) -> None:
        compiled = self._reader.compiled
        kind = compiled.kinds.get(token)
        meant = kind.mended(known) if kind else known
        label = str(LABELS.get(token, token))
        field = self.ask(token, label, meant, compiled.choices.get(token, ()))
        told = []
        if kind and not kind.choices:
            told.append(capfirst(f"{kind.words}."))
        if kind and token not in compiled.required:
            told.append(_("May be empty."))
        if kind and says and not kind.fits(says):
            told.append(_("The name says “%(text)s”.") % {"text": says})
        field.help_text = " ".join(told)

    def as_filled(self) -> dict[str, str]:
        """What it would send if nobody typed anything."""
        filled = {name: str(field.initial or "") for name, field in self.fields.items()}
        project = self.initial["project"]
        return {**filled, "project": str(project.pk) if project else ""}

    def clean(self) -> None:
        said = self.said()
        for token, fault in self._reader.compiled.faults(said).items():
            if token in said and not self.has_error(PREFIX + token):
                self.add_error(PREFIX + token, fault)
        project = self.cleaned_data.get("project")
        if self.errors or project is None:
            return
        try:
            self.route = routing.filled_in(self._name, project, self._reader.rule, said)
        except routing.Held as held:
            self.add_error(None, held.reason)


@dataclass(frozen=True)
class Task:
    """What the page is for: `act` does it, with what was filled in."""

    title: str
    button: str
    back: str
    act: Callable[[Route, str], None]
    told: str
    anew: Route | None = None  # as the rules read the name now


def page(request: HttpRequest, job: UploadJob, around: dict[str, object]) -> HttpResponse:
    """`rule` (in the address): which rule's fields are asked for. Posted with `look` it only tells
    where the file would go, with `anew` it takes what the rules read now."""
    task = _putting_right(job) if job.state == UploadJob.State.DONE else _sending(job)
    who = request.user.get_username()
    book = Rulebook.now()
    one = quarantine.look_at(job, book)
    own, others = _readers(job, book)
    reader = _chosen(request.GET.get("rule", ""), one, [*own, *others])
    form = _form(job, reader, request.POST.dict() if request.method == "POST" else None)
    if form and "look" in request.POST:
        form.full_clean()
        return TemplateResponse(request, "postflow/goes_to.html", {"form": form})
    if form and (found := task.anew) and "anew" in request.POST:
        if done(request, form, lambda: putting_right.put_as_read(job, found, who), task.told):
            return HttpResponseRedirect(task.back)
    elif form and form.is_valid() and _done(request, form, task):
        return HttpResponseRedirect(task.back)
    return TemplateResponse(
        request,
        "admin/pipeline/uploadjob/by_hand.html",
        {
            **around,
            "title": task.title,
            "back": task.back,
            "button": task.button,
            "job": job,
            "one": one,
            "is_there": job.state == UploadJob.State.DONE,
            "anew": task.anew,
            "copies": putting_right.copies(job),
            "own": [each.rule for each in own],
            "others": [each.rule for each in others],
            "rule": reader.rule if reader else None,
            "form": form,
            "filled": _filled(job, reader, form),
        },
    )


def _sending(job: UploadJob) -> Task:
    return Task(
        _("Fill in by hand"),
        _("Send it"),
        reverse(held_names.PAGE),
        lambda route, who: quarantine.send_as(job, route, who),
        _("%(name)s is queued.") % {"name": job.name},
    )


def _putting_right(job: UploadJob) -> Task:
    return Task(
        _("Put right"),
        _("Move it"),
        job.get_absolute_url(),
        lambda route, who: putting_right.put_right(job, route, who),
        _("%(name)s is queued, to be moved.") % {"name": job.name},
        putting_right.read_anew(job),
    )


def _done(request: HttpRequest, form: ByHandForm, task: Task) -> bool:
    route, who = form.route, request.user.get_username()
    return route is not None and done(request, form, lambda: task.act(route, who), task.told)


def _readers(job: UploadJob, book: Rulebook) -> tuple[list[Reader], list[Reader]]:
    """The project's own rules, and the others that may be meant."""
    project = _told(job)
    usable = [reader for reader in book.readers if not reader.broken]
    own = [reader for reader in usable if project and reader.rule.project == project]
    return own, [reader for reader in usable if reader not in own]


def _chosen(asked: str, one: Sorted, readers: list[Reader]) -> Reader | None:
    """The one that was asked for, that it was read by, that reads it, or that it is nearest to."""
    by_key = {str(reader.rule.pk): reader for reader in readers}
    reading = (reader for reader in readers if isinstance(reader.read(one.job.name), Match))
    return (
        by_key.get(asked)
        or by_key.get(str(one.job.rule_id))
        or next(reading, None)
        or (by_key.get(str(one.nearest.rule.pk)) if one.nearest else None)
        or (readers[0] if readers else None)
    )


def _form(
    job: UploadJob, reader: Reader | None, data: Mapping[str, str] | None
) -> ByHandForm | None:
    if reader is None:
        return None
    near = reader.compiled.near(job.name)
    known = {**_likely(job.name), **near.fields}
    says = {**known, **{slip.token: slip.text for slip in near.slips}}
    project = _project(job, reader.rule, near)
    if job.rule_id == reader.rule.pk:
        known, project = job.fields, job.project
    return ByHandForm(job.name, reader, known, says, project, data)


def _filled(job: UploadJob, reader: Reader | None, form: ByHandForm | None) -> ByHandForm | None:
    """The form, examined: as it was posted, or as it is before anybody typed."""
    if form is None or form.is_bound:
        return form
    filled = _form(job, reader, form.as_filled())
    if filled:
        filled.full_clean()
    return filled


def _likely(name: str) -> dict[str, str]:
    """What can be told of any name."""
    version = VERSION.search(name)
    ending = PurePosixPath(name).suffix.lstrip(".")
    return {"version": version[1] if version else "", "ext": ending}


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
