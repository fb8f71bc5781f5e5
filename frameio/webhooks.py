"""Webhooks: Frame.io tells us what happened instead of being asked.

https://next.developer.frame.io/platform/docs/guides/webhooks
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from frameio.answers import Json, JsonObject
from frameio.client import FrameioClient
from frameio.errors import NotFromFrameio
from frameio.leases import Leases
from frameio.models import Account, HeardDelivery, Webhook

WINDOW = timedelta(minutes=5)  # how far a delivery's time may be from ours
LARGEST = 64 * 1024  # bytes; a delivery holds a handful of ids


@dataclass(frozen=True)
class Event:
    """`type` is e.g. comment.created; ids are empty where the delivery has none."""

    type: str
    resource_id: str
    resource_type: str
    account_id: str
    workspace_id: str
    project_id: str
    user_id: str


def register(
    client: FrameioClient,
    account: Account,
    workspace_id: str,
    name: str,
    url_of: Callable[[Webhook], str],
    events: Sequence[str],
    *,
    leases: Leases | None = None,
) -> Webhook:
    """Register a webhook of that name anew. `url_of` its row is where Frame.io shall send.

    Whatever has the name on Frame.io is removed first: its secret was shown once, perhaps to a
    process that died. So each installation needs a name of its own. Safe to call again, after an
    answer that never came too. Raises `FrameioError`.
    """
    with (leases or Leases()).held(f"webhooks/{workspace_id}") as renew:
        row, _made = Webhook.objects.get_or_create(
            workspace_id=workspace_id, name=name, defaults={"account": account}
        )
        _remove_named(client, account.account_id, workspace_id, name)
        renew()
        made = client.create_webhook(account.account_id, workspace_id, name, url_of(row), events)
        row.account = account
        row.url, row.webhook_id, row.secret = made.url, made.id, made.secret
        row.save(update_fields=["account", "url", "webhook_id", "secret"])
    return row


def remove(client: FrameioClient, webhook: Webhook, *, leases: Leases | None = None) -> None:
    """On Frame.io, and then here."""
    with (leases or Leases()).held(f"webhooks/{webhook.workspace_id}"):
        account_id = webhook.account.account_id
        _remove_named(client, account_id, webhook.workspace_id, webhook.name)
        Webhook.objects.filter(pk=webhook.pk).delete()


def _remove_named(client: FrameioClient, account_id: str, workspace_id: str, name: str) -> None:
    for found in client.webhooks(account_id, workspace_id):
        if found.name == name:
            client.delete_webhook(account_id, found.id)


def receive(
    webhook: Webhook,
    headers: Mapping[str, str],
    body: bytes,
    now: Callable[[], datetime] = timezone.now,
) -> Event | None:
    """The event in a delivery; None when it was taken in before. `body` is the raw one.

    Raises `NotFromFrameio`.
    """
    signature = _verified(webhook, headers, body, now())
    event = _event(body)
    _heard, new = HeardDelivery.objects.get_or_create(signature=signature, defaults={"at": now()})
    HeardDelivery.objects.filter(at__lt=now() - 3 * WINDOW).delete()
    return event if new else None


def _verified(webhook: Webhook, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The signature, in our own writing."""
    named = {name.lower(): value for name, value in headers.items()}
    sent_at = named.get("x-frameio-request-timestamp", "")
    given = named.get("x-frameio-signature", "")
    if not webhook.secret:
        raise NotFromFrameio(_("This webhook is not registered. Register it in the admin."))
    if len(body) > LARGEST:
        raise NotFromFrameio(_("A webhook's delivery is larger than Frame.io sends."))
    if not (sent_at.isascii() and sent_at.isdigit()) or len(sent_at) > 12:
        raise NotFromFrameio(_("A webhook's delivery does not say when it was sent."))
    signed = b"v0:" + sent_at.encode() + b":" + body
    expected = hmac.new(webhook.secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={expected}".encode(), given.encode()):
        raise NotFromFrameio(_("A webhook's delivery has a wrong signature. Register it again."))
    if abs(now.timestamp() - int(sent_at)) > WINDOW.total_seconds():
        raise NotFromFrameio(
            _(
                "A webhook's delivery is older or newer than five minutes. Is this machine's clock"
                " right?"
            )
        )
    return expected


def _event(body: bytes) -> Event:
    try:
        row: Json = json.loads(body)
    except ValueError as error:
        raise NotFromFrameio(_("A webhook's delivery is no JSON.")) from error
    if not isinstance(row, dict) or not isinstance(row.get("type"), str):
        raise NotFromFrameio(_("A webhook's delivery does not say what happened."))
    return Event(
        type=str(row["type"]),
        resource_id=_within(row, "resource", "id"),
        resource_type=_within(row, "resource", "type"),
        account_id=_within(row, "account", "id"),
        workspace_id=_within(row, "workspace", "id"),
        project_id=_within(row, "project", "id"),
        user_id=_within(row, "user", "id"),
    )


def _within(row: JsonObject, key: str, name: str) -> str:
    inner = row.get(key)
    value = inner.get(name) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else ""
