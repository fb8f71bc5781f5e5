"""What a person says of a folder whose mount or files are not what they were, asked first."""

from collections.abc import Callable
from typing import TypeAlias

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import file_actions
from pipeline.models import WatchedFolder

Move: TypeAlias = Callable[[HttpRequest, WatchedFolder], str]
"""What is said of it when it is done. Raises file_actions.ActionRefused."""


def page_of(folder: WatchedFolder) -> str:
    return reverse("admin:pipeline_watchedfolder_change", args=[folder.pk])


# --- Files that are missing -----------------------------------------------------------------------


def ask_to_write_off(request: HttpRequest, site: AdminSite, folder: WatchedFolder) -> HttpResponse:
    explained = ngettext(
        "%(count)d file is not there any more. If it was deleted, PostFlow stops waiting for it."
        " What has arrived on Frame.io stays there. Should it come back, it is known again.",
        "%(count)d files are not there any more. If they were deleted, PostFlow stops waiting for"
        " them. What has arrived on Frame.io stays there. Should they come back, they are known"
        " again.",
        folder.missing,
    )
    context = {
        **site.each_context(request),
        "title": _("Are the missing files gone for good?"),
        "explained": explained % {"count": folder.missing},
        "button": _("They are gone for good"),
        "kind": "danger",
        "back": page_of(folder),
    }
    return TemplateResponse(request, "postflow/form_page.html", context)


def write_off(_request: HttpRequest, folder: WatchedFolder) -> str:
    file_actions.accept_absence(folder)
    return _("The watcher writes them off at its next look.")


# --- A mount that is not the one it was -----------------------------------------------------------


def ask_to_use_mount(request: HttpRequest, site: AdminSite, folder: WatchedFolder) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Use the mount that is there now?"),
        "explained": _(
            "Say yes when LucidLink was moved or set up anew and the same files are there. Files"
            " that PostFlow knows are not sent again; others in it go up as new ones. If it is"
            " another filespace, bring the right one back instead: nothing is lost until then."
        ),
        "folder": folder,
        "button": _("Use the mount that is there now"),
        "back": page_of(folder),
    }
    return TemplateResponse(request, "admin/pipeline/watchedfolder/mount.html", context)


def use_mount(request: HttpRequest, folder: WatchedFolder) -> str:
    """The one that the person was shown."""
    point, kind = request.POST.get("point", ""), request.POST.get("kind", "")
    file_actions.accept_mount(folder, point, kind)
    return _("The watcher looks at it within seconds.")
