"""Opens the port, says that it is open, and runs until it is told to stop."""

import signal
import socket
import sys
import time
from asyncio import Transport
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from frameio.sandbox.app import create_app
from frameio.sandbox.ims import CLIENT_ID, CLIENT_SECRET
from frameio.sandbox.limits import Buckets
from frameio.sandbox.options import Options
from frameio.sandbox.site import Site
from frameio.sandbox.store import DataInUse, Store

READ_AT_ONCE = 64 * 1024


class CannotStart(Exception):
    """The sandbox cannot run; the text says what stands in its way."""


class Protocol(H11Protocol):
    """Shows each request its connection, so that a fault can cut the line."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn: one of its own transports
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
        # asyncio takes 256 KiB for each read, which malloc gets from the system and gives back
        # every time: three times the system's work on a large upload.
        transport.max_size = READ_AT_ONCE  # type: ignore[attr-defined]  # of asyncio's own sockets


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            announce(f"http://{host}:{port}")


def announce(url: str) -> None:
    print(f"Sandbox ready at {url}")
    print(f"  look at what arrived: {url}/")
    print("  to use it with the Connect button, put into .env:")
    print(f"    FRAMEIO_API_URL={url}\n    FRAMEIO_IMS_URL={url}")
    print(f"    FRAMEIO_CLIENT_ID={CLIENT_ID}\n    FRAMEIO_CLIENT_SECRET={CLIENT_SECRET}")
    print(f"  or run: manage.py connect --sandbox {url}", flush=True)


def serve(options: Options) -> None:
    """Blocks until SIGTERM or SIGINT. Raises `CannotStart`."""
    # uvicorn raises the signal again once it has shut down: then it means "we are done".
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    listener = _listen(options)
    try:
        store = Store(options.data, clock=time.time)
    except DataInUse as error:
        listener.close()
        raise CannotStart(str(error)) from error
    try:
        buckets = Buckets(time.monotonic, scale=options.rate_scale if options.limits else 0)
        app = create_app(Site(options=options, store=store, clock=time.time, buckets=buckets))
        Server(
            uvicorn.Config(
                app,
                http=Protocol,
                lifespan="off",
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        ).run(sockets=[listener])
    finally:
        store.close()


def _listen(options: Options) -> socket.socket:
    # The protocol is named, or asyncio does not switch Nagle's algorithm off: 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((options.host, options.port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"Port {options.port} on {options.host} cannot be opened ({error.strerror}); "
            "choose another with --port, or --port 0 for any free one."
        ) from error
    return listener


def _leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  # signal's shape
    sys.exit(0)
