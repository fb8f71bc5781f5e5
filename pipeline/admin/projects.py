from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pipeline import places, revisions
from pipeline.admin import choosing, first_run, moves
from pipeline.admin.base import Fieldsets
from pipeline.admin.day import day_page
from pipeline.admin.filled import FILLED, FilledDesk
from pipeline.admin.project_form import (
    NOTHING_ASKED,
    Asked,
    ProjectForm,
    account_number,
    ask_frameio,
    listed_fields,
)
from pipeline.admin.wording import integration
from pipeline.integrations import prepare_places
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.delivery_root import roots as delivery_roots
from pipeline.integrations.frameio_accounts import account_labels
from pipeline.integrations.frameio_projects import (
    make_remote_project,
    remote_projects,
    remote_workspaces,
)
from pipeline.models import Project, Revision, UploadJob

State = UploadJob.State

ONLY_THESE = _(
    "Copies may be laid in these folders and those in them: whoever runs PostFlow lists them in the"
    " setting DELIVERY_ROOTS."
)
FOLDED = ["collapse"]  # what few projects change
ASKED = "postflow.frameio_asked"  # in the request's META, from before the transaction
RENDERS_GO = _("Where its renders go")
IN_A_FOLDER = _("Copies in a folder")


class ProjectDesk(FilledDesk[Project]):
    add_words = _("Add a project")
    form = ProjectForm
    list_display = ["code", "name", "shown_integrations", "remote", "active", "created_at"]
    readonly_fields = ["remote"]
    list_filter = ["active"]
    search_fields = ["code", "name"]
    fieldsets = [
        (None, {"fields": ["code", "name", "active"]}),
        (
            RENDERS_GO,
            {
                "fields": [
                    "integrations",
                    "remote",
                    "frameio_account",
                    "frameio_project_kind",
                    "frameio_workspace_id",
                    "frameio_project_id",
                    "frameio_name_template",
                ]
            },
        ),
        (
            IN_A_FOLDER,
            {
                "classes": ["of-folder"],
                "fields": [
                    "delivery_root",
                    "delivery_folder_template",
                    "delivery_name_template",
                    "delivery_approved_only",
                ],
            },
        ),
        (
            _("Names and versions"),
            {"classes": FOLDED, "fields": ["same_name", "stack_versions", "write_metadata"]},
        ),
        (
            _("How they are sent"),
            {"classes": FOLDED, "fields": ["transfer", "existing_folders_only", "uploads_at_once"]},
        ),
        (
            _("Comments"),
            {"classes": FOLDED, "fields": ["comments_for_days", "comments_beside_file"]},
        ),
        (
            _("The team"),
            {
                "classes": FOLDED,
                "fields": ["summary_at", "time_zone", "language", "summary_when_empty"],
            },
        ),
        (
            _("Review links"),
            {"classes": FOLDED, "fields": ["review_access", "review_days", "review_downloads"]},
        ),
    ]
    change_form_template = "admin/pipeline/project/change_form.html"
    nothing_yet = _(
        "No projects yet. A project joins the code in your file names to a project on Frame.io."
    )

    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> Fieldsets:
        """For who may only look, without the ids and patterns that are chosen in the form."""
        every = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return every
        rest = [
            one
            for one in every
            if one[0] != RENDERS_GO and (one[0] != IN_A_FOLDER or obj.delivery_root)
        ]
        goes_to = ("shown_integrations", "remote", "shown_account")
        return [rest[0], (RENDERS_GO, {"fields": goes_to}), *rest[1:]]

    def has_delete_permission(self, request: HttpRequest, project: Project | None = None) -> bool:
        """Uploads keep their project; one that has any is made inactive instead."""
        allowed = super().has_delete_permission(request, project)
        return allowed and not (project and project.uploadjob_set.exists())

    def response_post_save_add(self, request: HttpRequest, obj: Project) -> HttpResponseRedirect:
        first_run.after_project(request, obj)
        return super().response_post_save_add(request, obj)

    @admin.display(description=_("delivered to"))
    def shown_integrations(self, project: Project) -> str:
        return ", ".join(integration(name) for name in project.integrations)

    @admin.display(description=_("Frame.io account"))
    def shown_account(self, project: Project) -> str:
        return account_labels().get(project.frameio_account or 0, _now("the only one"))

    @admin.display(description=_("on Frame.io"))
    def remote(self, project: Project) -> str:
        """The names as they were when Frame.io was last asked."""
        if project.frameio_project_id:
            names = project.frameio_workspace_name, project.frameio_project_name
            return " / ".join(filter(None, names)) or project.frameio_project_id
        if project.frameio_project_kind == Project.Remote.MADE:
            name = project.new_frameio_name()
            return _now("%(name)s, made with the first upload") % {"name": name}
        return _now("the default one") if project.remote_project_id else _now("not chosen yet")

    def get_urls(self) -> list[URLPattern]:
        lists = path(
            "remote/",
            self.admin_site.admin_view(self.remote_view),
            name="pipeline_project_remote",
        )
        making = path(
            "<int:pk>/remote/new/",
            self.admin_site.admin_view(self.make_remote_view),
            name="pipeline_project_make_remote",
        )
        day = path(
            "<int:pk>/summary/",
            self.admin_site.admin_view(self.day_view),
            name="pipeline_project_summary",
        )
        choose = path(
            "choose/", self.admin_site.admin_view(self.choose_view), name="pipeline_project_choose"
        )
        return [lists, making, day, choose, *super().get_urls()]

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Folders of this machine that may be delivered to, for the form's delivery folder."""
        pk = choosing.whose(request)
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        back = reverse("admin:pipeline_project_add")
        if pk is not None:
            project = get_object_or_404(Project, pk=pk)
            back = reverse("admin:pipeline_project_change", args=[project.pk])
        roots = delivery_roots()
        allowed = [*map(places.real, roots)]
        chooser = choosing.Chooser("delivery_root", back, roots, allowed, str(ONLY_THESE))
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return chooser.page(request, around)

    def day_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return day_page(request, pk, self.admin_site.each_context(request))

    @method_decorator(require_safe)
    def remote_view(self, request: HttpRequest) -> JsonResponse:
        """What there is to choose from, asked of Frame.io now: `{"choices": [{id, label}],
        "error"}`. `list` is workspaces or projects: those of one workspace, or all.
        """
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        account = account_number(request.GET.get("frameio_account", ""))
        try:
            if request.GET.get("list") == "workspaces":
                found = remote_workspaces(account)
            else:
                found = remote_projects(account, request.GET.get("frameio_workspace_id", ""))
        except IntegrationError as error:
            return JsonResponse({"choices": [], "error": str(error)})
        choices = [{"id": ident, "label": label} for ident, label in found]
        return JsonResponse({"choices": choices, "error": ""})

    @method_decorator(require_POST)
    def make_remote_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make its project on Frame.io now, not with the first upload."""
        project = get_object_or_404(Project, pk=pk, frameio_project_kind=Project.Remote.MADE)
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        try:
            with revisions.noting(project, Revision.Act.CHANGED):
                name, made = make_remote_project(project)
        except IntegrationError as error:
            messages.error(request, str(error))
        else:
            said = _now("%(name)s is made.") if made else _now("%(name)s was there, and is used.")
            messages.success(request, said % {"name": name})
        return HttpResponseRedirect(reverse("admin:pipeline_project_change", args=[pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Frame.io is asked first: Django checks and saves the form in one transaction."""
        before = self.get_object(request, object_id) if object_id else None
        if request.method == "POST" and self._may_save(request, before):
            request.META[ASKED] = ask_frameio(request.POST, before)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _may_save(self, request: HttpRequest, project: Project | None) -> bool:
        if project is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, project)

    def get_form(
        self,
        request: HttpRequest,
        obj: Project | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: object,
    ) -> type[forms.ModelForm[Project]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, ProjectForm) and "frameio_project_id" in form.base_fields:
            said = request.GET if FILLED in request.GET and not request.POST else request.POST
            form.base_fields |= listed_fields(obj, said, whole="lists" in request.GET)
            form.asked = request.META.get(ASKED, NOTHING_ASKED)
        return form

    def save_model(
        self,
        request: HttpRequest,
        project: Project,
        form: forms.ModelForm[Project],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """What the form has; an upload may have written the rest meanwhile."""
        remote = {"frameio_workspace_id", "frameio_project_id"}
        names = {"frameio_workspace_name", "frameio_project_name"}
        if change:
            project.save(update_fields={*form.changed_data, *remote, *names})
        else:
            project.save()
        if form.changed_data:
            self._send_what_it_held(request, project)
        self._warn(request, project)

    def _warn(self, request: HttpRequest, project: Project) -> None:
        asked: Asked = request.META.get(ASKED, NOTHING_ASKED)
        if asked.unasked:
            text = _now("It is saved, but Frame.io could not be asked whether it is right: %(why)s")
            messages.warning(request, text % {"why": asked.unasked})
        for sentence in prepare_places(project):
            messages.warning(request, sentence)
        chosen_here = project.frameio_project_kind == Project.Remote.CHOSEN
        chosen = project.remote_project_id
        if "frameio" in project.integrations and chosen_here and not chosen:
            messages.warning(
                request,
                _now("Renders of %(code)s are held until its Frame.io project is chosen.")
                % {"code": project.code},
            )

    def _send_what_it_held(self, request: HttpRequest, project: Project) -> None:
        """What still cannot go is held again, with its reason."""
        held = project.uploadjob_set.filter(state=State.WAITING, hold=UploadJob.Hold.PROJECT)
        moves.retry(request, held.iterator(chunk_size=500))
