"""A little Discord: one webhook, its threads, the documented limits, and what it shall answer next.

As a process of its own: `python -m tests.notifications.discord_server` prints its webhook's address
and keeps to the limits. `GET /_discord/messages` is what a person would read.
"""

import argparse
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

Card: TypeAlias = dict[str, object]

PATH = "/api/webhooks/1234567890/kEy-tHaT-nObOdY-mAy-SeE"
CHANNEL = "555"
UNKNOWN_WEBHOOK: Card = {"message": "Unknown Webhook", "code": 10015}
UNKNOWN_MESSAGE: Card = {"message": "Unknown Message", "code": 10008}
FORUM_NEEDS_THREAD: Card = {
    "message": "Webhooks posted to forum channels must have a thread_name or thread_id",
    "code": 220001,
}
LIMITS = {"title": 256, "description": 4096}
# (calls, seconds): the webhook's, which the headers tell, and the channel's, which they do not.
WEBHOOK_LIMIT = (5, 2.0)
CHANNEL_LIMIT = (30, 60.0)


@dataclass(frozen=True)
class Reply:
    """What is answered instead. `done`: after the message was kept all the same."""

    status: int
    body: Card | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    done: bool = False


@dataclass(frozen=True)
class Call:
    query: dict[str, list[str]]
    body: dict[str, object]
    method: str = "POST"
    path: str = PATH
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def card(self) -> Card:
        embeds = self.body["embeds"]
        assert isinstance(embeds, list)
        (card,) = embeds
        assert isinstance(card, dict)
        return card

    @property
    def title(self) -> str:
        return str(self.card["title"]).replace("\\", "")

    @property
    def fields(self) -> list[dict[str, str]]:
        fields = self.card.get("fields", [])
        assert isinstance(fields, list)
        return fields


@dataclass
class Shown:
    """A message as people see it now."""

    id: str
    channel_id: str
    card: Card
    edits: int = 0
    attachments: list[str] = field(default_factory=list)


class Window:
    """So many calls in so many seconds."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls, self.seconds = calls, seconds
        self._times: deque[float] = deque()

    def take(self, now: float) -> float:
        """0 when the call is let in; else the seconds until the next one is."""
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        if len(self._times) >= self.calls:
            return self._times[0] + self.seconds - now
        self._times.append(now)
        return 0.0

    @property
    def left(self) -> int:
        return self.calls - len(self._times)


class DiscordServer(ThreadingHTTPServer):
    """`replies` are given before it does what the real one does. `forum`: every message has to be
    in a thread."""

    daemon_threads = True

    def __init__(
        self, *, limits: bool = False, clock: Callable[[], float] = time.monotonic, port: int = 0
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.calls: list[Call] = []
        self.replies: deque[Reply] = deque()
        self.messages: dict[str, Shown] = {}
        self.forum = False
        self.refused = 0
        self.url = f"http://127.0.0.1:{self.server_port}{PATH}"
        self.lock = threading.Lock()
        self._clock = clock
        self._windows = [Window(*WEBHOOK_LIMIT), Window(*CHANNEL_LIMIT)] if limits else []

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Whoever asked has died meanwhile."""

    @property
    def shown(self) -> list[str]:
        """The titles of all messages, as they are now."""
        return [str(message.card["title"]).replace("\\", "") for message in self.messages.values()]

    def reply_to(self, call: Call) -> Reply:
        with self.lock:
            self.calls.append(call)
            if self.replies:
                reply = self.replies.popleft()
                if reply.done:
                    self._keep(call)
                return reply
            if wait := max((window.take(self._clock()) for window in self._windows), default=0.0):
                self.refused += 1
                body = {"message": "You are being rate limited.", "retry_after": wait}
                return Reply(429, {**body, "global": False}, {"Retry-After": f"{wait:.0f}"})
            return self._answer(call)

    def _answer(self, call: Call) -> Reply:
        if not call.path.startswith(PATH):
            return Reply(404, UNKNOWN_WEBHOOK)
        if call.method == "GET":
            return Reply(200, {"id": "1234567890", "name": "PostFlow"})
        if wrong := faults(call.body) or missing_files(call):
            return Reply(400, {"message": "Invalid Form Body", "code": 50035, **wrong})
        if call.method == "PATCH":
            return self._edit(call)
        if self.forum and not ("thread_id" in call.query or "thread_name" in call.body):
            return Reply(400, FORUM_NEEDS_THREAD)
        shown = self._keep(call)
        return Reply(200, {"id": shown.id, "channel_id": shown.channel_id}, self._headers())

    def _keep(self, call: Call) -> Shown:
        number = str(9000 + len(self.calls))
        place = call.query.get("thread_id", [CHANNEL])[0]
        if "thread_name" in call.body:
            place = number
        self.messages[number] = Shown(number, place, call.card, attachments=list(call.files))
        return self.messages[number]

    def _edit(self, call: Call) -> Reply:
        """A message in a thread is found in that thread alone."""
        message = self.messages.get(call.path.rpartition("/")[2])
        if message is None or message.channel_id != call.query.get("thread_id", [CHANNEL])[0]:
            return Reply(404, UNKNOWN_MESSAGE)
        message.card = call.card
        message.edits += 1
        if "attachments" in call.body:
            message.attachments = list(call.files)
        return Reply(200, {"id": message.id}, self._headers())

    def _headers(self) -> dict[str, str]:
        if not self._windows:
            return {}
        window = self._windows[0]
        return {
            "X-RateLimit-Limit": str(window.calls),
            "X-RateLimit-Remaining": str(window.left),
            "X-RateLimit-Reset-After": f"{window.seconds:.3f}",
            "X-RateLimit-Bucket": "abcd1234",
        }


