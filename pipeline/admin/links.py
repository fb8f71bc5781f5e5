"""Making a review link: a page with a form, and one that shows the link to copy."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pipeline.forms import ReviewLinkForm
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_shares import ReviewLink, make_review_link
from pipeline.models import Delivery, JobEvent, Project, UploadJob

MOST_FILES = 100  # Frame.io takes so many at once
MADE = "review_link"  # in the session: name, url, problem


def address(pks: Sequence[int]) -> str:
    """Of the form for these jobs."""
    return reverse("admin:pipeline_uploadjob_link") + "?jobs=" + ",".join(map(str, pks))


def form_page(request: HttpRequest, around: dict[str, object]) -> HttpResponse:
    """`?jobs=1,2`; `around` is what every page of the admin shows."""
    pks = [int(pk) for pk in request.GET.get("jobs", "").split(",") if pk.isdecimal()]
    arrived = _arrived(pks[:MOST_FILES])
    project = _their_project(request, arrived)
    if project is None:
        return HttpResponseRedirect(reverse("admin:pipeline_uploadjob_changelist"))
    name = f"{project.name} {date_format(timezone.localdate(), 'SHORT_DATE_FORMAT')}"
    form = ReviewLinkForm(request.POST or None, initial={"name": name})
    if form.is_valid() and (link := _made(form, project, arrived)):
        _record(request, link, [delivery.job for delivery in arrived])
        return HttpResponseRedirect(reverse("admin:pipeline_uploadjob_link_made"))
    context = {
        **around,
        "title": _("Make a review link"),
        "form": form,
        "files": [delivery.job for delivery in arrived],
        "left_out": len(set(pks)) - len(arrived),
        "button": _("Make the link"),
        "back": reverse("admin:pipeline_uploadjob_changelist"),
    }
    return TemplateResponse(request, "admin/pipeline/uploadjob/link.html", context)


def made_page(request: HttpRequest, around: dict[str, object]) -> HttpResponse:
    link = request.session.get(MADE)
    if link is None:
        return HttpResponseRedirect(reverse("admin:pipeline_uploadjob_changelist"))
    context = {**around, "title": _("Review link"), "link": link}
    return TemplateResponse(request, "admin/pipeline/uploadjob/link_made.html", context)


def _arrived(pks: Sequence[int]) -> list[Delivery]:
    rows = Delivery.objects.filter(job__in=pks, integration="frameio", done=True)
    there = rows.exclude(remote_id="").filter(job__state=UploadJob.State.DONE)
    return list(there.select_related("job__project").defer("memory", "secrets").order_by("job"))


def _their_project(request: HttpRequest, arrived: Sequence[Delivery]) -> Project | None:
    """The one they all belong to; when there is none, the person is told."""
    projects = {delivery.job.project for delivery in arrived}
    if not projects:
        messages.error(request, _("None of these has arrived on Frame.io yet."))
        return None
    if len(projects) > 1:
        messages.error(request, _("A link shows files of one project. Choose those of one."))
        return None
    return projects.pop()


def _made(form: ReviewLinkForm, project: Project, arrived: Sequence[Delivery]) -> ReviewLink | None:
    try:
        return make_review_link(
            project, [delivery.remote_id for delivery in arrived], form.wanted()
        )
    except IntegrationError as error:
        form.add_error(None, str(error))
        return None


def _record(request: HttpRequest, link: ReviewLink, jobs: Sequence[UploadJob]) -> None:
    who = request.user.get_username()
    why = _("Review link %(name)s: %(url)s") % {"name": link.name, "url": link.url}
    JobEvent.objects.bulk_create(
        JobEvent(job=job, state=job.state, who=who, why=why) for job in jobs
    )
    request.session[MADE] = {"name": link.name, "url": link.url, "problem": link.problem}
