"""Making a review link: a page with a form, and the table of those that were made."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.forms import ReviewLinkForm
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_shares import Asked, make_review_link, times_asked
from pipeline.models import Delivery, Project, ReviewLink, UploadJob

MOST_FILES = 100  # Frame.io takes so many at once


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
    jobs = [delivery.job for delivery in arrived]
    initial = {
        "name": f"{project.name} {date_format(timezone.localdate(), 'DATE_FORMAT')}",
        "number": times_asked(request.user.get_username(), jobs),
    }
    form = ReviewLinkForm(_folder_of(jobs), len(jobs), request.POST or None, initial)
    if form.is_valid() and (link := _made(request, form, project, arrived)):
        return HttpResponseRedirect(link.get_absolute_url())
    context = {
        **around,
        "title": _now("Make a review link"),
        "form": form,
        "files": jobs,
        "left_out": len(set(pks)) - len(arrived),
        "button": _now("Make the link"),
        "back": reverse("admin:pipeline_uploadjob_changelist"),
    }
    return TemplateResponse(request, "admin/pipeline/uploadjob/link.html", context)


def _arrived(pks: Sequence[int]) -> list[Delivery]:
    rows = Delivery.objects.filter(job__in=pks, integration="frameio", done=True)
    there = rows.exclude(remote_id="").filter(job__state=UploadJob.State.DONE)
    return list(there.select_related("job__project").defer("memory", "secrets").order_by("job_id"))


def _their_project(request: HttpRequest, arrived: Sequence[Delivery]) -> Project | None:
    """The one they all belong to; when there is none, the person is told."""
    projects = {delivery.job.project for delivery in arrived}
    if not projects:
        messages.error(request, _now("None of these has arrived on Frame.io yet."))
        return None
    if len(projects) > 1:
        messages.error(request, _now("A link shows files of one project. Choose those of one."))
        return None
    return projects.pop()


def _folder_of(jobs: Sequence[UploadJob]) -> list[str]:
    """The innermost folder that they all lie in or below."""
    shared: list[str] = []
    for names in zip(*(job.destination for job in jobs), strict=False):
        if len(set(names)) > 1:
            break
        shared.append(str(names[0]))
    return shared


def _made(
    request: HttpRequest, form: ReviewLinkForm, project: Project, arrived: Sequence[Delivery]
) -> ReviewLink | None:
    asked = Asked(
        who=request.user.get_username(),
        number=form.cleaned_data["number"],
        project=project,
        jobs=[delivery.job for delivery in arrived],
        remote_ids=[delivery.remote_id for delivery in arrived],
    )
    wanted = form.wanted()
    try:
        link = make_review_link(asked, wanted)
    except IntegrationError as error:
        form.add_error(None, str(error))
        return None
    as_made = (link.name, tuple(link.folder), link.secure, link.downloads, link.expires_at)
    if as_made != (
        wanted.name,
        wanted.folder,
        wanted.secure,
        wanted.downloads,
        wanted.expires_at,
    ):
        text = _now("This form had made its link already: this one. Open it anew for another.")
        messages.warning(request, text)
    return link


class ReviewLinkDesk(ReadOnlyDesk[ReviewLink]):
    """The links that people asked for; what each upload got by itself stands on its page."""

    list_display = ["named", "shown_project", "shows", "open_to", "ends", "by", "leads"]
    list_display_links = ["named"]
    list_filter = ["project"]
    list_select_related = ["project"]
    search_fields = ["name"]
    fields = [
        "project",
        "shows",
        "open_to",
        "ends",
        "with_passphrase",
        "may_download",
        "by",
        "files",
    ]
    change_form_template = "admin/pipeline/reviewlink/change_form.html"
    nothing_yet = _(
        "No review links yet. Choose uploads that have arrived, and then Make a review link."
    )

    def has_view_permission(self, request: HttpRequest, _link: ReviewLink | None = None) -> bool:
        """Who may make links sees them."""
        user = request.user
        own = user.has_perm("pipeline.view_reviewlink")
        return bool(own or user.has_perm("pipeline.change_uploadjob"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewLink]:
        return super().get_queryset(request).exclude(url="")

    @admin.display(description=_("name"), ordering="name")
    def named(self, link: ReviewLink) -> SafeString:
        return format_html('<span class="file-name" title="{0}">{0}</span>', link.name)

    @admin.display(description=_("project"), ordering="project__code")
    def shown_project(self, link: ReviewLink) -> str:
        return link.project.code

    @admin.display(description=_("shows"))
    def shows(self, link: ReviewLink) -> str:
        if link.folder:
            return _now("folder %(folder)s") % {"folder": " / ".join(link.folder)}
        return wording.files(len(link.remote_ids))

    @admin.display(description=_("open to"), ordering="secure")
    def open_to(self, link: ReviewLink) -> str:
        return str(Project.ReviewAccess["SECURE" if link.secure else "PUBLIC"].label)

    @admin.display(description=_("open until"), ordering="expires_at")
    def ends(self, link: ReviewLink) -> SafeString | str:
        if link.expires_at is None:
            return _now("no end")
        day = date_format(timezone.localtime(link.expires_at), "DATE_FORMAT")
        if link.expires_at > timezone.now():
            return day
        return format_html('{} <span class="badge is-cancelled">{}</span>', day, _now("ended"))

    @admin.display(description=_("passphrase"))
    def with_passphrase(self, link: ReviewLink) -> str:
        return _now("needed to open it") if link.has_passphrase else _now("none")

    @admin.display(description=_("downloads"))
    def may_download(self, link: ReviewLink) -> str:
        return _now("allowed") if link.downloads else _now("not allowed")

    @admin.display(description=_("made"), ordering="made_at")
    def by(self, link: ReviewLink) -> SafeString | str:
        when = wording.ago(link.made_at)
        return format_html("{} · {}", link.asked_by, when) if link.asked_by else when

    @admin.display(description=_("link"))
    def leads(self, link: ReviewLink) -> SafeString:
        return format_html(
            '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', link.url, _now("Open")
        )

    @admin.display(description=_("made from"))
    def files(self, link: ReviewLink) -> SafeString | str:
        return wording.linked(link.jobs.order_by("pk")) or self.get_empty_value_display()
