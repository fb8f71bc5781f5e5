"""A stand-in for LucidLink's client: an HTTP server on a port, and a program that tells of it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROGRAM = """\
#!/bin/sh
test "$1" = list && cat <<END && exit
INSTANCE ID        FILESPACE                PORT        MODE
2000               archive.dmpfs            9           live
2001               films.dmpfs              {port}        live
END
test "$*" = "--instance 2001 status" && cat <<END && exit
Client version: 3.0.1
Filespace: films.dmpfs
Client state: {state}
Mount point: {mount_point}
END
echo "Lucid is currently not running"
"""


class LucidClient:
    """`uploads`: what it says of a path, "no" of all others; `unsent`: bytes; `body`: what it says
    to everything instead; `asked`: the routes it was asked at; `drips`: a byte now and then."""

    def __init__(self) -> None:
        self.uploads: dict[str, object] = {}
        self.unsent: object = 0
        self.body: bytes | None = None
        self.drips = False
        self.asked: list[str] = []
        self.address = ""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def answer(self, url: str) -> bytes | None:
        """None: not found."""
        parts = urlsplit(url)
        self.asked.append(parts.path)
        if self.body is not None:
            return self.body
        if parts.path == "/v1/films.dmpfs/files":
            said = self.uploads.get(parse_qs(parts.query)["path"][0], "no")
            return json.dumps({"files": [{"remoteUpload": said}]}).encode()
        if parts.path == "/cache/info":
            return json.dumps({"dirtyBytes": self.unsent, "size": 1}).encode()
        return None

    def install(self, where: Path, mount_point: Path | str, state: str = "Linked") -> Path:
        """A command in the folder `where`, which says that the filespace is mounted there."""
        program = where / "lucid3"
        program.write_text(
            PROGRAM.format(port=self.port, mount_point=mount_point, state=state), encoding="utf-8"
        )
        program.chmod(0o755)
        return program


@contextmanager
def lucid_client() -> Iterator[LucidClient]:
    client, over = LucidClient(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = client.answer(self.path)
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            if client.drips:
                self._drip()
            self.wfile.write(body)

        def _drip(self) -> None:
            until = time.monotonic() + 20
            while not over.wait(0.2) and time.monotonic() < until:
                self.wfile.write(b" ")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):  # who asked has lost patience
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    client.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield client
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
