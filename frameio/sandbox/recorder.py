"""Writes down every call to the API, the login and the part storage, without secrets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frameio.sandbox.store.journal import Journal, Json

PLACES = ("/v4/", "/ims/", "/storage/")
SECRET_HEADERS = {"authorization", "cookie", "location"}  # where a login goes back to has its code
SECRET_FIELDS = {
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "client_secret",
    "code",
    "secret",
    "source_url",
    "passphrase",
}
HIDDEN = "***"
KEPT_BODY = 1024 * 1024


class RecorderMiddleware:
    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self.app = app
        self.journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PLACES):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        seq = self.journal.begin(scope["method"], _path(scope), _visible(headers))
        heard = Heard(receive, send)
        try:
            if not scope["path"].startswith("/storage/"):
                await heard.read_ahead()
            await self.app(scope, heard.receive, heard.send)
        except ClientDisconnect:
            pass  # nobody is there to answer: the status stays null
        finally:
            self.journal.finish(
                seq,
                request_body=_readable(bytes(heard.request), headers),
                received=heard.received,
                status=heard.status,
                response_headers=_visible(heard.headers),
                response_body=_readable(bytes(heard.response), heard.headers),
                fault=scope.get("fault"),
            )


@dataclass
class Heard:
    """Passes a call on in both directions and remembers the small bodies."""

    _receive: Receive
    _send: Send
    request: bytearray = field(default_factory=bytearray)
    response: bytearray = field(default_factory=bytearray)
    received: int = 0
    status: int | None = None
    headers: Headers = field(default_factory=Headers)
    _ahead: list[Message] = field(default_factory=list)

    async def read_ahead(self) -> None:
        """The body, even when a fault answers before anybody reads it."""
        more = True
        while more and self.received <= KEPT_BODY:
            message = await self._next()
            self._ahead.append(message)
            self.request += message.get("body", b"")
            more = message.get("more_body", False)

    async def receive(self) -> Message:
        return self._ahead.pop(0) if self._ahead else await self._next()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = Headers(raw=message["headers"])
        elif len(self.response) <= KEPT_BODY:
            self.response += message.get("body", b"")
        await self._send(message)

    async def _next(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        return message


def _path(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    if not query:
        return str(scope["path"])
    return f"{scope['path']}?{_masked_form(query) if _has_secret(query) else query}"


def _visible(headers: Headers) -> dict[str, str]:
    return {name: HIDDEN if name in SECRET_HEADERS else value for name, value in headers.items()}


def _readable(body: bytes, headers: Mapping[str, str]) -> Json:
    """JSON and forms as JSON, other text as text; null for pages and for what cannot be read."""
    kind = headers.get("content-type", "").partition(";")[0]
    if not body or kind == "text/html":
        return None
    text = body.decode(errors="replace")
    if kind == "application/x-www-form-urlencoded":
        return _masked(dict(parse_qsl(text, keep_blank_values=True)))
    try:
        return _masked(json.loads(text))
    except ValueError:
        return text


def _masked(document: Json) -> Json:
    if isinstance(document, list):
        return [_masked(entry) for entry in document]
    if isinstance(document, dict):
        return {
            name: HIDDEN if name in SECRET_FIELDS else _masked(value)
            for name, value in document.items()
        }
    return document


def _has_secret(query: str) -> bool:
    return any(name in SECRET_FIELDS for name, _ in parse_qsl(query))


def _masked_form(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    masked = [(name, HIDDEN if name in SECRET_FIELDS else value) for name, value in pairs]
    return urlencode(masked, safe="*/:")
