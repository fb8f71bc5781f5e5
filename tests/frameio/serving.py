"""A file server on a port of its own, in a thread of the test."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from frameio.fileserver import FileServer
from frameio.listening import Listening
from frameio.served import look_up
from tests.frameio import ngrok_agent

HOST = "127.0.0.1"


def stand_in_agent(folder: Path) -> Path:
    """An ngrok that anyone may start."""
    folder.mkdir()
    path = folder / "ngrok"
    path.write_text(f"#!{sys.executable}\n{Path(ngrok_agent.__file__).read_text()}")
    path.chmod(0o700)
    return path


@dataclass
class Serving:
    port: int
    listening: Listening

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection((HOST, self.port), timeout=30)

    def say(self, text: str) -> bytes:
        """All that comes back, until the server hangs up."""
        with self.connect() as sock:
            sock.sendall(text.encode("latin-1"))
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def ask(self, target: str, method: str = "GET", host: str = HOST) -> bytes:
        return self.say(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")


@contextmanager
def serving(
    *,
    transfers: int = 4,
    head_within: float = 10.0,
    stalled_after: float = 60.0,
    note_every: float = 2.0,
) -> Iterator[Serving]:
    listener = socket.create_server((HOST, 0), backlog=1024)
    listening = Listening(
        listener,
        FileServer(look_up, lambda: {HOST}).answer,
        transfers=transfers,
        head_within=head_within,
        stalled_after=stalled_after,
        note_every=note_every,
        tick=0.01,
    )
    thread = threading.Thread(target=listening.serve)
    thread.start()
    try:
        yield Serving(listener.getsockname()[1], listening)
    finally:
        listening.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()
