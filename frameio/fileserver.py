"""What the file server says to a request: one secret path, one file, whole or a range of it.

It has no pages, no session and no list, and knows nothing of Django's addresses: whatever is not
the path of an open file is 404, in the same few bytes. `frameio.listening` does the talking.
"""

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from mimetypes import guess_type
from typing import BinaryIO

from frameio.served import Served

log = logging.getLogger(__name__)

PATH = re.compile(r"/([0-9a-f]{64})")
RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """`target` and `range` as they came, nothing in them decoded; empty when there was none."""

    method: str
    target: str
    host: str
    range: str = ""
    if_range: str = ""


@dataclass(frozen=True)
class Body:
    """`size` bytes of the file, from `start`. `note(n)` is to hear of the bytes that went out; it
    says whether more may follow.
    """

    file: BinaryIO
    start: int
    size: int
    note: Callable[[int], bool]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers = (("Content-Length", "0"),)
    body: Body | None = None


NOT_FOUND = Answer(404)
NOT_ALLOWED = Answer(405, (("Allow", "GET, HEAD"), ("Content-Length", "0")))
AWAY = Answer(503, (("Retry-After", "30"), ("Content-Length", "0")))


@dataclass(frozen=True)
class FileServer:
    """`hosts()` are the names under which we are known, without ports."""

    look_up: Callable[[str], Served | None]
    hosts: Callable[[], Collection[str]]

    def answer(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            return NOT_ALLOWED
        asked = PATH.fullmatch(request.target)
        if not asked or _without_port(request.host) not in self.hosts():
            return NOT_FOUND
        served = self.look_up(asked[1])
        return _file(served, request) if served else NOT_FOUND


def _without_port(host: str) -> str:
    return re.sub(r":\d*$", "", host).lower()


def _file(served: Served, request: Request) -> Answer:
    try:
        file = served.open()
    except OSError as error:
        log.warning("%s cannot be read for Frame.io: %s", served.path.name, error.strerror)
        return AWAY
    if file is None:
        log.warning("%s has changed and is no longer given to Frame.io", served.path.name)
        return NOT_FOUND
    answer = _ranged(served, file, request)
    if answer.body is None:
        file.close()
    return answer


def _ranged(served: Served, file: BinaryIO, request: Request) -> Answer:
    size, etag = served.identity.size, served.identity.etag
    common: Headers = (
        ("Accept-Ranges", "bytes"),
        ("ETag", etag),
        ("Cache-Control", "no-store"),
        ("Content-Type", guess_type(served.path.name)[0] or "application/octet-stream"),
        ("X-Content-Type-Options", "nosniff"),
    )
    span = None
    if request.method == "GET" and request.if_range in {"", etag}:
        span = wanted(request.range, size)
    if span is None:
        headers = (*common, ("Content-Length", str(size)))
        body = Body(file, 0, size, served.note) if request.method == "GET" else None
        return Answer(200, headers, body)
    if not span:
        return Answer(416, (("Content-Range", f"bytes */{size}"), ("Content-Length", "0")))
    shown = ("Content-Range", f"bytes {span.start}-{span.stop - 1}/{size}")
    headers = (*common, shown, ("Content-Length", str(len(span))))
    return Answer(206, headers, Body(file, span.start, len(span), served.note))


def wanted(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; empty when there are none such.

    None: all of it, which is the answer to several ranges too, and to what is none.
    https://www.rfc-editor.org/rfc/rfc9110#section-14.2
    """
    asked = RANGE.fullmatch(header)
    if not asked or asked[0] == "bytes=-":
        return None
    first, last = asked[1], asked[2]
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
