"""Cards of files that are being sent say how far they are, from time to time."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from pipeline.announcing import cards
from pipeline.channels import Card, Channel
from pipeline.models import UploadJob

EVERY = timedelta(seconds=15)


def due(now: datetime) -> QuerySet[Card]:
    """A scene's card counts files, and so changes only when one of them does."""
    rows = Card.objects.filter(
        kind=Card.Kind.FILE,
        over=False,
        told=F("wanted"),
        told_at__lte=now - EVERY,
        channel__active=True,
        channel__kind=Channel.Kind.DISCORD,
    )
    return rows.filter(files__job__state=UploadJob.State.RUNNING)


def refresh(now: datetime) -> None:
    cards.touch(due(now).values_list("pk", flat=True), now)
