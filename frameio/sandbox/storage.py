"""The bucket that parts are PUT into: no credentials but the signature in the address."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from frameio.sandbox.events import announce_arrival
from frameio.sandbox.refused import Refused, denied, expired, mismatch
from frameio.sandbox.signing import SIGNED_HEADERS, expiry, is_genuine, presign
from frameio.sandbox.site import Site, site_of
from frameio.sandbox.store.records import Asset, Part

BLOCK = 1024 * 1024
UNKNOWN_TYPE = "application/octet-stream"
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"]


def upload_urls(
    site: Site, base: str, file: Asset, *, ended: bool = False
) -> list[dict[str, str | int]]:
    """One address for each part, in order; none is good any more when `ended`."""
    parts = site.store.parts.of(file.id)
    return [
        {
            "size": part.size,
            "url": presign(
                site.store.signing_key,
                method="PUT",
                base=base,
                path=_path(file, part, alone=len(parts) == 1),
                headers={
                    "content-type": file.media_type or UNKNOWN_TYPE,
                    "x-amz-acl": "private",
                },
                now=site.clock(),
                life=0 if ended else site.options.url_life,
            ),
        }
        for part in parts
    ]


def _path(file: Asset, part: Part, *, alone: bool) -> str:
    if alone:
        return f"/storage/uploads/{file.id}/original"
    return f"/storage/parts/{file.id}/part_{part.number}"


async def put(request: Request) -> Response:
    site = site_of(request)
    number = int(request.path_params.get("number", 1))
    try:
        _check_address(request, site)
        part = site.store.parts.get(request.path_params["file_id"], number)
        if part is None:
            raise Refused(404, "NoSuchKey", "The specified key does not exist.")
        _check_size(request, part)
        etag = await _receive(request.stream(), site, part)
    except Refused as refusal:
        return refusal.response()
    return Response(status_code=200, headers={"etag": f'"{etag}"'})


def _check_address(request: Request, site: Site) -> None:
    query = dict(request.query_params)
    if not query:
        raise denied()
    if query.get("X-Amz-SignedHeaders") != ";".join(SIGNED_HEADERS):
        raise mismatch()
    genuine = is_genuine(
        site.store.signing_key,
        method=request.method,
        path=request.url.path,
        query=query,
        headers=request.headers,
    )
    if not genuine:
        raise mismatch()
    if site.clock() >= expiry(query):
        raise expired()


def _check_size(request: Request, part: Part) -> None:
    length = request.headers.get("content-length")
    if length is None:
        raise Refused(
            411, "MissingContentLength", "You must provide the Content-Length HTTP header."
        )
    if int(length) != part.size:
        raise Refused(
            400,
            "EntityTooLarge" if int(length) > part.size else "EntityTooSmall",
            f"This part has {part.size} bytes; your request announces {length}.",
        )


async def _receive(stream: AsyncIterator[bytes], site: Site, part: Part) -> str:
    """Keep the body; its MD5. A body that breaks off leaves nothing behind."""
    try:
        incoming = await run_sync(Incoming.open, site.store.parts.path(part).parent)
        try:
            await _write(stream, incoming)
            taken = site.store.parts.take(part, incoming.path)
            if taken == "gone":
                raise Refused(404, "NoSuchKey", "The file of this part was deleted.")
            if taken == "last":
                _announce(site, part.file_id)
        finally:
            incoming.discard()
    except OSError as error:
        raise Refused(500, "InternalError", f"The part cannot be kept: {error.strerror}") from error
    return incoming.md5.hexdigest()


def _announce(site: Site, file_id: str) -> None:
    file = site.store.assets.get(file_id)
    if file is not None:
        announce_arrival(site, file)


async def _write(stream: AsyncIterator[bytes], incoming: "Incoming") -> None:
    """In blocks, and beside the event loop: a slow disk holds up nobody else."""
    chunks: list[bytes] = []
    waiting = 0
    async for chunk in stream:
        chunks.append(chunk)
        waiting += len(chunk)
        if waiting >= BLOCK:
            await run_sync(incoming.write, chunks)
            chunks, waiting = [], 0
    await run_sync(incoming.finish, chunks)


@dataclass(frozen=True)
class Incoming:
    """A part on its way in, under a name of its own until it is whole."""

    file: IO[bytes]
    path: Path
    md5: "hashlib._Hash"

    @classmethod
    def open(cls, directory: Path) -> "Incoming":
        directory.mkdir(parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=directory, suffix=".incoming", delete=False)  # noqa: SIM115
        return cls(file, Path(file.name), hashlib.md5(usedforsecurity=False))

    def write(self, chunks: list[bytes]) -> None:
        for chunk in chunks:
            self.file.write(chunk)
            self.md5.update(chunk)

    def finish(self, chunks: list[bytes]) -> None:
        self.write(chunks)
        self.file.close()

    def discard(self) -> None:
        """What did not become a part; nothing when it did."""
        with suppress(OSError):  # a full disk fails once more when closing
            self.file.close()
        self.path.unlink(missing_ok=True)


routes = [
    Route("/storage/uploads/{file_id}/original", put, methods=METHODS),
    Route("/storage/parts/{file_id}/part_{number:int}", put, methods=METHODS),
]
