import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_q.tasks import async_task

from pipeline.integrations.frameio_webhooks import NotFromFrameio, UnknownWebhook, receive
from pipeline.models import Thumbnail
from pipeline.sight import sees

log = logging.getLogger(__name__)


@require_safe
def icon(_request: HttpRequest) -> HttpResponseRedirect:
    """Where browsers look for it on a page that names none: an error's, or a document's."""
    return HttpResponseRedirect(static("postflow/icon.svg"))


@csrf_exempt  # its signature says who sent it
@require_POST
def frameio_webhook(request: HttpRequest, number: int) -> HttpResponse:
    """Frame.io wants its answer at once: what is to be done is queued."""
    try:
        heard = receive(number, request.headers, request.body)
    except UnknownWebhook:
        return HttpResponse(status=404)
    except NotFromFrameio as error:
        log.warning("Webhook %d: %s", number, error)
        return HttpResponse(status=401)
    if heard and heard.kind.startswith("comment."):
        _queue(heard.account, heard.resource_id)
    return HttpResponse(status=204)


def _queue(account: int, comment_id: str) -> None:
    try:
        async_task("pipeline.tasks.commented", account, comment_id, cluster=settings.SHORT_QUEUE)
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        log.warning("The broker takes nothing now (%s); the comments are polled later.", error)


@require_safe
def thumbnail(request: HttpRequest, pk: int) -> HttpResponse:
    """That of a job. Its address changes with the picture, so that it may be kept for long."""
    if not sees(request.user, "pipeline.uploadjob"):
        raise PermissionDenied
    picture = get_object_or_404(Thumbnail.objects.exclude(kind=""), delivery__job=pk)
    response = HttpResponse(bytes(picture.content), content_type=picture.kind)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
