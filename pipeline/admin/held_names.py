"""The page of the uploads that are held for their names, sorted by what would let them go."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import file_actions, jobs, quarantine
from pipeline.admin.chosen import each
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.naming import Slip
from pipeline.quarantine import Sorted
from pipeline.routing import (
    FitsNone,
    FitsSeveral,
    Held,
    OtherProject,
    Route,
    UnknownProject,
)

PAGE = "admin:pipeline_uploadjob_held"
SHOWN = 25  # of a group; what is done, is done to all of it


@dataclass(frozen=True)
class Group:
    """Uploads that one thing lets go. `key`: what they have in common."""

    key: Hashable
    rows: list[Sorted]

    @property
    def shown(self) -> list[Sorted]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - SHOWN)

    @property
    def project(self) -> Project | None:
        """The one in whose folders they all lie, where it is one."""
        found = {one.job.source.folder_project for one in self.rows}
        return found.pop() if len(found) == 1 else None

    @property
    def names(self) -> str:
        """One a line, for the box of a rule's page."""
        return "\n".join(one.job.name for one in self.shown)


@dataclass(frozen=True)
class Misspelt:
    """What the uploads of a group have in common that have the same slip."""

    rule: NamingRule
    slip: Slip


@dataclass(frozen=True)
class Miscoded:
    """The names say `code`, and the files lie in a folder of the `project`."""

    code: str
    project: Project


def page(request: HttpRequest, around: dict[str, object], *, may_steer: bool) -> HttpResponse:
    count = quarantine.held().count()
    rows = quarantine.sort(quarantine.held()[: quarantine.AT_MOST])
    return TemplateResponse(
        request,
        "admin/pipeline/uploadjob/held.html",
        {
            **around,
            "title": _("Held names"),
            "count": count,
            "looked_at": len(rows),
            "may_steer": may_steer,
            **groups(rows),
        },
    )


def groups(rows: Iterable[Sorted]) -> dict[str, list[Group]]:
    """The template's: each upload stands in one of them."""
    rows = list(rows)
    misspelt = [one for one in rows if one.slip]
    unread = [one for one in rows if isinstance(one.now, FitsNone) and not one.slip]
    return {
        "ready": _grouped(rows, lambda one: True if isinstance(one.now, Route) else None),
        "misspelt": _grouped(misspelt, _misspelt),
        "several": _grouped(rows, _rules),
        "unknown": _grouped(
            rows, lambda one: one.now.code if isinstance(one.now, UnknownProject) else None
        ),
        "elsewhere": _grouped(rows, _codes),
        "unread": _grouped(unread, lambda one: one.nearest.rule if one.nearest else ""),
        "other": _grouped(rows, _other_reason),
    }


def _grouped(rows: Iterable[Sorted], key: Callable[[Sorted], Hashable]) -> list[Group]:
    """By what `key` says of them; None leaves one out. The largest first."""
    found: dict[Hashable, list[Sorted]] = {}
    for one in rows:
        if (common := key(one)) is not None:
            found.setdefault(common, []).append(one)
    return [
        Group(common, rows)
        for common, rows in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


def _misspelt(one: Sorted) -> Hashable:
    return Misspelt(one.nearest.rule, one.slip) if one.nearest and one.slip else None


def _rules(one: Sorted) -> Hashable:
    return tuple(one.now.rules) if isinstance(one.now, FitsSeveral) else None


def _codes(one: Sorted) -> Hashable:
    if not isinstance(one.now, OtherProject):
        return None
    return Miscoded(one.now.code, one.now.project)


def _other_reason(one: Sorted) -> Hashable:
    if isinstance(one.now, Route | FitsNone | FitsSeveral | OtherProject | UnknownProject):
        return None
    return one.now.hold.label


def send_ready(request: HttpRequest, chosen: Iterable[UploadJob]) -> HttpResponse:
    """Those that the rules read by now."""
    _said(request, each(request, quarantine.sort(chosen), _let_go))
    return back()


def _let_go(one: Sorted, who: str) -> None:
    if isinstance(one.now, Held):
        raise one.now
    quarantine.let_go(one.job, who)


def send_misspelt(request: HttpRequest, chosen: Iterable[UploadJob]) -> HttpResponse:
    """Those that still have the slip which the person was shown."""
    asked = tuple(request.POST.get(name, "") for name in ("rule", "token", "text", "meant"))

    def mend(one: Sorted, who: str) -> None:
        if _as_posted(one) != asked:
            raise _read_otherwise(one)
        quarantine.mend(one, who)

    _said(request, each(request, quarantine.sort(chosen), mend))
    return back()


def _as_posted(one: Sorted) -> tuple[str, ...]:
    if one.nearest is None or one.slip is None:
        return ()
    return str(one.nearest.rule.pk), one.slip.token, one.slip.text, one.slip.meant


def send_miscoded(request: HttpRequest, chosen: Iterable[UploadJob]) -> HttpResponse:
    """Those whose name says another project, as the folder's, which the person was shown."""
    asked = request.POST.get("as", "")

    def send(one: Sorted, who: str) -> None:
        if not isinstance(one.now, OtherProject) or str(one.now.project.pk) != asked:
            raise _read_otherwise(one)
        quarantine.send_as_its_folders(one, who)

    _said(request, each(request, quarantine.sort(chosen), send))
    return back()


def leave(request: HttpRequest, chosen: Iterable[UploadJob]) -> HttpResponse:
    """Those that nobody wants on Frame.io: they end, and what is saved under their names later is
    ignored."""
    count = each(request, chosen, _leave)
    if count:
        text = ngettext(
            "%(count)d file is left where it is. It can be sent from its page under Source files.",
            "%(count)d files are left where they are. They can be sent from their pages under"
            " Source files.",
            count,
        )
        messages.success(request, text % {"count": count})
    return back()


def _leave(job: UploadJob, who: str) -> None:
    with transaction.atomic():
        jobs.leave(job, who)
        file_actions.ignore(job.source, who)


def _read_otherwise(one: Sorted) -> Held:
    text = _("%(name)s is read otherwise by now. Look at it again.")
    return Held(UploadJob.Hold.NAME, text % {"name": one.job.name})


def _said(request: HttpRequest, count: int) -> None:
    if count:
        text = ngettext("%(count)d upload is queued.", "%(count)d uploads are queued.", count)
        messages.success(request, text % {"count": count})


def back() -> HttpResponse:
    return HttpResponseRedirect(reverse(PAGE))


def offer(request: HttpRequest) -> None:
    """After a rule was saved: what waits for one, and what the rules read of it now."""
    count = quarantine.held().count()
    if not count:
        return
    rows = quarantine.sort(quarantine.held()[: quarantine.AT_MOST])
    ready = sum(isinstance(one.now, Route) for one in rows)
    waiting = ngettext(
        "%(count)d file is held for its name.", "%(count)d files are held for their names.", count
    ) % {"count": count}
    read = _("The rules read none of them yet.")
    if ready:
        text = ngettext("The rules read %(count)d now.", "The rules read %(count)d now.", ready)
        read = text % {"count": ready}
    label = _("Send them?") if ready else _("See")
    link = format_html('<a class="button plain" href="{}">{}</a>', reverse(PAGE), label)
    level = messages.INFO if ready else messages.WARNING
    messages.add_message(request, level, format_html("{} {} {}", waiting, read, link))
