from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pipeline.admin import moves
from pipeline.admin.base import Desk
from pipeline.forms import ProjectForm, RemoteProjectForm
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import accounts, remote_projects
from pipeline.integrations.frameio_projects import ensure_remote_project, remote_workspaces
from pipeline.models import Project, UploadJob

State = UploadJob.State


class ProjectDesk(Desk[Project]):
    form = ProjectForm
    list_display = ["code", "name", "shown_integrations", "active", "created_at"]
    list_filter = ["active"]
    search_fields = ["code", "name"]
    fieldsets = [
        (None, {"fields": ["code", "name", "active"]}),
        (
            _("Where its renders go"),
            {
                "fields": [
                    "integrations",
                    "frameio_account",
                    "frameio_project_id",
                    "transfer",
                    "existing_folders_only",
                ]
            },
        ),
        (
            _("Names and versions"),
            {"fields": ["same_name", "stack_versions", "write_metadata"]},
        ),
        (_("In the queue"), {"fields": ["uploads_at_once"]}),
        (_("Comments"), {"fields": ["comments_for_days", "comments_beside_file"]}),
    ]
    change_form_template = "admin/pipeline/project/change_form.html"
    nothing_yet = _(
        "No projects yet. A project joins the code in your file names to a project on Frame.io."
    )

    def has_delete_permission(self, request: HttpRequest, project: Project | None = None) -> bool:
        """Uploads keep their project; one that has any is made inactive instead."""
        allowed = super().has_delete_permission(request, project)
        return allowed and not (project and project.uploadjob_set.exists())

    @admin.display(description=_("delivered to"))
    def shown_integrations(self, project: Project) -> str:
        return ", ".join(project.integrations)

    def get_urls(self) -> list[URLPattern]:
        url = path(
            "remote/",
            self.admin_site.admin_view(self.remote_view),
            name="pipeline_project_remote",
        )
        making = path(
            "<int:pk>/remote/new/",
            self.admin_site.admin_view(self.make_remote_view),
            name="pipeline_project_make_remote",
        )
        return [url, making, *super().get_urls()]

    @method_decorator(require_safe)
    def remote_view(self, request: HttpRequest) -> JsonResponse:
        """The account's projects, asked of Frame.io now: `{"projects": [{id, label}], "error"}`."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        wanted = request.GET.get("account", "")
        account = next((one for one in accounts() if str(one.pk) == wanted), None)
        if account is None:
            return JsonResponse({"projects": [], "error": _now("No such Frame.io account.")})
        try:
            found = remote_projects(account.pk)
        except IntegrationError as error:
            return JsonResponse({"projects": [], "error": str(error)})
        projects = [{"id": ident, "label": label} for ident, label in found]
        return JsonResponse({"projects": projects, "error": ""})

    def make_remote_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make its project on Frame.io, or take the one that has the name, and join them."""
        project = get_object_or_404(Project, pk=pk)
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        back = reverse("admin:pipeline_project_change", args=[pk])
        if project.frameio_project_id:
            messages.warning(request, _now("%(code)s has its Frame.io project.") % vars(project))
            return HttpResponseRedirect(back)
        try:
            workspaces = remote_workspaces(project.frameio_account)
            form = RemoteProjectForm(workspaces, project.name, request.POST or None)
            if form.is_valid():
                self._join(request, project, form.cleaned_data)
                return HttpResponseRedirect(back)
        except IntegrationError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Create a project on Frame.io"),
            "form": form,
            "button": _now("Create"),
            "back": back,
        }
        return TemplateResponse(request, "postflow/form_page.html", context)

    def _join(self, request: HttpRequest, project: Project, wanted: dict[str, str]) -> None:
        """Raises IntegrationError."""
        ident, made = ensure_remote_project(
            project.frameio_account, wanted["workspace"], wanted["name"]
        )
        # Somebody may have chosen another while Frame.io was asked.
        if not Project.objects.filter(pk=project.pk, frameio_project_id="").update(
            frameio_project_id=ident
        ):
            messages.warning(request, _now("Another Frame.io project was chosen meanwhile."))
            return
        said = _now("%(name)s is made.") if made else _now("%(name)s was there, and is used.")
        messages.success(request, said % {"name": wanted["name"]})
        self.log_change(request, project, said % {"name": wanted["name"]})

    def save_model(
        self,
        request: HttpRequest,
        project: Project,
        form: forms.ModelForm[Project],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        if change:
            project.save(update_fields=form.changed_data)  # not the pause
        else:
            super().save_model(request, project, form, change)
        if form.changed_data:
            self._send_what_it_held(request, project)
        if "frameio" in project.integrations and not project.frameio_project_id:
            messages.warning(
                request,
                _now("Renders of %(code)s are held until its Frame.io project is chosen.")
                % {"code": project.code},
            )

    def _send_what_it_held(self, request: HttpRequest, project: Project) -> None:
        """What still cannot go is held again, with its reason."""
        held = project.uploadjob_set.filter(state=State.WAITING, hold=UploadJob.Hold.PROJECT)
        moves.retry(request, held.iterator(chunk_size=500))
