"""A project's day as a page: what the daily summary tells, and the days around it."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.models import Project
from pipeline.sight import sees
from pipeline.summary import Summary, summary_of, today

ONE = timedelta(days=1)


def day_page(request: HttpRequest, pk: int, around: Mapping[str, object]) -> HttpResponse:
    """`?day=2026-11-21`; `around` is what every page of the admin shows."""
    project = get_object_or_404(Project, pk=pk)
    if not sees(request.user, "pipeline.uploadjob"):
        raise PermissionDenied
    now = today(project, timezone.now())
    day = _asked(request, now)
    found = summary_of(project, day)
    context = {
        **around,
        "title": _("Summary"),
        "project": project,
        "day": day,
        "is_today": day == now,
        "before": day - ONE,
        "after": day + ONE if day < now else None,
        "summary": found,
        "since": found.since.astimezone(project.zone()),
        "until": found.until.astimezone(project.zone()),
        "counts": _counts(found),
    }
    with timezone.override(project.zone()):
        page = TemplateResponse(request, "admin/pipeline/project/day.html", context)
        return page.render()


def _asked(request: HttpRequest, now: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), now)
    except ValueError:
        return now


def _counts(found: Summary) -> list[tuple[str, int]]:
    return [
        (_("Arrived"), len(found.delivered)),
        (_("Failed"), len(found.failed)),
        (_("Waiting"), len(found.waiting)),
        (_("Open comments"), found.open_comments),
        (_("Late"), len(found.late)),
        (_("Not there yet"), len(found.missing)),
    ]
