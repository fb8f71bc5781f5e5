"""Tells those who asked for it what happened, with a signature.

https://developer.adobe.com/frameio/guides/Webhooks/
"""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from random import uniform

import httpx

from frameio.sandbox.site import Site
from frameio.sandbox.store.records import Asset, Webhook

ATTEMPTS = 5
AGENT = "Frame.io V4 API"
NAMES = (
    *(f"file.{what}" for what in ("created", "deleted", "ready", "updated", "upload.completed")),
    *(f"file.{what}" for what in ("versioned", "copied")),
    *(f"folder.{what}" for what in ("created", "deleted", "updated", "copied")),
    *(f"comment.{what}" for what in ("completed", "created", "deleted", "uncompleted", "updated")),
    *(f"customfield.{what}" for what in ("created", "updated", "deleted")),
    "metadata.value.updated",
    *(f"project.{what}" for what in ("created", "deleted", "updated")),
    *(f"collection.{what}" for what in ("created", "updated", "deleted")),
    *(f"share.{what}" for what in ("created", "updated", "deleted", "viewed")),
)


@dataclass(frozen=True)
class Event:
    """`project_id` is null for what belongs to the whole account."""

    name: str
    resource_type: str
    resource_id: str
    account_id: str
    project_id: str | None
    user_id: str

    def body(self, workspace_id: str) -> bytes:
        document = {
            "type": self.name,
            "resource": {"id": self.resource_id, "type": self.resource_type},
            "account": {"id": self.account_id},
            "workspace": {"id": workspace_id},
            "project": {"id": self.project_id} if self.project_id else None,
            "user": {"id": self.user_id},
        }
        return json.dumps(document).encode()


def announce(site: Site, event: Event) -> None:
    project = site.store.people.project(event.project_id or "")
    workspace_id = project.workspace_id if project else None
    for hook in site.store.webhooks.listening(event.account_id, workspace_id, event.name):
        site.background.start(_deliver(site, hook, event))


def announce_arrival(site: Site, file: Asset) -> None:
    """All bytes are there: `file.upload.completed` and `file.ready` follow in their time."""
    site.background.start(_follow(site, file))


async def _follow(site: Site, file: Asset) -> None:
    steps = (
        ("created", site.options.uploaded_after, "file.upload.completed"),
        ("uploaded", site.options.transcoded_after, "file.ready"),
    )
    for status, seconds, name in steps:
        await asyncio.sleep(seconds)
        if file.stays == status or site.store.assets.get(file.id) is None:
            return
        user = site.store.people.user()
        announce(site, Event(name, "file", file.id, file.account_id, file.project_id, user.id))


async def _deliver(site: Site, hook: Webhook, event: Event) -> None:
    effects = site.faults.on_delivery(event.name)
    if "delivery_lost" in effects:
        return
    await asyncio.sleep(effects.get("delivered_late", 0))
    await _try_to_deliver(site, hook, event)
    if "delivered_twice" in effects:
        await asyncio.sleep(effects["delivered_twice"])
        await _try_to_deliver(site, hook, event)


async def _try_to_deliver(site: Site, hook: Webhook, event: Event) -> None:
    """Until it is taken, five times in all; then it is lost."""
    wait = site.options.webhook_delay
    for attempt in range(1, ATTEMPTS + 1):
        current = site.store.webhooks.get(hook.id)
        if current is None or not current.active:
            return
        status = await _post(site, current, event)
        site.store.webhooks.log(hook, event.name, event.resource_id, attempt, status)
        if status is not None and 200 <= status < 300:
            return
        await asyncio.sleep(wait * uniform(0.5, 1.5))  # noqa: S311  # jitter
        wait *= 2


async def _post(site: Site, hook: Webhook, event: Event) -> int | None:
    """The status; none when nobody answered in time."""
    body = event.body(hook.workspace_id)
    stamp = str(int(site.clock()))
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "x-frameio-request-timestamp": stamp,
        "x-frameio-signature": signature(hook.secret, stamp, body),
    }
    try:
        async with asyncio.timeout(site.options.webhook_timeout):
            answer = await _client().post(hook.url, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return None
    return answer.status_code


def signature(secret: str, stamp: str, body: bytes) -> str:
    signed = f"v0:{stamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@cache
def _client() -> httpx.AsyncClient:
    """One for all: each new one reads the machine's certificates."""
    return httpx.AsyncClient(trust_env=False, timeout=30)
