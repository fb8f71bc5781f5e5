"""The picture that Frame.io makes of a file: fetched, and looked at before anybody is shown it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from frameio.answers import unreachable
from frameio.client import FrameioClient
from frameio.errors import StorageRefused, Unavailable
from frameio.http import storage_client

LARGEST = 1024 * 1024  # bytes
LONGEST = 20.0  # seconds
BLOCK = 64 * 1024


@dataclass(frozen=True)
class Thumbnail:
    """`kind` is its media type, as its first bytes say."""

    kind: str
    content: bytes = field(repr=False)


def fetch(
    client: FrameioClient,
    account_id: str,
    file_id: str,
    api_url: str,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Thumbnail | None:
    """None as long as Frame.io has made none. Raises `FrameioError`."""
    address = client.thumbnail(account_id, file_id)
    if not address:
        return None
    if not _is_safe(address, api_url):
        raise _no_address()
    with storage_client(transport) as http:
        content = _read(http, address, clock)
    kind = _kind_of(content)
    if not kind:
        raise StorageRefused(_("What Frame.io gave for a thumbnail is no picture."))
    return Thumbnail(kind, content)


def _is_safe(address: str, api_url: str) -> bool:
    """Encrypted; or from where all of Frame.io is spoken to without, as is the sandbox."""
    place, api = urlsplit(address), urlsplit(api_url)
    return place.scheme == "https" or place[:2] == api[:2]


def _read(http: httpx.Client, address: str, clock: Callable[[], float]) -> bytes:
    """Packed content is not asked for: what is small on the line could be large here."""
    ends, content = clock() + LONGEST, bytearray()
    try:
        with http.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise Unavailable(
                    _("Frame.io did not give the thumbnail (%(status)d).")
                    % {"status": answer.status_code}
                )
            for block in answer.iter_raw(BLOCK):
                content += block
                if len(content) > LARGEST:
                    raise StorageRefused(_("The thumbnail that Frame.io made is too large."))
                if clock() > ends:
                    raise Unavailable(_("Frame.io took too long to give the thumbnail."))
    except httpx.InvalidURL:
        raise _no_address() from None
    except httpx.RequestError as error:
        host = urlsplit(address).hostname or ""
        raise unreachable(_("Frame.io's storage"), host, error) from None
    return bytes(content)


def _no_address() -> StorageRefused:
    return StorageRefused(_("Frame.io gave an address for the thumbnail that is none."))


def _kind_of(content: bytes) -> str:
    """Empty for anything else: nothing that a browser would run is ever shown."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return ""
