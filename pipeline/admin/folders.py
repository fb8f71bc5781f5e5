from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pipeline import browsing, file_actions, glance
from pipeline.admin import choosing, first_run, folder_moves, wording
from pipeline.admin.base import Fieldsets
from pipeline.admin.filled import FilledDesk
from pipeline.admin.folder_form import ALL_THE_SAME, WatchedFolderForm
from pipeline.admin.looking import Seen, look_at
from pipeline.admin.tried_folders import tried
from pipeline.models import UploadJob, WatchedFolder

OWN_DISK = _(
    "{path} is on this machine's own disk. Is that meant, there is nothing to do; should it be on a"
    " mount, connect that, and say so on {page}."
)
OTHERS = _(
    "Any other folder may be watched, too: close this and type its path. Those offered here are the"
    " watched ones, and those that whoever runs PostFlow lists in the setting ALLOWED_ROOTS."
)


class WatchedFolderDesk(FilledDesk[WatchedFolder]):
    add_words = _("Add a folder")
    form = WatchedFolderForm
    list_display = ["shown_online", "path", "project", "active", "files_seen", "why", "looked"]
    list_display_links = ["path"]
    list_filter = ["active", "project"]
    list_select_related = ["project"]
    search_fields = ["path"]
    readonly_fields = ["standing"]
    change_form_template = "admin/pipeline/watchedfolder/change_form.html"
    fieldsets: ClassVar[Fieldsets] = [
        (None, {"fields": ["path", "standing", "project", "active"]}),
        (_("Files already there"), {"fields": ["first_pass"]}),
        (_("Which files"), {"fields": ["extensions", "ignore", "quiet_seconds", "moves_are_new"]}),
    ]
    none_chosen = {"project": _("As the file name says")}
    nothing_yet = _(
        "No watched folders yet. Add the folder on the LucidLink mount into which finished renders"
        " are saved."
    )

    def get_readonly_fields(
        self, _request: HttpRequest, folder: WatchedFolder | None = None
    ) -> list[str]:
        looked_at = folder is not None and folder.first_pass_done
        return ["standing", "first_pass"] if looked_at else ["standing"]

    def get_fieldsets(
        self, _request: HttpRequest, folder: WatchedFolder | None = None
    ) -> Fieldsets:
        """Whether it is on a mount is looked up when it is made; later, people say so."""
        if folder is None:
            return self.fieldsets
        return [*self.fieldsets, (_("Is the mount there?"), {"fields": ["local", "marker"]})]

    def has_delete_permission(
        self, request: HttpRequest, folder: WatchedFolder | None = None
    ) -> bool:
        """Uploads keep their file's folder; one that has any is made inactive instead."""
        allowed = super().has_delete_permission(request, folder)
        return allowed and not (folder and UploadJob.objects.filter(source__folder=folder).exists())

    def get_deleted_objects(
        self, objs: Sequence[WatchedFolder] | QuerySet[WatchedFolder], _request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Only the folder is named: its ledger goes with it, and no file is touched."""
        names = [folder.path for folder in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    def save_model(
        self,
        request: HttpRequest,
        folder: WatchedFolder,
        form: forms.ModelForm[WatchedFolder],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        if change:
            file_actions.save_changes(folder, form.changed_data)
        else:
            folder.local = not glance.is_on_a_mount(folder.root)
            super().save_model(request, folder, form, change)
        seen = look_at(folder.root)
        if not seen.there:
            messages.warning(request, seen.sentence)

    def response_post_save_add(
        self, request: HttpRequest, obj: WatchedFolder
    ) -> HttpResponseRedirect:
        first_run.after_folder(request, obj)
        if obj.local and ALL_THE_SAME not in request.POST:  # the form has found it there
            page = format_html(
                '<a href="{}">{}</a>', folder_moves.page_of(obj), _now("the folder's page")
            )
            messages.info(request, format_html(str(OWN_DISK), path=obj.path, page=page))
        return super().response_post_save_add(request, obj)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        folder = self.get_object(request, object_id)
        shown = {
            "there_before": folder_moves.there_before(folder) if folder else 0,
            "may_send_before": request.user.has_perm("pipeline.change_sourcefile"),
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("choose/", wrap(self.choose_view), name="pipeline_watchedfolder_choose"),
            path("look/", wrap(self.look_view), name="pipeline_watchedfolder_look"),
            path("try/", wrap(self.try_view), name="pipeline_watchedfolder_try"),
            path("<int:pk>/gone/", wrap(self.gone_view), name="pipeline_watchedfolder_gone"),
            path("<int:pk>/before/", wrap(self.before_view), name="pipeline_watchedfolder_before"),
            path("<int:pk>/leave/", wrap(self.leave_view), name="pipeline_watchedfolder_leave"),
            path("<int:pk>/mount/", wrap(self.mount_view), name="pipeline_watchedfolder_mount"),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Folders of this machine, for the form's path."""
        pk = choosing.whose(request)
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        back = reverse("admin:pipeline_watchedfolder_add")
        if pk is not None:
            back = folder_moves.page_of(get_object_or_404(WatchedFolder, pk=pk))
        roots, allowed = browsing.watched_and_allowed(), browsing.real_roots()
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return choosing.Chooser("path", back, roots, allowed, str(OTHERS)).page(request, around)

    @method_decorator(require_POST)
    def look_view(self, request: HttpRequest) -> HttpResponse:
        """For the form's script: what there is at the path that is being typed."""
        form = self._posted(request)
        wrong = form.errors.get("path")
        seen = Seen(there=False, sentence=str(wrong[0])) if wrong else look_at(form.instance.root)
        return TemplateResponse(request, "postflow/seen.html", {"seen": seen})

    @method_decorator(require_POST)
    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What would become of the files in the posted folder; nothing is saved.

        For the page's script the result alone; without JavaScript a page of its own.
        """
        form = self._posted(request)
        context = {**self.admin_site.each_context(request), "opts": self.opts, **tried(form)}
        template = "trial" if "script" in request.POST else "trial_page"
        context["title"] = _now("What is in this folder")
        return TemplateResponse(request, f"admin/pipeline/watchedfolder/{template}.html", context)

    def _posted(self, request: HttpRequest) -> forms.ModelForm[WatchedFolder]:
        """The form as it stands, not to be saved: whether the folder is there is told besides."""
        pk = choosing.whose(request)
        known = get_object_or_404(WatchedFolder, pk=pk) if pk is not None else None
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        data = request.POST.copy()
        data[ALL_THE_SAME] = ""
        return self.get_form(request, known, change=known is not None)(data, instance=known)

    def gone_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person's word that the files which are missing were deleted."""
        folder = self._to_change(request, pk)
        if request.method == "POST":
            return self._say(request, folder, folder_moves.write_off)
        return folder_moves.ask_to_write_off(request, self.admin_site, folder)

    def before_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send what was there before the folder was watched, after all."""
        folder = self._to_change(request, pk)
        if not request.user.has_perm("pipeline.change_sourcefile"):
            raise PermissionDenied
        if request.method == "POST":
            return self._say(request, folder, folder_moves.send_before)
        return folder_moves.ask_to_send_before(request, self.admin_site, folder)

    @method_decorator(require_POST)
    def leave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave what was there before where it is, and ask no more; back to where one was asked."""
        folder = self._to_change(request, pk)
        if not request.user.has_perm("pipeline.change_sourcefile"):
            raise PermissionDenied
        self._say(request, folder, folder_moves.leave_before)
        return HttpResponseRedirect(reverse("admin:index"))

    def mount_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person's word that the folder is on another mount from now on."""
        folder = self._to_change(request, pk)
        if request.method == "POST":
            return self._say(request, folder, folder_moves.use_mount)
        return folder_moves.ask_to_use_mount(request, self.admin_site, folder)

    def _to_change(self, request: HttpRequest, pk: int) -> WatchedFolder:
        folder = get_object_or_404(WatchedFolder, pk=pk)
        if not self.has_change_permission(request, folder):
            raise PermissionDenied
        return folder

    def _say(
        self, request: HttpRequest, folder: WatchedFolder, move: folder_moves.Move
    ) -> HttpResponse:
        """The move, and back to the folder."""
        try:
            messages.success(request, move(request, folder))
        except file_actions.ActionRefused as refusal:
            messages.warning(request, str(refusal))
        return HttpResponseRedirect(folder_moves.page_of(folder))

    @admin.display(description=_("state"), ordering="online")
    def shown_online(self, folder: WatchedFolder) -> SafeString:
        return wording.folder_badge(folder)

    @admin.display(description=_("reason"))
    def why(self, folder: WatchedFolder) -> SafeString:
        said = folder.state_reason or wording.lucidlink_client(folder)
        return wording.reason(said or wording.there_before(folder))

    @admin.display(description=_("last look"), ordering="last_pass_at")
    def looked(self, folder: WatchedFolder) -> str:
        said = wording.ago(folder.last_pass_at)
        return said if folder.last_pass_at else format_html("<span data-awaited>{}</span>", said)

    @admin.display(description=_("seen from here"))
    def standing(self, folder: WatchedFolder) -> SafeString | str:
        """In words: what this machine sees at that path now, and what the watcher last saw."""
        if not folder.path:
            return _now("Told as soon as there is a path.")
        return render_to_string(
            "postflow/standing.html", {"seen": look_at(folder.root), "folder": folder}
        )
