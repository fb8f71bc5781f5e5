"""What Frame.io tells us by itself: only the ids in it are used, and only of what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frameio import errors, webhooks
from frameio.models import Webhook
from pipeline.integrations.base import IntegrationError


class UnknownWebhook(IntegrationError):
    """There is none of that number here."""


class NotFromFrameio(IntegrationError):
    """Nobody should act upon it."""


@dataclass(frozen=True)
class Heard:
    """`kind` is e.g. comment.created; `account` is our row's number."""

    kind: str
    resource_id: str
    account: int


def receive(number: int, headers: Mapping[str, str], body: bytes) -> Heard | None:
    """What a delivery to our webhook of that number says; None when it was heard before.

    Raises UnknownWebhook and NotFromFrameio.
    """
    webhook = Webhook.objects.filter(pk=number).first()
    if webhook is None:
        raise UnknownWebhook(_("There is no webhook %(number)d.") % {"number": number})
    try:
        event = webhooks.receive(webhook, headers, body)
    except errors.NotFromFrameio as error:
        raise NotFromFrameio(str(error)) from error
    return Heard(event.type, event.resource_id, webhook.account_id) if event else None
