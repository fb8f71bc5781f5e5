"""Which workspaces tell us what happens in them: a webhook of this installation's in each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from frameio import webhooks
from frameio.client import FrameioClient
from frameio.errors import Invalid, NotFound
from frameio.models import Account, Webhook

EVENTS = [
    "comment.created",
    "comment.updated",
    "comment.deleted",
    "comment.completed",
    "comment.uncompleted",
]


class State(Enum):
    NONE = "none"
    HEARD = "heard"
    MOVED = "moved"  # registered for another address than ours is now
    GONE = "gone"  # removed on Frame.io, or our registration never got its answer


@dataclass(frozen=True)
class Hearing:
    """A workspace and our webhook in it. `name` is empty for one the login sees no more."""

    workspace_id: str
    name: str
    state: State
    webhook: Webhook | None


def address_of(webhook: Webhook) -> str:
    """Where Frame.io sends what it has to tell."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/frameio/webhook/{webhook.pk}"


def own_name() -> str:
    """Unlike that of any other installation: it stands at another address."""
    public = urlsplit(settings.PUBLIC_URL)
    return f"PostFlow {public.netloc}{public.path}".rstrip("/")[:255]


def hearings(client: FrameioClient, account: Account) -> list[Hearing]:
    """Every workspace of the login, as Frame.io has it now. Raises `FrameioError`."""
    rows = {row.workspace_id: row for row in account.webhook_set.all()}
    found = list(_by_workspace(client, account, rows))
    seen = {each.workspace_id for each in found}
    lost = [Hearing(key, "", State.GONE, row) for key, row in rows.items() if key not in seen]
    return found + lost


def _by_workspace(
    client: FrameioClient, account: Account, rows: dict[str, Webhook]
) -> Iterator[Hearing]:
    for workspace in client.workspaces(account.account_id):
        row = rows.get(workspace.id)
        state = _state(client, account, row) if row else State.NONE
        yield Hearing(workspace.id, workspace.name, state, row)


def _state(client: FrameioClient, account: Account, row: Webhook) -> State:
    there = {each.id: each for each in client.webhooks(account.account_id, row.workspace_id)}
    if row.webhook_id not in there:
        return State.GONE
    return State.HEARD if there[row.webhook_id].url == address_of(row) else State.MOVED


def why_not(account: Account) -> str:
    """What has to be set first, or empty. A sandbox without HTTPS calls without it as well."""
    if settings.PUBLIC_URL.startswith("https://") or account.api_url.startswith("http://"):
        return ""
    return _(
        "Set PUBLIC_URL to an HTTPS address at which Frame.io reaches this server (it is %(url)s)."
    ) % {"url": settings.PUBLIC_URL}


def listen(client: FrameioClient, account: Account, workspace_id: str) -> Webhook:
    """Register anew; what an earlier address of ours left behind is removed.

    Raises `FrameioError`.
    """
    if reason := why_not(account):
        raise Invalid(reason)
    name = own_name()
    for old in Webhook.objects.filter(workspace_id=workspace_id).exclude(name=name):
        leave(client, old)
    return webhooks.register(client, account, workspace_id, name, address_of, EVENTS)


def leave(client: FrameioClient, webhook: Webhook) -> None:
    """Remove it; one in a workspace that is no longer there is only forgotten."""
    try:
        webhooks.remove(client, webhook)
    except NotFound:
        Webhook.objects.filter(pk=webhook.pk).delete()