@contextmanager
def serving() -> Iterator[DiscordServer]:
    """In a thread of this process."""
    with DiscordServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    server: DiscordServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"].startswith("multipart/"):
            return self._do(*parts(self.headers["Content-Type"], content))
        body = json.loads(content)
        if self.path == "/_discord/replies":
            self.server.replies.extend(Reply(**reply) for reply in body)
            return self._answer(Reply(204))
        return self._do(body)

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_GET(self) -> None:
        if self.path == "/_discord/messages":
            shown = [vars(message) for message in self.server.messages.values()]
            counts = {"calls": len(self.server.calls), "refused": self.server.refused}
            return self._answer(Reply(200, {"messages": shown, **counts}))
        return self._show_webhook()

    def _do(self, body: dict[str, object], files: dict[str, bytes] | None = None) -> None:
        url = urlsplit(self.path)
        call = Call(parse_qs(url.query), body, self.command, url.path, files or {})
        self._answer(self.server.reply_to(call))

    def _show_webhook(self) -> None:
        """https://docs.discord.com/developers/resources/webhook#get-webhook-with-token"""
        if self.server.replies:
            self._answer(self.server.replies.popleft())
        elif self.path != PATH:
            self._answer(Reply(404, UNKNOWN_WEBHOOK))
        else:
            self._answer(Reply(200, {"id": "1234567890", "type": 1, "name": "Dailies"}))

    def _answer(self, reply: Reply) -> None:
        time.sleep(reply.delay)
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's own name
        """Nothing: the path is the secret."""


def parts(kind: str, content: bytes) -> tuple[dict[str, object], dict[str, bytes]]:
    """`payload_json`, and the files that came with it by their names."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    body: dict[str, object] = {}
    files: dict[str, bytes] = {}
    for part in form.walk():
        name, inside = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(inside, bytes):
            files[name] = inside
        elif isinstance(inside, bytes):
            body = json.loads(inside)
    return body, files


def missing_files(call: Call) -> Card:
    """A picture that the card shows has to come with it, and be listed."""
    thumbnail = call.card.get("thumbnail")
    if not isinstance(thumbnail, dict):
        return {}
    name = str(thumbnail["url"]).removeprefix("attachment://")
    listed = call.body.get("attachments") == [{"id": 0, "filename": name}]
    return {} if listed and name in call.files else {"errors": [name]}


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faster", type=float, default=1.0, help="its clock")
    wanted = parser.parse_args()
    faster: float = wanted.faster

    def clock() -> float:
        return time.monotonic() * faster

    with DiscordServer(limits=True, clock=clock, port=wanted.port) as server:
        print(server.url, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
