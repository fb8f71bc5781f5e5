"""Who typed wrong passwords too often has to wait (django-axes counts them)."""

from datetime import datetime
from ipaddress import ip_address
from math import ceil

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def address_of(request: HttpRequest) -> str | None:
    """Of the person's machine. Behind a proxy, the last one named is what the proxy itself saw; the
    earlier ones are whatever the visitor says."""
    told = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_HTTPS else ""
    last = told.rpartition(",")[2].strip()
    return last if _is_address(last) else request.META.get("REMOTE_ADDR") or None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_locked_out(attempt: AccessAttempt, now: datetime) -> bool:
    enough: int = settings.AXES_FAILURE_LIMIT
    return bool(attempt.failures_since_start >= enough and ends_at(attempt) > now)


def ends_at(attempt: AccessAttempt) -> datetime:
    ends: datetime = attempt.attempt_time + get_cool_off()
    return ends


def locked_out(
    request: HttpRequest,
    _answer: HttpResponse | None,
    credentials: dict[str, str] | None,
) -> HttpResponse:
    """The page instead of the login, which says how long."""
    name = (credentials or {}).get("username", "")
    minutes = _minutes_left(name, address_of(request))
    answer = render(
        request, "postflow/locked_out.html", {"name": name, "minutes": minutes}, status=429
    )
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _minutes_left(name: str, address: str | None) -> int:
    counted = AccessAttempt.objects.filter(username=name, ip_address=address)
    ends = [ends_at(attempt) for attempt in counted]
    left = max(ends, default=timezone.now()) - timezone.now()
    return max(1, ceil(left.total_seconds() / 60))
