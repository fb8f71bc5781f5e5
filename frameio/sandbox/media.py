"""Plays and downloads what arrived, straight from the parts, with Range."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

from anyio import open_file
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from frameio.sandbox.drawing import thumbnail
from frameio.sandbox.refused import denied, expired
from frameio.sandbox.signing import expiry, is_genuine, presign
from frameio.sandbox.site import Site, site_of
from frameio.sandbox.storage import UNKNOWN_TYPE
from frameio.sandbox.store.records import Asset

How: TypeAlias = Literal["inline", "download", "thumbnail"]

BLOCK = 1024 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Slice:
    path: Path
    start: int
    length: int


def media_url(site: Site, base: str, file: Asset, how: How) -> str:
    return presign(
        site.store.signing_key,
        method="GET",
        base=base,
        path=f"/media/{file.id}/{how}",
        headers={},
        now=site.clock(),
        life=site.options.url_life,
    )


async def signed(request: Request) -> Response:
    site, query = site_of(request), dict(request.query_params)
    file = site.store.assets.get(request.path_params["file_id"])
    genuine = is_genuine(
        site.store.signing_key,
        method="GET",
        path=request.url.path,
        query=query,
        headers=request.headers,
    )
    if not genuine or file is None or file.complete_at is None:
        return denied().response()
    if site.clock() >= expiry(query):
        return expired().response()
    how = request.path_params["how"]
    if how == "thumbnail":
        return Response(thumbnail(file.id), media_type="image/png")
    return send(request, file, inline=how == "inline")


async def for_the_page(request: Request) -> Response:
    """What the sandbox's own page plays: an address that stays the same."""
    file = site_of(request).store.assets.get(request.path_params["file_id"])
    if file is None or file.complete_at is None:
        return Response(status_code=404)
    return send(request, file, inline="download" not in request.query_params)


def send(request: Request, file: Asset, *, inline: bool) -> Response:
    asked = RANGE.fullmatch(request.headers.get("range", ""))
    headers = {
        "accept-ranges": "bytes",
        "content-type": file.media_type or UNKNOWN_TYPE,
        "content-disposition": disposition(file.name, inline=inline),
        "etag": f'"{file.id}"',
    }
    start, end = bounds(asked, file.file_size) if asked else (0, file.file_size)
    if start >= end:
        gone = {**headers, "content-range": f"bytes */{file.file_size}"}
        return Response(status_code=416, headers=gone)
    headers["content-length"] = str(end - start)
    if asked:
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.file_size}"
    status = 206 if asked else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(read(site_of(request), file, start, end), status, headers)


def bounds(asked: re.Match[str], size: int) -> tuple[int, int]:
    """First byte and the one after the last; equal when the range holds nothing."""
    first, last = asked.groups()
    if first:
        return int(first), min(int(last) + 1 if last else size, size)
    return max(size - int(last or 0), 0), size


def disposition(name: str, *, inline: bool) -> str:
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


async def read(site: Site, file: Asset, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes from `start` up to `end`, a block at a time."""
    for piece in slices(site, file, start, end):
        async with await open_file(piece.path, "rb") as part:
            await part.seek(piece.start)
            left = piece.length
            while left and (block := await part.read(min(BLOCK, left))):
                left -= len(block)
                yield block


def slices(site: Site, file: Asset, start: int, end: int) -> list[Slice]:
    """Which stretch of which part holds those bytes."""
    wanted, offset = [], 0
    for part in site.store.parts.of(file.id):
        first, last = max(start, offset), min(end, offset + part.size)
        if first < last:
            wanted.append(Slice(site.store.parts.path(part), first - offset, last - first))
        offset += part.size
    return wanted


routes = [
    Route("/media/{file_id}/{how}", signed),
    Route("/_sandbox/media/{file_id}", for_the_page),
]
