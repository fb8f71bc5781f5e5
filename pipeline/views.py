import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_q.tasks import async_task

from pipeline.integrations.frameio_webhooks import NotFromFrameio, UnknownWebhook, receive

log = logging.getLogger(__name__)


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
