"""PostFlow's pages, and an address that breaks with what is sent to it; for a server of its own."""

import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from postflow_site.wsgi import application as pages


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        return pages(environ, start_response)
    said = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    thread = threading.Thread(target=_break, args=[said])
    thread.start()
    thread.join()
    _break(said)
    raise AssertionError


def _break(said: str) -> None:
    raise RuntimeError(f"while sending: {said}")
