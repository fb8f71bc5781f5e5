"""Somebody who registered a webhook."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.sandbox.studio import Document


@dataclass(frozen=True)
class Received:
    at: float
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Document:
        event: Document = json.loads(self.body)
        return event


class Receiver(ThreadingHTTPServer):
    """`answers`: the statuses of its first answers; then 204. `slowness`: seconds before each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.slowness = 0.0
        self.received: list[Received] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def names(self) -> list[str]:
        return [received.event["type"] for received in self.received]

    def wait_for(self, count: int) -> list[Received]:
        wait_until(lambda: len(self.received) >= count)
        return self.received


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.server.received.append(Received(time.monotonic(), headers, body))
        time.sleep(self.server.slowness)
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002  # its own name
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as receiver:
        thread = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
