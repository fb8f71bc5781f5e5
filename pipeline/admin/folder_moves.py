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
from pipeline.models import SourceFile, WatchedFolder

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
        "above": folder.path,
        "back": page_of(folder),
    }
    return TemplateResponse(request, "postflow/question_page.html", context)


def write_off(_request: HttpRequest, folder: WatchedFolder) -> str:
    file_actions.accept_absence(folder)
    return _("The watcher writes them off at its next look.")


# --- Files that were there before -----------------------------------------------------------------


def there_before(folder: WatchedFolder) -> int:
    """How many of its files are left alone because they were there when it was first looked at."""
    return SourceFile.objects.filter(folder=folder, state=SourceFile.State.BASELINE).count()


def ask_to_send_before(
    request: HttpRequest, site: AdminSite, folder: WatchedFolder
) -> HttpResponse:
    count = there_before(folder)
    explained = ngettext(
        "%(count)d file was there before the folder was watched, and stays where it is. Sent, it is"
        " read by the naming rules as any new file is.",
        "%(count)d files were there before the folder was watched, and stay where they are. Sent,"
        " they are read by the naming rules as new files are: every finished one goes up, and that"
        " can take a while.",
        count,
    )
    button = ngettext("Send %(count)d file", "Send %(count)d files", count)
    context = {
        **site.each_context(request),
        "title": _("Send what was there before?"),
        "explained": explained % {"count": count},
        "button": button % {"count": count},
        "above": folder.path,
        "back": page_of(folder),
    }
    return TemplateResponse(request, "postflow/question_page.html", context)


def send_before(request: HttpRequest, folder: WatchedFolder) -> str:
    count = file_actions.send_what_was_there(folder, request.user.get_username())
    text = ngettext(
        "%(count)d file is looked at within seconds, and goes up when it is finished.",
        "%(count)d files are looked at within seconds, and go up when they are finished.",
        count,
    )
    return text % {"count": count}


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
        "above": folder.path,
        "back": page_of(folder),
    }
    return TemplateResponse(request, "admin/pipeline/watchedfolder/mount.html", context)


def use_mount(request: HttpRequest, folder: WatchedFolder) -> str:
    """The one that the person was shown."""
    point, kind = request.POST.get("point", ""), request.POST.get("kind", "")
    file_actions.accept_mount(folder, point, kind)
    return _("The watcher looks at it within seconds.")
