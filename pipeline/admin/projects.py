from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pipeline.admin import moves
from pipeline.admin.base import Desk
from pipeline.forms import ProjectForm
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import accounts, remote_projects
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
            {"fields": ["integrations", "frameio_account", "frameio_project_id", "transfer"]},
        ),
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
        return [url, *super().get_urls()]

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

    def save_model(
        self,
        request: HttpRequest,
        project: Project,
        form: forms.ModelForm[Project],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
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
