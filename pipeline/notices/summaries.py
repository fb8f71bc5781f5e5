"""The day in one message."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.message import Message
from pipeline.channels import Card, Shot
from pipeline.models import Project, UploadJob
from pipeline.notices.words import called, listed, page
from pipeline.summary import Summary, summary_of

MOST_LINES = 10


def message_of(card: Card) -> Message | None:
    """`about`: {"project", "day"}."""
    project = Project.objects.filter(pk=card.about["project"]).first()
    if project is None:
        return None
    day = date.fromisoformat(str(card.about["day"]))
    found = summary_of(project, day)
    address = reverse("admin:pipeline_project_summary", args=[project.pk])
    return Message(
        title=_("%(project)s on %(day)s") % {"project": project.name, "day": date_format(day)},
        text="\n\n".join(filter(None, _parts(found))) or _("Nothing arrived, and nothing waits."),
        url=page(f"{address}?day={day.isoformat()}"),
        level="error" if found.failed else "info",
        fields=_counts(found),
    )


def _parts(found: Summary) -> list[str]:
    return [
        _part(_("Arrived:"), [called(job) for job in found.delivered]),
        _part(_("Failed:"), _with_reasons(found.failed)),
        _part(_("Waiting:"), _with_reasons(found.waiting)),
        _part(_("Late:"), [_shot_line(shot) for shot in found.late]),
    ]


def _part(title: str, lines: list[str]) -> str:
    return f"{title}\n{listed(lines, MOST_LINES)}" if lines else ""


def _with_reasons(jobs: Sequence[UploadJob]) -> list[str]:
    return [f"{called(job)}: {job.reason}" for job in jobs]


def _shot_line(shot: Shot) -> str:
    if shot.due is None:
        return str(shot)
    return _("%(shot)s, due %(day)s") % {"shot": shot, "day": date_format(shot.due)}


def _counts(found: Summary) -> tuple[tuple[str, str], ...]:
    """Nothing of what there is none of."""
    counts = (
        (_("Arrived"), len(found.delivered)),
        (_("New versions"), found.versions),
        (_("Waiting"), len(found.waiting)),
        (_("Failed"), len(found.failed)),
        (_("Open comments"), found.open_comments),
        (_("Late"), len(found.late)),
        (_("Not there yet"), len(found.missing)),
    )
    return tuple((name, str(count)) for name, count in counts if count)
