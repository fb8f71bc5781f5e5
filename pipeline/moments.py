"""Moments in short, as people say them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format


def in_short(moment: datetime, now: datetime) -> str:
    """`20:00`, with the day where that is needed."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if local.date() == today:
        return date_format(local, "H:i")
    if abs(moment - now) < timedelta(days=6):
        return date_format(local, "l H:i")
    return date_format(local, "SHORT_DATETIME_FORMAT")
