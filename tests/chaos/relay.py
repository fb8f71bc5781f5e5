"""A line between two network namespaces, through sockets in the file system.

    python -m tests.chaos.relay out SOCKET=PORT ...        hears at the sockets, calls the ports
    python -m tests.chaos.relay into HOSTNAME SOCKET=PORT ... -- COMMAND ...

`into` is run inside the new namespace: it gives it its name, lets the ports there lead to the
sockets, and becomes the command. Stopping the process of `out` (SIGSTOP) cuts the line as a pulled
cable does: nothing answers, nothing is refused.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable

BLOCK = 65_536
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Call = Callable[[], Awaitable[Ends]]


def main(way: str, *words: str) -> None:
    if way == "into":
        at = words.index("--")
        _go_into(words[0], words[1:at], words[at + 1 :])
    asyncio.run(_serve(way, dict(word.rsplit("=", 1) for word in words)))


def _go_into(name: str, lines: tuple[str, ...], command: tuple[str, ...]) -> None:
    socket.sethostname(name)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607  # wherever it is
    subprocess.Popen([sys.executable, "-m", "tests.chaos.relay", "in", *lines])
    os.execvp(command[0], command)  # noqa: S606  # no shell is what we want


async def _serve(way: str, lines: dict[str, str]) -> None:
    parent = os.getppid()
    for path, port in lines.items():
        if way == "out":
            call = _calls_port(int(port))
            await asyncio.start_unix_server(_joining(call), path)
        else:
            await asyncio.start_server(_joining(_calls_socket(path)), "127.0.0.1", int(port))
    while os.getppid() == parent:  # who started us is there
        await asyncio.sleep(0.2)


def _calls_port(port: int) -> Call:
    return lambda: asyncio.open_connection("127.0.0.1", port)


def _calls_socket(path: str) -> Call:
    return lambda: asyncio.open_unix_connection(path)


def _joining(call: Call) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await call()
        except OSError:
            writer.close()
            return
        await asyncio.gather(_carry(reader, back), _carry(there, writer))

    return join


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
    except OSError:
        pass  # one end is gone; the other hears of it
    finally:
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
