"""A file server as remote uploads meet them: with Range, without, dying half-way, lying."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Source(ThreadingHTTPServer):
    """`content` at `url`. `breaks_after`: for each request in turn, after how many bytes the line
    breaks; `headers` are added, or replace what it would say."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.status = 0
        self.with_range = True
        self.headers: dict[str, str] = {}
        self.breaks_after: list[int] = []
        self.asked: list[str | None] = []
        """The Range of each request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/secret/shot.mov"


class Handler(BaseHTTPRequestHandler):
    server: Source
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        source, asked = self.server, self.headers["range"]
        source.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if source.with_range else 0
        content = source.content[start:]
        self.send_response(source.status or (206 if source.with_range else 200))
        last, size = len(source.content) - 1, len(source.content)
        span = {"content-range": f"bytes {start}-{last}/{size}"} if source.with_range else {}
        headers = {"content-length": str(len(content)), **span, **source.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: source.breaks_after.pop(0) if source.breaks_after else None])
        self.close_connection = True

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002  # its own name
        pass


@contextmanager
def serving(content: bytes) -> Iterator[Source]:
    with Source(content) as source:
        thread = Thread(target=source.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield source
        finally:
            source.shutdown()
            thread.join()
