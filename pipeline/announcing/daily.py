"""Each project's summary, once a day, at its own time."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from pipeline.announcing import cards
from pipeline.announcing.known_channels import listening
from pipeline.channels import Card
from pipeline.models import Project
from pipeline.summary import summary_of


def make_cards(now: datetime) -> None:
    """Of the last day that is over; days on which nobody was there to tell are let go."""
    for project in Project.objects.filter(active=True).exclude(summary_at=None):
        local = now.astimezone(project.zone())
        if project.summary_at and local.time() >= project.summary_at:
            _tell(project, local.date(), now)


def _tell(project: Project, day: date, now: datetime) -> None:
    if project.summary_told_on and project.summary_told_on >= day:
        return
    wanted = project.summary_when_empty or not summary_of(project, day).is_empty
    untold = Q(summary_told_on=None) | Q(summary_told_on__lt=day)
    with transaction.atomic():
        rows = Project.objects.filter(untold, pk=project.pk)
        if rows.update(summary_told_on=day) and wanted:
            about = {"project": project.pk, "day": day.isoformat()}
            key = f"summary/{project.pk}/{day.isoformat()}"
            cards.make(listening(project.pk, "summary"), Card.Kind.SUMMARY, key, about, now)
