"""One operation of the API: who may, what was asked, then a short function that answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frameio.sandbox.api.queries import NoBody
from frameio.sandbox.documents import Document, Documents
from frameio.sandbox.errors import ApiError, NotFound, TooMany, Unauthorized, refused
from frameio.sandbox.events import Event, announce
from frameio.sandbox.faults import Effects, effects_of
from frameio.sandbox.site import Site, address_of, site_of
from frameio.sandbox.store.records import Account, Asset, Project, User, Workspace

Query = TypeVar("Query", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Call(Generic[Query, Body]):
    """A request that was let in and understood."""

    site: Site
    documents: Documents
    caller: User
    path: str
    ids: Mapping[str, str]
    query: Query
    body: Body
    effects: Effects
    """What a fault makes of this call."""

    def happened(self, name: str, asset: Asset) -> None:
        """To a file, a folder or a version stack; webhooks are told."""
        ids = (asset.id, asset.account_id, asset.project_id, self.caller.id)
        announce(self.site, Event(name, asset.type, *ids))

    def account(self) -> Account:
        account = self.site.store.people.account(self.ids["account_id"])
        if account is None:
            raise NotFound
        return account

    def workspace(self) -> Workspace:
        workspace = self.site.store.people.workspace(self.ids["workspace_id"])
        if workspace is None or workspace.account_id != self.account().id:
            raise NotFound
        return workspace

    def project(self) -> Project:
        project = self.site.store.people.project(self.ids["project_id"])
        if project is None or project.account_id != self.account().id:
            raise NotFound
        return project

    def folder(self) -> Asset:
        return self.asset(self.ids["folder_id"], "folder")

    def file(self) -> Asset:
        return self.asset(self.ids["file_id"], "file")

    def stack(self) -> Asset:
        return self.asset(self.ids["version_stack_id"], "version_stack")

    def asset(self, asset_id: str, *types: str) -> Asset:
        asset = self.site.store.assets.get(asset_id)
        if asset is None or asset.type not in types or asset.account_id != self.account().id:
            raise NotFound
        return asset


@dataclass(frozen=True)
class Operation(Generic[Query, Body]):
    """`id` is the operationId of the vendor's document, and the key of its rate limit."""

    id: str
    method: str
    path: str
    answer: Callable[[Call[Query, Body]], Response]
    query: type[Query]
    body: type[Body]

    def route(self) -> Route:
        return Route(f"/v4{self.path}", self.endpoint, methods=[self.method], name=self.id)

    async def endpoint(self, request: Request) -> Response:
        buckets, caller_id = site_of(request).buckets, ""
        try:
            caller = _let_in(request)
            caller_id = caller.id
            if not buckets.pour(self.id, caller_id):
                raise TooMany
            response = self.answer(await self._understood(request, caller))
        except ValidationError as error:
            response = refused(error).response()
        except ApiError as error:
            response = error.response()
        room = 0 if response.status_code == 429 else buckets.room(self.id, caller_id)
        response.headers.update(buckets.headers(self.id, room))
        if response.status_code == 429 and site_of(request).options.retry_after:
            response.headers["retry-after"] = str(ceil(buckets.wait(self.id, caller_id)))
        response.headers["x-request-id"] = str(uuid4())
        return response

    async def _understood(self, request: Request, caller: User) -> Call[Query, Body]:
        site = site_of(request)
        has_body = self.method in ("POST", "PATCH") or self.body is not NoBody
        return Call(
            site=site,
            documents=Documents(site, address_of(request)),
            caller=caller,
            path=request.url.path,
            effects=effects_of(request),
            ids=request.path_params,
            query=self.query.model_validate_strings(dict(request.query_params)),
            body=self.body.model_validate_json(
                await request.body() if has_body else b"{}", strict=True
            ),
        )


def one(document: Document, status: int = 200) -> Response:
    return JSONResponse({"data": document}, status)


def done() -> Response:
    return Response(status_code=204)


def _let_in(request: Request) -> User:
    """The caller, whose buckets these are."""
    store, effects = site_of(request).store, effects_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    grant = store.grants.find("access", token)
    if scheme.lower() != "bearer" or grant is None or "unauthorized" in effects:
        raise Unauthorized
    if "too_many_requests" in effects:
        raise TooMany
    server = "frame.s2s.all" in grant.scope.split()
    return store.people.service() if server else store.people.user()
