"""Webhooks of a workspace. The secret is told once, when one is made."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, Query, done, one
from frameio.sandbox.api.queries import (
    CreatorQuery,
    Name,
    NoBody,
    NoQuery,
    PageQuery,
    Strict,
    TimeSort,
    reachable,
)
from frameio.sandbox.documents import Document, Documents, timestamp
from frameio.sandbox.errors import NotFound
from frameio.sandbox.events import NAMES
from frameio.sandbox.store.records import Webhook


def known(events: list[str]) -> list[str]:
    if len(set(events)) < len(events):
        raise PydanticCustomError("unique", "Array items must be unique")
    if not set(events) <= set(NAMES):
        raise PydanticCustomError("enum", "Invalid value for enum")
    return events


Events = Annotated[list[str], Field(min_length=1), AfterValidator(known)]
Url = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(reachable)]


class NewWebhook(Strict):
    class Data(Strict):
        name: Name
        url: Url
        events: Events

    data: Data


class ChangedWebhook(Strict):
    class Data(Strict):
        name: Name = ""
        url: Url = ""
        events: Events = []
        active: bool = True

    data: Data


class WebhookPage(CreatorQuery, PageQuery):
    sort: TimeSort | None = None


def document(documents: Documents, hook: Webhook, include: Sequence[str] = ()) -> Document:
    shown: Document = {
        "id": hook.id,
        "name": hook.name,
        "url": hook.url,
        "events": hook.events.split(),
        "active": bool(hook.active),
        "workspace_id": hook.workspace_id,
        "created_at": timestamp(hook.created_at),
        "updated_at": timestamp(hook.updated_at),
    }
    return shown | ({"creator": documents.user()} if "creator" in include else {})


def index(call: Call[WebhookPage, NoBody]) -> Response:
    workspace, include = call.workspace(), list(call.query.included())
    return many(
        call,
        lambda wanted: call.site.store.webhooks.page_of(workspace.id, wanted),
        lambda row: document(call.documents, Webhook(**row), include),
    )


def create(call: Call[NoQuery, NewWebhook]) -> Response:
    data = call.body.data
    hook = call.site.store.webhooks.create(call.workspace(), data.name, data.url, data.events)
    return one(document(call.documents, hook) | {"secret": hook.secret}, 201)


def show(call: Call[CreatorQuery, NoBody]) -> Response:
    return one(document(call.documents, _found(call), list(call.query.included())))


def update(call: Call[NoQuery, ChangedWebhook]) -> Response:
    changes: dict[str, str | bool] = {}
    for name, value in call.body.data.model_dump(exclude_unset=True).items():
        changes[name] = " ".join(value) if name == "events" else value
    return one(document(call.documents, call.site.store.webhooks.update(_found(call), changes)))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    call.site.store.webhooks.delete(_found(call))
    return done()


def _found(call: Call[Query, NoBody] | Call[NoQuery, ChangedWebhook]) -> Webhook:
    hook = call.site.store.webhooks.get(call.ids["webhook_id"])
    if hook is None or hook.account_id != call.account().id:
        raise NotFound
    return hook


OF_WORKSPACE = "/accounts/{account_id}/workspaces/{workspace_id}/webhooks"
ONE = "/accounts/{account_id}/webhooks/{webhook_id}"
operations = (
    Operation("webhooks.index", "GET", OF_WORKSPACE, index, WebhookPage, NoBody),
    Operation("webhooks.create", "POST", OF_WORKSPACE, create, NoQuery, NewWebhook),
    Operation("webhooks.show", "GET", ONE, show, CreatorQuery, NoBody),
    Operation("webhooks.update", "PATCH", ONE, update, NoQuery, ChangedWebhook),
    Operation("webhooks.delete", "DELETE", ONE, delete, NoQuery, NoBody),
)
