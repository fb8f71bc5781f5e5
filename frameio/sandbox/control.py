"""`/_sandbox/*`: what tests and tools ask the sandbox about itself."""

import asyncio
import hashlib

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frameio.sandbox.faults import RULES
from frameio.sandbox.listing import Listing
from frameio.sandbox.media import read
from frameio.sandbox.site import Site, address_of, site_of
from frameio.sandbox.store.records import Asset

# Two who ask at once need not both read gigabytes.
ONE_AT_A_TIME = asyncio.Lock()


async def tree(request: Request) -> Response:
    """Every file, in the order they were made."""
    site = site_of(request)
    async with ONE_AT_A_TIME:
        for file in site.store.assets.all():
            await keep_sha256(site, file)
    return JSONResponse(Listing(site, address_of(request)).files())


async def keep_sha256(site: Site, file: Asset) -> None:
    """Read a complete file once, from what lies on disk."""
    if file.complete_at is None or file.sha256 is not None:
        return
    digest = hashlib.sha256()
    try:
        async for block in read(site, file, 0, file.file_size):
            await asyncio.to_thread(digest.update, block)
    except FileNotFoundError:
        return  # deleted while we read
    site.store.assets.keep_sha256(file.id, digest.hexdigest())


async def requests(request: Request) -> Response:
    return JSONResponse(site_of(request).store.journal.all())


async def deliveries(request: Request) -> Response:
    """Every attempt to deliver a webhook."""
    return JSONResponse(site_of(request).store.webhooks.deliveries())


async def faults(request: Request) -> Response:
    """GET the rules in force with the strikes they have left; PUT other rules in their place."""
    current = site_of(request).faults
    if request.method == "PUT":
        try:
            current.replace(RULES.validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"errors": error.errors(include_context=False)}, 422)
    rules = [
        rule.model_dump() | {"left": left}
        for rule, left in zip(current.rules, current.left(), strict=True)
    ]
    return JSONResponse(rules)


async def reset(request: Request) -> Response:
    """As on a fresh directory: new ids, no tokens, no faults."""
    site = site_of(request)
    site.faults.replace([])
    site.background.stop()
    site.buckets.empty()
    site.store.reset()
    return Response(status_code=204)


routes = [
    Route("/_sandbox/tree", tree),
    Route("/_sandbox/requests", requests),
    Route("/_sandbox/deliveries", deliveries),
    Route("/_sandbox/faults", faults, methods=["GET", "PUT"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
