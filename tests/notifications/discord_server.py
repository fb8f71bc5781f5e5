"""A little Discord: one webhook, the documented limits, and what it shall answer next."""

import json
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

Card: TypeAlias = dict[str, object]

PATH = "/api/webhooks/1234567890/kEy-tHaT-nObOdY-mAy-SeE"
UNKNOWN_WEBHOOK: Card = {"message": "Unknown Webhook", "code": 10015}
LIMITS = {"title": 256, "description": 4096}


@dataclass(frozen=True)
class Reply:
    status: int
    body: Card | str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    query: dict[str, list[str]]
    body: dict[str, object]

    @property
    def card(self) -> Card:
        embeds = self.body["embeds"]
        assert isinstance(embeds, list)
        (card,) = embeds
        assert isinstance(card, dict)
        return card

    @property
    def fields(self) -> list[dict[str, str]]:
        fields = self.card.get("fields", [])
        assert isinstance(fields, list)
        return fields


class DiscordServer(ThreadingHTTPServer):
    """`replies` are given before it does what the real one does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[Call] = []
        self.replies: deque[Reply] = deque()
        self.url = f"http://127.0.0.1:{self.server_port}{PATH}"


class Handler(BaseHTTPRequestHandler):
    server: DiscordServer

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append(Call(parse_qs(url.query), body))
        if self.server.replies:
            self._answer(self.server.replies.popleft())
        elif url.path != PATH:
            self._answer(Reply(404, UNKNOWN_WEBHOOK))
        elif wrong := faults(body):
            self._answer(Reply(400, {"message": "Invalid Form Body", "code": 50035, **wrong}))
        else:
            self._answer(Reply(200, {"id": str(9000 + len(self.server.calls))}))

    def do_GET(self) -> None:
        """https://docs.discord.com/developers/resources/webhook#get-webhook-with-token"""
        if self.server.replies:
            self._answer(self.server.replies.popleft())
        elif self.path != PATH:
            self._answer(Reply(404, UNKNOWN_WEBHOOK))
        else:
            self._answer(Reply(200, {"id": "1234567890", "type": 1, "name": "Dailies"}))

    def _answer(self, reply: Reply) -> None:
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's own name
        """Nothing: the path is the secret."""


def faults(body: dict[str, object]) -> Card:
    """What Discord would not take, by its place; empty when all is well."""
    wrong: list[str] = []
    whole = 0
    embeds = body.get("embeds")
    for embed in embeds if isinstance(embeds, list) else []:
        texts = [(name, embed.get(name, ""), limit) for name, limit in LIMITS.items()]
        texts.append(("footer", embed.get("footer", {}).get("text", ""), 2048))
        fields = embed.get("fields", [])
        for row in fields:
            texts += [("name", row["name"], 256), ("value", row["value"], 1024)]
        wrong += [name for name, text, limit in texts if len(text) > limit]
        wrong += [f"empty {name}" for name, text, _ in texts[3:] if not text.strip()]
        wrong += ["fields"] if len(fields) > 25 else []
        whole += sum(len(text) for _, text, _ in texts)
    wrong += ["6000"] if whole > 6000 else []
    return {"errors": wrong} if wrong else {}
