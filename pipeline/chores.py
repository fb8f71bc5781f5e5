"""What is done once in a while, by one process of all: each turn is a conditional update."""

from datetime import datetime, timedelta

from django.utils import timezone

from pipeline.models import Chore


def is_due(name: str, every: timedelta, now: datetime | None = None) -> bool:
    now = now or timezone.now()
    return not Chore.objects.filter(name=name, begun_at__gt=now - every).exists()


def take(name: str, every: timedelta, now: datetime | None = None) -> bool:
    """Whether it is our turn: `every` has passed since anybody's last one."""
    now = now or timezone.now()
    if Chore.objects.filter(name=name, begun_at__lte=now - every).update(begun_at=now):
        return True
    _row, made = Chore.objects.get_or_create(name=name, defaults={"begun_at": now})
    return made
