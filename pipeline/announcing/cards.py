"""Rows of cards: made once for each subject, and marked when there is more to say."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F

from pipeline.channels import Card, Channel


def make(
    channels: Iterable[Channel],
    kind: Card.Kind,
    key: str,
    about: Mapping[str, object],
    now: datetime,
) -> None:
    """In each of the channels, unless it is there."""
    rows = [
        Card(channel=channel, kind=kind, key=key, about=dict(about), changed_at=now)
        for channel in channels
    ]
    Card.objects.bulk_create(rows, ignore_conflicts=True)


def touch(pks: Iterable[int], now: datetime) -> None:
    """There is more to say on these."""
    rows = Card.objects.filter(pk__in=list(pks), over=False)
    rows.update(wanted=F("wanted") + 1, changed_at=now)
