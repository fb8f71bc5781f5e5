"""Sending an upload again to another place: project, fields and folders given by hand."""

from collections.abc import Iterator, Mapping

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline import intake, jobs, routing
from pipeline.admin.fields_form import FieldsForm, done
from pipeline.models import Project, UploadJob

USUAL = {"scene": _("Scene"), "shot": _("Shot"), "task": _("Task")}
NOT_BY_HAND = {"project", "version", "ext"}  # the first is chosen, the others are the name's own


class AgainForm(FieldsForm):
    """Of what is filled in, only what the name does not say itself counts as given by hand."""

    folder = forms.CharField(
        label=_("Folders on Frame.io"),
        required=False,
        max_length=1000,
        help_text=_("As A/B/C. Empty: as the naming rule says."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, job: UploadJob, data: Mapping[str, str] | None = None) -> None:
        code = job.overrides.get("project")
        super().__init__(data, Project.objects.filter(code__iexact=code).first() if code else None)
        project = self.fields["project"]
        project.required = False
        assert isinstance(project, forms.ModelChoiceField)  # noqa: S101  declared so
        project.empty_label = _("As the name or the folder says")
        self._job = job
        self._says = _said_by_name(job)
        for name in [*USUAL, *(key for key in job.fields if key not in {*USUAL, *NOT_BY_HAND})]:
            self.ask(name, str(USUAL.get(name, name)), job.fields.get(name, ""))
        self.order_fields([name for name in self.fields if name != "folder"])
        self.initial["folder"] = job.overrides.get("folder", "")
        self.columns: dict[str, object] = {}
        self.given: dict[str, str] = {}

    def clean(self) -> None:
        """Where it goes with that is read at once: `columns` of the job, and what was `given`."""
        if self.errors:
            return
        self.given = dict(self._given())
        project = self.cleaned_data["project"] or self._job.source.folder_project
        try:
            route = routing.route(self._job.name, project, self.given)
        except routing.Held as held:
            self.add_error(None, held.reason)
            return
        if _is_begun_elsewhere(self._job, route.project):
            why = _now(
                "Part of it is on Frame.io already, through another account. Cancel the upload,"
                " wait a minute, and then send it again."
            )
            self.add_error(None, why)
            return
        if _is_delivered_elsewhere(self._job, route):
            why = _now(
                "It has arrived at one of its places, and would stay there as it is. Send it again"
                " without other fields; to have it elsewhere, save it under another name."
            )
            self.add_error(None, why)
            return
        self.columns = {"overrides": self.given, **intake.columns(route)}

    def _given(self) -> Iterator[tuple[str, str]]:
        for token, value in self.said().items():
            if value and value != self._says.get(token):
                yield token, value
        if self.cleaned_data["folder"]:
            yield "folder", self.cleaned_data["folder"]
        if self.cleaned_data["project"]:
            yield "project", self.cleaned_data["project"].code


def _said_by_name(job: UploadJob) -> Mapping[str, str]:
    try:
        return routing.route(job.name, job.source.folder_project).fields
    except routing.Held:
        return {}


def _is_begun_elsewhere(job: UploadJob, project: Project) -> bool:
    if job.project is None or job.project.frameio_account == project.frameio_account:
        return False
    return job.deliveries.filter(done=False).exclude(memory={}).exists()


def _is_delivered_elsewhere(job: UploadJob, route: routing.Route) -> bool:
    """What is delivered is not repeated, so it would never get to the new place."""
    there = (job.project, job.destination, job.fields)
    if there == (route.project, list(route.destination), dict(route.fields)):
        return False
    return job.deliveries.filter(done=True).exists()


def form_page(request: HttpRequest, job: UploadJob, around: dict[str, object]) -> HttpResponse:
    """`around` is what every page of the admin shows."""
    form = AgainForm(job, request.POST.dict() if request.method == "POST" else None)
    if form.is_valid() and _sent(request, job, form):
        return HttpResponseRedirect(job.get_absolute_url())
    context = {
        **around,
        "title": _now("Send again with other fields"),
        "job": job,
        "form": form,
        "explained": _now(
            "What you fill in here wins over the file's name, for this upload alone. The name on"
            " Frame.io stays as it is."
        ),
        "button": _now("Send again"),
        "back": job.get_absolute_url(),
    }
    return TemplateResponse(request, "admin/pipeline/uploadjob/again.html", context)


def _sent(request: HttpRequest, job: UploadJob, form: AgainForm) -> bool:
    given = ", ".join(f"{name} {value}" for name, value in form.given.items())
    why = _now("sent again with %(fields)s") % {"fields": given} if given else _now("sent again")
    who = request.user.get_username()
    return done(
        request,
        form,
        lambda: jobs.retry_elsewhere(job, who, why, form.columns),
        _now("%(name)s is queued again.") % {"name": job.name},
    )
