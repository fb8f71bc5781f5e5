"""Whether this PostFlow lives, is ready, and how it fares: for load balancers and Prometheus."""

from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pipeline import doctor
from pipeline.metrics import CONTENT_TYPE, exposition

ESSENTIALS_WITHIN = 5.0  # seconds; who asks whether it is ready does not wait long

# With one of these, somebody else asks through a proxy on this machine.
OF_A_PROXY = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """This process answers. Nothing else is asked: a slow database must restart no web server."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages and uploads can be taken in, else 503. The findings are for our own people."""
    findings = doctor.examine(doctor.ESSENTIAL, patience=ESSENTIALS_WITHIN)
    ready = doctor.is_ready(findings)
    answer: dict[str, object] = {"status": "ok" if ready else "not ok"}
    if _has_token(request) or (ready and _is_staff(request)):
        shown = doctor.full_examination() if ready else findings
        answer["findings"] = [found.as_json() for found in shown]
    return JsonResponse(answer, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_has_token(request) or _is_from_here(request)):
        return HttpResponseForbidden(
            "Metrics are shown on this machine, or to who sends METRICS_TOKEN as a bearer token.\n",
            content_type="text/plain",
        )
    try:
        return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE)
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", "text/plain", status=503)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and compare_digest(given.encode(), wanted.encode())


def _is_from_here(request: HttpRequest) -> bool:
    """A proxy on this machine makes everybody look like that, so none may stand between."""
    if settings.BEHIND_HTTPS or any(name in request.headers for name in OF_A_PROXY):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.user.is_staff)
