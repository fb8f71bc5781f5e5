"""Whether the web server can have its port; said before anything is started."""

import argparse
import contextlib
import itertools
import socket

from django.utils.translation import gettext as _


class PortTaken(Exception):
    """The address cannot be listened on."""


def number(text: str) -> int:
    """For a command line."""
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no port: give a number from 1 to 65535")


def check(host: str, port: int) -> None:
    """Raises PortTaken with the reason."""
    try:
        listen(host, port).close()
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]  # Python adds the address to it
        raise PortTaken(
            _(
                "Port %(port)d on %(host)s cannot be used (%(why)s). Stop the program that has it,"
                " or give another: --port N."
            )
            % {"port": port, "host": host, "why": why}
        ) from error


def free_port(host: str) -> int:
    """One that the system chose, free a moment ago."""
    with listen(host, 0) as listener:
        port: int = listener.getsockname()[1]
        return port


def next_free(host: str, first: int) -> int:
    """That one, or the next above it."""
    for port in itertools.count(first):
        with contextlib.suppress(PortTaken):
            check(host, port)
            return port
    raise AssertionError  # there is no last number


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)
