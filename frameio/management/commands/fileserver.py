"""`manage.py fileserver`: what Frame.io fetches renders from."""

import logging
import signal
import socket
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from frameio.fileserver import FileServer
from frameio.listening import Listening
from frameio.served import look_up
from frameio.tunnel import Tunnel, keep_up

log = logging.getLogger(__name__)

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Serves the renders that Frame.io is to fetch, each under a secret address and only as long"
        " as it is needed. It listens on this machine alone: a tunnel (NGROK_AUTHTOKEN) or your own"
        " proxy (PUBLIC_FILE_URL) leads to it. Stop it with Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            default=settings.FILE_SERVER_PORT,
            help="0: one that is free (default: FILE_SERVER_PORT)",
        )

    def handle(self, *, port: int, **_more: object) -> None:
        try:
            listener = socket.create_server((HOST, port), backlog=1024)
        except (OSError, OverflowError) as error:
            raise CommandError(
                _(
                    "Port %(port)d on %(host)s cannot be used (%(why)s). Stop the program that has"
                    " it, or give another: --port N, or FILE_SERVER_PORT."
                )
                % {"port": port, "host": HOST, "why": error}
            ) from error
        known = {HOST, "localhost"}
        known |= _host_of(settings.PUBLIC_FILE_URL)
        listening = Listening(listener, FileServer(look_up, lambda: known).answer)
        _end_on_signals(listening)
        with ExitStack() as stack:
            if settings.NGROK_AUTHTOKEN and not settings.PUBLIC_FILE_URL:
                self._tunnel(stack, listener.getsockname()[1], known)
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            self.stdout.write(_("Serving files at %(url)s") % {"url": url})
            self.stdout.flush()
            listening.serve()

    def _tunnel(self, stack: ExitStack, port: int, known: set[str]) -> None:
        tunnel = stack.enter_context(
            Tunnel(
                port,
                ngrok_path=settings.NGROK_PATH,
                authtoken=settings.NGROK_AUTHTOKEN,
                place=Path(settings.POSTFLOW_VAR),
            )
        )
        stop = Event()
        thread = Thread(target=_kept_up, args=(tunnel, stop, known), name="tunnel")
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)


def _kept_up(tunnel: Tunnel, stop: Event, known: set[str]) -> None:
    try:
        keep_up(tunnel, stop, lambda url: known.update(_host_of(url)))
    finally:
        connections.close_all()  # this thread's own


def _host_of(url: str) -> set[str]:
    host = urlsplit(url).hostname
    return {host} if host else set()


def _end_on_signals(listening: Listening) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(_stopped, listening))


def _stopped(listening: Listening, *_signal: object) -> None:
    listening.stop()
