"""The Frame.io V4 API: https://developer.adobe.com/frameio/api/current/"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from frameio.sandbox.api import (
    comments,
    definitions,
    files,
    folders,
    metadata,
    people,
    projects,
    reviewers,
    shares,
    stacks,
    webhooks,
    workspaces,
)
from frameio.sandbox.errors import NotFound
from frameio.sandbox.site import site_of

ROOMS = (
    people,
    workspaces,
    projects,
    folders,
    stacks,
    files,
    comments,
    definitions,
    metadata,
    shares,
    reviewers,
    webhooks,
)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def nothing_here(request: Request) -> Response:
    buckets = site_of(request).buckets
    response = NotFound().response()
    response.headers.update(buckets.headers("", buckets.room("", "")))
    return response


routes: list[BaseRoute] = [operation.route() for room in ROOMS for operation in room.operations]
routes.append(Route("/v4/{rest:path}", nothing_here, methods=METHODS))
